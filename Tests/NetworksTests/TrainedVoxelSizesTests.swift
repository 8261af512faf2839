import Files
import Foundation
import Networks
import Testing

/// The voxel sizes in a network's description.
@Suite struct TrainedVoxelSizesTests {
  private func description(_ sizes: [[Double]]) -> ModelDescription {
    ModelDescription(task: .segmentation, architecture: nil, crop: [8, 8, 8], voxelSizes: TrainedVoxelSizes(sizes))
  }

  @Test func theMedianIsASizeThatOccurs() throws {
    let sizes = try #require(TrainedVoxelSizes([[4, 1, 1], [6, 2, 1], [5, 9, 1], [5, 3, 1]]))
    #expect(sizes.median == [5, 2, 1] && sizes.lowest == [4, 1, 1] && sizes.highest == [6, 9, 1])
    #expect(TrainedVoxelSizes([]) == nil)
  }

  @Test func descriptionsKeepThem() throws {
    for sizes in [[], [[5, 2, 2]], [[5, 2, 2], [4, 1.5, 1.5]]] as [[[Double]]] {
      let json = try description(sizes).json()
      #expect(try ModelDescription(json: json, from: "model.json") == description(sizes))
      let text = String(decoding: json, as: UTF8.self)
      // Where nothing is known, and where all are alike, there is no more than before.
      #expect(text.contains("voxelSizeInMicrometres") == !sizes.isEmpty)
      #expect(text.contains("lowest") == (sizes.count > 1))
    }
  }

  @Test(arguments: [
    #"{"median": [1, 2]}"#, #"{"median": [1, 2, 0]}"#, #"{"median": [1, 2, 3], "lowest": [2, 2, 3]}"#, #"[1, 2, 3]"#,
  ])
  func refusesOthers(text: String) {
    let json = Data(#"{"crop": [8, 8, 8], "voxelSizeInMicrometres": \#(text)}"#.utf8)
    let fault = #expect(throws: Fault.self) { try ModelDescription(json: json, from: "model.json") }
    #expect(fault?.kind == .badData && fault?.message.contains("voxelSizeInMicrometres") == true)
  }
}
