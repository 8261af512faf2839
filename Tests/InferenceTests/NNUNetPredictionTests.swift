import Architectures
import Files
import Foundation
import Inference
import Jobs
import MPI
import Networks
import Scratch
import Testing
import Torch
import Voxels
import Zarr

/// What nnU-Net's own predictor makes of a volume with the same checkpoints, computed by Fixtures/NNUNet/make_fixtures.py.
@Suite struct NNUNetPredictionTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/NNUNet"
  private let extent = Extent(11, 21, 19)

  private func expected(_ name: String) throws -> (values: [Float], channels: Int) {
    let tensor = try SafetensorsFile(path: Self.fixtures + "/predictions.safetensors").tensor(name)
    return (try tensor.floats(), tensor.shape.count == 4 ? tensor.shape[0] : 1)
  }

  /// Predicts by `infer`, all tiles.
  private func infer(_ kind: String, folds: Range<Int>, mirroring: Bool, _ foreground: ForegroundRule? = nil) throws
    -> [UInt8]
  {
    let scratch = try ScratchDirectory()
    let volume = VoxelBuffer(.uint16, extent)
    let voxels = volume.voxels(as: UInt16.self)
    for (index, value) in try expected("volume").values.enumerated() { voxels[index] = UInt16(value) }
    try writeStore(
      volume, to: scratch.file("in.zarr"), chunk: Extent(8), shard: Extent(16), voxelSize: VoxelSize(4, 2, 2))
    let predictor = try ModelPredictor(
      modelFiles(at: Self.fixtures + "/" + kind)[folds].map { try Model.load($0, segmenting: true) },
      mirroring: mirroring, foreground: foreground)
    var settings = InferenceSettings()
    settings.keepsBackgroundTiles = true
    settings.withLabels = false
    _ = try Inference.infer(
      scratch.file("in.zarr"), to: scratch.file("out.zarr"), predictor: predictor, defaultTile: predictor.naturalTile(),
      settings: settings, objectsPath: nil, resolved: ResolvedSettings(command: "infer", programVersion: "test"),
      communicator: .single(), jobSettings: JobSettings(memoryInBytes: nil, threads: 1), memoryInBytes: 1 << 32)
    let output = try Store.open(scratch.file("out.zarr")).levels[0]
    return try output.read(Region(extent)).array(of: UInt8.self)
  }

  private func check(_ found: [UInt8], _ expected: [Float], _ name: String) {
    let differences = zip(found, expected).map { abs(Float($0) / 255 - $1) }
    // Half a 255th, and what the Gaussian loses in half precision where it is smallest.
    #expect(differences.max()! < 0.6 / 255 + 2e-3, "\(name): \(differences.max()!)")
    #expect(differences.reduce(0, +) / Float(differences.count) < 0.3 / 255, "\(name)")
  }

  @Test(arguments: [
    ("binary", "one", 0..<1, false), ("binary", "all", 0..<2, false), ("binary", "mirrored", 0..<2, true),
    ("classes", "one", 0..<1, false), ("classes", "mirrored", 0..<1, true),
    ("regions", "one", 0..<1, false), ("regions", "mirrored", 0..<1, true),
  ])
  func probabilitiesAndDecisionsAreNNUNets(kind: String, name: String, folds: Range<Int>, mirroring: Bool) throws {
    let (probabilities, channels) = try expected("\(kind)-\(name)-probabilities")
    let count = extent.count
    func probability(_ channel: Int, _ voxel: Int) -> Float { probabilities[channel * count + voxel] }
    let hasRegions = kind == "regions"
    let largest = (0..<count).map { voxel in ((hasRegions ? 0 : 1)..<channels).map { probability($0, voxel) }.max()! }
    let found = try infer(kind, folds: folds, mirroring: mirroring)
    check(
      found, (0..<count).map { hasRegions ? largest[$0] : largest[$0] / (largest[$0] + probability(0, $0)) },
      "\(kind) \(name)")
    // nnU-Net's labels that are not background, but for voxels that are undecided.
    let labels = try expected("\(kind)-\(name)-foreground").values
    let other = zip(found, labels).filter { ($0 >= 128) != ($1 > 0) }
    #expect(other.allSatisfy { (126...129).contains($0.0) } && other.count <= 4, "\(kind) \(name): \(other.count)")
    #expect(labels.contains(0) && labels.contains(1))
    if kind == "classes" {
      check(
        try infer(kind, folds: folds, mirroring: mirroring, .any), (0..<count).map { 1 - probability(0, $0) },
        "all of \(kind) \(name)")
    }
  }

  /// Means of probabilities would not do.
  @Test func theMeanOfLogitsIsNotThatOfProbabilities() throws {
    let each = try (0..<2).map { try infer("binary", folds: $0..<($0 + 1), mirroring: false) }
    let both = try infer("binary", folds: 0..<2, mirroring: false)
    let furthest = both.indices.map { abs(Int(both[$0]) - (Int(each[0][$0]) + Int(each[1][$0])) / 2) }.max()!
    #expect(furthest > 10)
  }

  @Test func networksThatAreAveragedInAnotherWayAreNoEnsemble() throws {
    let path = try modelFiles(at: Self.fixtures + "/binary")[0]
    let model = try Model.load(path, segmenting: true)
    var description = model.description
    description.averaging = .probabilities
    let other = Model(try #require(model.residualEncoderUNet), description)
    #expect(throws: Fault.self) { _ = try ModelPredictor([model, other]) }
    #expect(try ModelPredictor(model).settings.map(\.name) == ["averaging"])
    #expect(try ModelPredictor(other).settings.isEmpty)
  }

  /// nnU-Net's `compute_steps_for_sliding_window` and `compute_gaussian`, by their definition.
  @Test func tilesAreSpreadAndWeighedAsInNNUNet() {
    for (length, tile, expected) in [
      (110, 64, [0, 23, 46]), (64, 64, [0]), (65, 64, [0, 1]), (96, 64, [0, 32]), (97, 64, [0, 16, 33]),
      (21, 12, [0, 4, 9]), (7, 5, [0, 2]), (40, 64, [-12]),
    ] {
      let lattice = TileLattice(
        extent: Extent(1, 1, length), tile: Extent(1, 1, tile), overlap: 0.5, spacing: .even)
      #expect((0..<lattice.counts.x).map { lattice.origin($0, axis: 2) } == expected, "\(length) \(tile)")
    }
    let weights = Blending.logits(count: 1, foreground: .likeliest).gaussian(8)
    #expect(weights[4] == 1 && abs(weights[0] - exp(-8)) < 1e-12 && weights[3] == weights[5])
  }
}
