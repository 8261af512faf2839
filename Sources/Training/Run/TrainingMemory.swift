import Architectures
import Networks
import Recipes

/// An estimate of the memory and disk that training a network takes, for the plan.
struct TrainingMemory {
  let parameterCount: Int
  /// Memory of a rank in bytes: libtorch, parameters, and what autograd keeps of one pass. With a GPU, most of this is
  /// there.
  let inBytes: Int
  /// Memory of the GPU in bytes; nil without one.
  let onDeviceInBytes: Int?
  /// Disk of the run in bytes: two checkpoints, one being written, and the model.
  let diskInBytes: Int

  /// Resident memory of the program with libtorch's libraries loaded, measured.
  private static let programInBytes = 400 << 20
  /// What CUDA and its libraries add to that, roughly.
  private static let cudaInBytes = 3 << 30

  /// - Parameter lossBytesPerVoxel: what the loss keeps for the backward pass beside the network, for each voxel of a
  ///   sample.
  init(
    architecture: ArchitectureDescription, recipe: TrainingRecipe, lossBytesPerVoxel: Int = 0, isOnGPU: Bool = false
  ) {
    parameterCount = TrainingMemory.parameterCount(architecture)
    let features = architecture.featuresPerStage
    var voxels = Double(recipe.crop.voxelCount)
    var numbers = 4 * Double(features[0]) * voxels
    for stage in features.indices {
      voxels /= Double(architecture.strides[stage].reduce(1, *))
      // A residual block keeps two convolutions, two norms, the sum and, at its start, the shortcut's three maps; a plain
      // stage a convolution and a norm each.
      let blocks = architecture.blocksPerStage[stage]
      numbers += voxels * Double(features[stage]) * Double(architecture.encoder == .plain ? 2 * blocks : 5 * blocks + 3)
      if stage < features.count - 1 {
        // Upsampled map, concatenation of two, and the stage's convolutions and norms.
        numbers += voxels * Double(features[stage]) * Double(3 + 2 * architecture.convolutionsPerDecoderStage[0])
      }
    }
    let bytesPerNumber = recipe.computePrecision == .bfloat16 ? 2.5 : 4.0
    // The backward pass holds gradients of the largest maps beside what was kept.
    let perSample =
      numbers * bytesPerNumber * 1.3 + Double(lossBytesPerVoxel * recipe.crop.voxelCount)
    let pass = perSample * Double(min(recipe.samplesPerPass, recipe.batch))
    let samples = 12 * recipe.crop.voxelCount * 3 * recipe.batch
    let kept = recipe.optimizerKind == .sgd ? 1 : 2
    let averages = recipe.ema > 0 ? 1 : 0
    // Weights, gradients, what the optimiser keeps, the average and, while it validates, the weights put aside; beside
    // these one array of a checkpoint.
    let network = 4 * (3 + kept + 2 * averages) * parameterCount + Int(pass)
    onDeviceInBytes = isOnGPU ? network : nil
    // Checkpoints pass through main memory, an array at a time.
    inBytes =
      TrainingMemory.programInBytes + samples
      + (isOnGPU ? TrainingMemory.cudaInBytes + 4 * 2 * parameterCount : network)
    diskInBytes = 4 * (3 * (1 + kept + averages) + 1) * parameterCount
  }

  /// Convolutions alone; norms and biases are a thousandth of them.
  private static func parameterCount(_ architecture: ArchitectureDescription) -> Int {
    let features = architecture.featuresPerStage
    func volume(_ sizes: [Int]) -> Int { sizes.reduce(1, *) }
    var count =
      architecture.encoder == .plain ? 0 : architecture.inputChannels * features[0] * volume(architecture.kernels[0])
    for stage in features.indices {
      let kernel = volume(architecture.kernels[stage])
      let input = features[max(stage - 1, 0)]
      let isPlain = architecture.encoder == .plain
      let convolutions = architecture.blocksPerStage[stage] * (isPlain ? 1 : 2)
      let ownInput = isPlain && stage == 0 ? architecture.inputChannels : input
      count += features[stage] * kernel * (ownInput + (convolutions - 1) * features[stage])
      if input != features[stage], !isPlain { count += input * features[stage] }
      guard stage > 0 else { continue }
      count += features[stage] * input * volume(architecture.strides[stage])
      let inDecoder = architecture.convolutionsPerDecoderStage[features.count - 1 - stage]
      count += input * volume(architecture.kernels[stage - 1]) * (2 * input + (inDecoder - 1) * input)
    }
    return count
  }
}
