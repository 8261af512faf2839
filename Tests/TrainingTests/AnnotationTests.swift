import Files
import Foundation
import IntensityStatistics
import Networks
import Recipes
import Scratch
import Testing
import Training
import Voxels

@Suite struct AnnotatedLabelsTests {
  @Test func heldBackPlanesAreInOnePartOnly() {
    let extent = Extent(4, 2, 2)
    let classes: [UInt8] = (0..<16).map { UInt8($0 % 2) }
    let (training, heldBack) = AnnotatedLabels(extent: extent, classes: classes).split(holdingBack: [1, 3])
    for index in 0..<16 {
      let isHeld = [1, 3].contains(index / 4)
      #expect(training.classes[index] == (isHeld ? 255 : classes[index]))
      #expect(heldBack.classes[index] == (isHeld ? classes[index] : 255))
    }
    #expect(training.annotatedCount == 8 && training.foregroundCount == 4)
  }

  @Test func manyVoxelsKeepAnEvenChoiceOfPlaces() {
    let extent = Extent(64, 64, 64)
    let labels = AnnotatedLabels(extent: extent, classes: [UInt8](repeating: 1, count: extent.count))
    #expect(labels.centres.foreground.count == CropCentres.candidateLimit)
    #expect(labels.foregroundCount == extent.count)
    #expect(Set(labels.centres.foreground).count == labels.centres.foreground.count)
    let lowerHalf = labels.centres.foreground.count { $0 < extent.count / 2 }
    #expect(abs(Double(lowerHalf) / Double(labels.centres.foreground.count) - 0.5) < 0.02)
  }
}

@Suite struct AnnotatedSamplerTests {
  /// A volume whose intensities are their own positions and whose only foreground is one voxel of one plane.
  private func volume(_ extent: Extent, annotatedPlane: Int?, structure: String = "") -> AnnotatedVolume {
    var classes = [UInt8](repeating: annotatedPlane == nil ? 0 : 255, count: extent.count)
    if let plane = annotatedPlane {
      for position in 0..<(extent.y * extent.x) { classes[plane * extent.y * extent.x + position] = 0 }
    }
    classes[extent.index(of: Coordinate(annotatedPlane ?? 1, 2, 3))] = 1
    let voxels = (0..<extent.count).map { Float($0) }
    return AnnotatedVolume(
      pair: AnnotatedPair(
        name: "v", imagePath: "v\(structure).tif", labelPath: "l.tif", structure: structure),
      image: VoxelBuffer(extent, voxels),
      normalisation: Normalisation(
        lowerClip: 0, upperClip: 1e9, mean: 0, deviation: 1, background: -1, saturation: nil),
      labels: AnnotatedLabels(extent: extent, classes: classes))
  }

  private func recipe(_ change: (inout FinetuningRecipe) -> Void) -> FinetuningRecipe {
    var recipe = FinetuningRecipe.standard(tier: "XS")!
    recipe.training.crop = 16
    recipe.training.spatialProbability = 0
    recipe.training.mirror = false
    recipe.noiseProbability = 0
    recipe.blurProbability = 0
    recipe.lowResolutionProbability = 0
    recipe.brightnessProbability = 0
    recipe.contrastProbability = 0
    recipe.gammaProbability = 0
    change(&recipe)
    return recipe
  }

  private func voxels(of sampler: AnnotatedSampler, step: Int = 0, index: Int) throws -> SampleVoxels {
    try SampleVoxels(sampler.sample(step: step, index: index))
  }

  @Test func aSampleIsAFunctionOfStepAndIndexAlone() throws {
    let full = FinetuningRecipe.standard(tier: "XS")!
    let volumes = [volume(Extent(20, 30, 40), annotatedPlane: nil), volume(Extent(60), annotatedPlane: 5)]
    let sampler = AnnotatedSampler(volumes, recipe: full)
    let other = AnnotatedSampler(volumes, recipe: full)
    for step in 0..<4 {
      let samples = try [sampler, other].map { try voxels(of: $0, step: step, index: 1) }
      #expect(samples[0] == samples[1])
      #expect(try voxels(of: sampler, step: step, index: 0) != samples[0])
    }
  }

