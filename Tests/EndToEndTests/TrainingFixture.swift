import Files
import Foundation
import Launching
import Testing

/// What `sheaf pretrain` and `sheaf finetune` need, as small as it gets: a store, a corpus, and annotated pairs.
struct TrainingFixture {
  let directory: String
  var store: String { directory + "/organ.zarr" }
  var corpus: String { directory + "/corpus" }
  var pairs: String { directory + "/phantom/pairs" }
  /// Settings of a run of seconds.
  static let small = [
    "--tier", "XS", "--crop", "16", "--batch", "2", "--threads", "1", "--device", "cpu", "--set",
    "checkpoint-interval=2",
  ]

  init(in directory: String) throws {
    self.directory = directory
    try sheaf([
      "phantom", directory + "/phantom", "--extent", "24,48,48", "--structures", "nuclei", "--pairs", "3",
      "--pair-extent", "24",
    ])
    try sheaf([
      "tile", directory + "/phantom/nuclei/planes", store, "--chunk", "16", "--structure", "nuclei", "--voxel-size",
      "4,2,2",
    ])
    try sheaf(["corpus", store, "-o", corpus, "--patch-size", "24", "--contrast", "3"])
  }

  /// Runs `sheaf`, which must succeed.
  @discardableResult
  func sheaf(_ arguments: [String], ranks: Int = 0, location: SourceLocation = #_sourceLocation) throws -> Ending {
    let ending = try Running(launch(ranks: ranks, builtProgram("sheaf"), arguments)).wait()
    try #require(ending.code == 0, "\(arguments): \(ending.errors)", sourceLocation: location)
    return ending
  }
}
