import Architectures
import Files
import Foundation
import Launching
import Networks
import Scratch
import Testing

/// One input of every kind that commands read, as small as it gets.
struct OutputFixture {
  let directory: String
  var planes: String { directory + "/organ/nuclei/planes" }
  var pairs: String { directory + "/organ/pairs" }
  var store: String { directory + "/s.zarr" }
  var file: String { directory + "/v.nii.gz" }
  var corpus: String { directory + "/corpus" }
  var model: String { directory + "/model" }
  var probabilities: String { directory + "/p.zarr" }

  static let training = [
    "--tier", "XS", "--crop", "16", "--batch", "1", "--steps", "1", "--threads", "1", "--device", "cpu",
  ]
  static let inference = ["--threads", "1", "--device", "cpu", "--threshold", "0.4"]

  /// - Parameter withNetwork: whether model and probabilities are made, which takes seconds.
  init(in directory: String, withNetwork: Bool = false) throws {
    self.directory = directory
    try succeed([
      "phantom", directory + "/organ", "--extent", "24,48,48", "--structures", "nuclei", "--pairs", "3",
      "--pair-extent", "24",
    ])
    try succeed(["tile", planes, store] + Self.tiling)
    try succeed(["export", store, file])
    try succeed(["corpus", store, "-o", corpus, "--patch-size", "16", "--contrast", "3"])
    guard withNetwork else { return }
    let architecture = ArchitectureDescription(.extraSmall, classes: 2, deepSupervision: false)
    try createDirectory(model)
    try Model.save(
      ResidualEncoderUNet(architecture, seed: 11),
      ModelDescription(task: .segmentation, architecture: architecture, crop: [16, 32, 32]), inDirectory: model)
    try succeed(["infer", store, "-o", probabilities, "--model", model] + Self.inference)
  }

  static let tiling = ["--chunk", "8", "--shard", "16", "--structure", "nuclei", "--voxel-size", "4,2,2"]

  func sheaf(_ arguments: [String], ranks: Int = 0) throws -> Ending {
    try Running(launch(ranks: ranks, builtProgram("sheaf"), arguments)).wait()
  }

  @discardableResult
  func succeed(_ arguments: [String], ranks: Int = 0, location: SourceLocation = #_sourceLocation) throws -> Ending {
    let ending = try sheaf(arguments, ranks: ranks)
    try #require(ending.code == 0, "\(arguments): \(ending.errors)", sourceLocation: location)
    return ending
  }

  /// Expects one sentence, exit code 73 and nothing changed below the directory.
  func expectRefusal(
    _ words: String..., arguments: [String], location: SourceLocation = #_sourceLocation
  ) throws {
    let before = try everything(below: directory)
    let ending = try sheaf(arguments)
    #expect(ending.code == 73, "\(arguments): \(ending.code) \(ending.errors)", sourceLocation: location)
    for word in words {
      #expect(ending.errors.contains(word), "\(arguments): \(ending.errors)", sourceLocation: location)
    }
    #expect(ending.errors.components(separatedBy: "sheaf: ").count == 2, "\(ending.errors)", sourceLocation: location)
    let changed = differences(before, try everything(below: directory))
    #expect(changed == [], "\(arguments)", sourceLocation: location)
  }
}

/// Every file below a directory by its path, with its bytes; a link with its target, which is not followed.
func everything(below directory: String) throws -> [String: Data] {
  var found: [String: Data] = [:]
  for name in try directoryEntries(directory) {
    let path = joinPath(directory, name)
    if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
      found[name] = Data(target.utf8)
    } else if isDirectory(path) {
      for (inner, data) in try everything(below: path) { found[joinPath(name, inner)] = data }
    } else {
      found[name] = try readWholeFile(path)
    }
  }
  return found
}