  @Test func foregroundSamplesHoldForegroundAndSparseSamplesHoldAnnotation() throws {
    let sparse = volume(Extent(80, 40, 40), annotatedPlane: 33)
    let always = AnnotatedSampler([sparse], recipe: recipe { $0.foregroundFraction = 1 })
    let never = AnnotatedSampler([sparse], recipe: recipe { $0.foregroundFraction = 0 })
    for index in 0..<60 {
      #expect(try voxels(of: always, index: index).classes.contains(1))
      #expect(try voxels(of: never, index: index).classes.contains { $0 != 255 })
    }
    let third = AnnotatedSampler([volume(Extent(160), annotatedPlane: nil)], recipe: recipe { _ in })
    let count = try (0..<300).count { try voxels(of: third, index: $0).classes.contains(1) }
    #expect(abs(count - 100) < 35)
  }

  @Test func aVolumeSmallerThanTheCropIsPaddedWithBackgroundThatIsIgnored() throws {
    let extent = Extent(6, 7, 8)
    let sampler = AnnotatedSampler([volume(extent, annotatedPlane: nil)], recipe: recipe { _ in })
    let sample = try voxels(of: sampler, index: 0)
    #expect(sample.classes.count { $0 != 255 } == extent.count)
    #expect(zip(sample.image, sample.classes).allSatisfy { ($1 == 255) == ($0 == -1) })
  }

  @Test func structuresAreDrawnUniformlyWhateverTheirNumberOfVolumes() throws {
    let many = (0..<5).map { _ in volume(Extent(16), annotatedPlane: nil, structure: "a") }
    let one = volume(Extent(16), annotatedPlane: nil, structure: "b")
    let sampler = AnnotatedSampler(many + [one], recipe: recipe { _ in })
    let count = try (0..<200).count { try sampler.sample(step: 0, index: $0).name.hasPrefix("vb") }
    #expect(abs(count - 100) < 35)
  }
}

@Suite struct PairTests {
  private func make(_ names: [String], in directory: ScratchDirectory) throws {
    for name in names {
      try createDirectory(parentDirectory(of: directory.file(name)))
      try publish("x", to: directory.file(name))
    }
  }

  @Test func imagesAndLabelsAreMatchedByNameWithoutSuffix() throws {
    let directory = try ScratchDirectory()
    try make(
      [
        "images/b.tif", "images/a_0000.nii.gz", "images/.hidden", "images/c.mhd", "images/c.raw", "labels/a.nii.gz",
        "labels/b.ome.tiff", "labels/c.mha", "labels/unused.tif",
      ], in: directory)
    let pairs = try AnnotatedPairs.list(directory.path)
    #expect(pairs.map(\.name) == ["a", "b", "c"])
    #expect(pairs.map { $0.labelPath.split(separator: "/").last } == ["a.nii.gz", "b.ome.tiff", "c.mha"])
  }

  @Test func whatIsMissingIsNamed() throws {
    let directory = try ScratchDirectory()
    #expect(throws: Fault.self) { try AnnotatedPairs.list(directory.path) }
    try make(["images/b.tif", "labels/c.tif"], in: directory)
    let fault = #expect(throws: Fault.self) { try AnnotatedPairs.list(directory.path) }
    #expect(fault?.message.contains("b.tif") == true)
    #expect(throws: Fault.self) { try AnnotatedPairs.list(directory.file("nowhere")) }
  }

  @Test func aListGivesStructuresFoldsAndPathsRelativeToItself() throws {
    let directory = try ScratchDirectory()
    try publish(
      "- {image: a.tif, label: /l/a.tif, structure: axons, category: contiguous, fold: 2}\n- image: sub/b.nii.gz\n"
        + "  label: sub/bl.nii.gz\n  validation: true\n", to: directory.file("pairs.yaml"))
    let pairs = try AnnotatedPairs.list(directory.file("pairs.yaml"))
    #expect(pairs[0].imagePath == directory.file("a.tif") && pairs[0].labelPath == "/l/a.tif")
    #expect(pairs[0].structure == "axons" && pairs[0].category == "contiguous" && pairs[0].fold == 2)
    #expect(pairs[1].name == "b" && pairs[1].isValidation)
  }

