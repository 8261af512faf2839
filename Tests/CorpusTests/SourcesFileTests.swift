import Corpus
import Files
import Scratch
import Testing
import Voxels

/// Sources files: what they mean, and the sentence and the line for what they cannot mean.
struct SourcesFileTests {
  private let scratch: ScratchDirectory

  init() throws {
    scratch = try ScratchDirectory()
    for name in ["stores/cfos-1.zarr", "stores/cfos-2.zarr", "task1/isolated_structures/plaques"] {
      try createDirectory(scratch.file(name))
    }
    for name in ["vessels.ims", "list.csv", "cut/p1.nii.gz", "cut/p2.nii.gz"] {
      try createDirectory(parentDirectory(of: scratch.file(name)))
      try publish("x", to: scratch.file(name))
    }
  }

  private func list(_ text: String) throws -> [SourceRequest] {
    try publish(text, to: scratch.file("sources.yaml"))
    return try SourceRequest.list(sourcesFile: scratch.file("sources.yaml"))
  }

  @Test func everyKeyIsUnderstood() throws {
    let requests = try list(
      """
      # the stains of one study
      - path: stores/cfos-*.zarr
        structure: c-Fos cells
        category: isolated-sparse
      - {path: vessels.ims, channel: 1, time-point: 2, voxel-size: [4, 2, 1.5], name: brain 7, dataset: image 2}
      - path: vessels.ims
        voxel-size: 4,2,2
        planes: "*_C01*"
      - patches: task1
        file-list: list.csv
      - patches: cut/*.nii.gz
      """)
    #expect(requests.count == 6)
    #expect(
      requests[0].path == scratch.file("stores/cfos-1.zarr") && requests[1].path == scratch.file("stores/cfos-2.zarr"))
    #expect(requests[1].structure == "c-Fos cells" && requests[1].category == "isolated-sparse")
    #expect(requests[2].options.channel == 1 && requests[2].options.timePoint == 2)
    #expect(requests[2].options.voxelSizeInMicrometres == VoxelSize(4, 2, 1.5))
    #expect(requests[2].name == "brain 7" && requests[2].options.dataset == "image 2")
    #expect(requests[3].options.voxelSizeInMicrometres == VoxelSize(4, 2, 2) && requests[3].options.planes == "*_C01*")
    #expect(requests[4].patchFiles == [] && requests[4].fileList == scratch.file("list.csv"))
    #expect(requests[5].path == scratch.file("cut") && requests[5].patchFiles == ["p1.nii.gz", "p2.nii.gz"])
  }

  @Test(arguments: [
    ("- path: vessels.ims\n  structur: vessels\n", [":2: ", "structur", "did you mean structure?"]),
    ("- path: vessels.ims\n  voxel_size: 2\n", [":2: ", "voxel_size", "did you mean voxel-size?"]),
    ("- path: vessels.ims\n\tstructure: vessels\n", [":2: ", "tab"]),
    ("- path: vessels.ims\n  structure: [a\n", [":3: "]),
    ("- path: vessels.ims\n  path: other.ims\n", ["path", "twice"]),
    ("- path: vessels.ims\n  channel: first\n", [":2: ", "channel", "whole number", "first"]),
    ("- path: vessels.ims\n  channel: -1\n", [":2: ", "channel", "-1"]),
    ("- path: vessels.ims\n  voxel-size: [4, 2]\n", [":2: ", "voxel-size", "[4, 2, 2]"]),
    ("- path: vessels.ims\n\n  category: sparse\n", [":3: ", "category", "isolated-sparse", "sparse"]),
    ("- structure: vessels\n", [":1: ", "no path"]),
    ("- path: a\n  patches: b\n", [":1: ", "both"]),
    ("- vessels.ims\n", [":1: ", "write path: vessels.ims"]),
    ("path: vessels.ims\n", ["mapping", "- "]),
    ("", ["found nothing"]),
    ("- path: stores/*.zarr\n  name: one\n", [":2: ", "name", "2 sources"]),
  ])
  func aMistakeIsOneSentenceWithItsLine(text: String, words: [String]) {
    let found = fault { _ = try list(text) }
    #expect(found?.kind == .badData)
    for word in words { #expect(found?.message.contains(word) == true, "\(word): \(found?.message ?? "no fault")") }
    #expect(found?.message.contains("sources.yaml") == true && found?.message.contains("Error") == false)
  }

  @Test(arguments: ["nothing.zarr", "stores/none-*.zarr"])
  func whatMatchesNothingIsNamed(path: String) {
    let found = fault { _ = try list("- structure: a\n  path: \(path)\n") }
    #expect(found?.kind == .noInput)
    for word in [":2: ", path, "relative to the sources file"] {
      #expect(found?.message.contains(word) == true, "\(found?.message ?? "")")
    }
  }
}