  @Test func categoriesComeFromTheListOrFromTheStructure() throws {
    let directory = try ScratchDirectory()
    let path = directory.file("pairs.yaml")
    try publish(
      "- {image: a, label: la, structure: axons}\n- {image: b, label: lb, structure: spots, category: isolated}\n"
        + "- {image: c, label: lc, structure: spots}\n- {image: d, label: ld, structure: axons, category: isolated}\n",
      to: path)
    let pairs = try AnnotatedPairs.list(path)
    #expect(pairs.map(\.isContiguous) == [true, false, false, false])
    #expect(pairs.map(\.isIsolated) == [false, true, false, true])
    try publish("- {image: a, label: la, category: tubular}\n", to: path)
    let fault = #expect(throws: Fault.self) { try AnnotatedPairs.list(path) }
    #expect(fault?.message.contains("tubular") == true)
  }

  @Test(arguments: ["- {image: a.tif}", "image: a.tif", "- a.tif", "[]", "- {image: [1], label: b}", "\u{7}"])
  func malformedListsAreRefused(text: String) throws {
    let directory = try ScratchDirectory()
    try publish(text, to: directory.file("pairs.yaml"))
    #expect(throws: Fault.self) { try AnnotatedPairs.list(directory.file("pairs.yaml")) }
  }
}

@Suite struct ValidationSplitTests {
  private func pairs(_ count: Int) -> [AnnotatedPair] {
    (0..<count).map {
      AnnotatedPair(
        name: "v\($0)", imagePath: "i\($0)", labelPath: "l\($0)", structure: "")
    }
  }

  private func recipe(_ change: (inout FinetuningRecipe) -> Void) -> FinetuningRecipe {
    var recipe = FinetuningRecipe.standard(tier: "XS")!
    change(&recipe)
    return recipe
  }

  @Test func foldsPartitionTheVolumes() throws {
    for count in 2...11 {
      let folds = min(count, 5)
      var seen: [Int] = []
      for fold in 0..<folds {
        let split = try ValidationSplit(
          pairs(count),
          recipe: recipe {
            $0.folds = folds
            $0.fold = fold
          })
        #expect(Set(split.training).isDisjoint(with: split.validation))
        #expect((split.training + split.validation).sorted() == Array(0..<count))
        seen += split.validation
      }
      #expect(seen.sorted() == Array(0..<count))
    }
  }

  /// Crops of one organ must not validate what was learned from its other crops.
  @Test func pairsCutFromOneSourceStayTogether() throws {
    var list = pairs(12)
    for index in list.indices { list[index].source = "organ \(index % 4)" }
    for seed in 0..<5 {
      var seen: [Int] = []
      for fold in 0..<4 {
        let split = try ValidationSplit(
          list,
          recipe: recipe {
            $0.training.seed = UInt64(seed)
            $0.folds = 4
            $0.fold = fold
          })
        #expect(Set(split.validation.map { list[$0].source }).count == 1)
        #expect(split.validation.count == 3)
        seen += split.validation
      }
      #expect(seen.sorted() == Array(0..<12))
      let half = try ValidationSplit(list, recipe: recipe { $0.validationFraction = 0.5 })
      #expect(Set(half.validation.map { list[$0].source }).isDisjoint(with: half.training.map { list[$0].source }))
    }
    list[0].fold = 0
    list[4].fold = 1
    let fault = #expect(throws: Fault.self) { try ValidationSplit(list, recipe: recipe { $0.folds = 2 }) }
    #expect(fault?.message.contains("organ 0") == true)
  }

  @Test func aFractionAndMarkedVolumes() throws {
    let split = try ValidationSplit(pairs(10), recipe: recipe { $0.validationFraction = 0.2 })
    #expect(split.validation.count == 2)
    var marked = pairs(3)
    marked[1].isValidation = true
    #expect(try ValidationSplit(marked, recipe: recipe { _ in }).validation == [1])
    #expect(throws: Fault.self) { try ValidationSplit(pairs(1), recipe: recipe { $0.validationFraction = 0.5 }) }
    #expect(throws: Fault.self) {
      try ValidationSplit(
        pairs(2),
        recipe: recipe {
          $0.folds = 4
          $0.fold = 3
        })
    }
  }
}
