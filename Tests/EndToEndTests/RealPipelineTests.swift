import Files
import Foundation
import Launching
import Scratch
import TestTraits
import Testing
import VolumeFormats
import Voxels
import Zarr

/// The full pipeline as the README types it, on real light-sheet data: planes of a cleared brain and sparsely annotated
/// axons. Trained for a few steps only: what is tested is that every stage reads what the one before it wrote.
@Suite struct RealPipelineTests {
  @discardableResult
  private func sheaf(_ arguments: [String], ranks: Int = 2) throws -> String {
    let ending = try Running(launch(ranks: ranks, builtProgram("sheaf"), arguments)).wait()
    try #require(ending.code == 0, "sheaf \(arguments.joined(separator: " ")): \(ending.errors)")
    return ending.output
  }

  @Test(.needsRealData("brain-planes", "axons/volume.tif", "axons/labels.tif"))
  func planesAndAxonsBecomeScoredObjects() throws { try withTemporaryDirectory(runPipeline) }

  private func runPipeline(in work: String) throws {
    let data = RealData.root
    let labelMap = "2=1,1=0,3=0,*=ignore"
    try sheaf(["tile", "\(data)/brain-planes", "\(work)/brain.zarr", "--structure", "c-Fos cells"])
    try sheaf(["tile", "\(data)/axons/volume.tif", "\(work)/axons.zarr", "--structure", "axons"])
    try sheaf(["corpus", "\(work)/brain.zarr", "\(work)/axons.zarr", "-o", "\(work)/corpus", "--patch-size", "96"])
    let small = ["--tier", "XS", "--crop", "32", "--batch", "2", "--steps", "4", "--threads", "1"]
    try sheaf(["pretrain", "\(work)/corpus", "-o", "\(work)/pretrained"] + small)
    try publish(
      "- {image: \(data)/axons/volume.tif, label: \(data)/axons/labels.tif, structure: axons}\n",
      to: "\(work)/axons.yaml")
    try sheaf(
      [
        "finetune", "\(work)/axons.yaml", "-o", "\(work)/model", "--from", "\(work)/pretrained", "--label-map",
        labelMap, "--hold-back-planes", "77",
      ] + small)

    // An untrained network may call nothing foreground: a low threshold makes sure that there are objects.
    for name in ["axons", "brain"] {
      try sheaf([
        "infer", "\(work)/\(name).zarr", "\(work)/\(name)-segmented.zarr", "--model", "\(work)/model", "--label-name",
        "axons", "--objects", "\(work)/\(name).csv", "--overlap", "0.25", "--threshold", "0.2", "--threads", "1",
      ])
      let image = try Store.open("\(work)/\(name).zarr")
      let labels = try Store.open("\(work)/\(name)-segmented.zarr").label("axons")
      #expect(labels.levels[0].extent == image.levels[0].extent)
      let table = try String(contentsOfFile: "\(work)/\(name).csv", encoding: .utf8)
      #expect(table.split(separator: "\n").count > 1, "\(name): no objects")
    }

    struct Scores: Decodable {
      struct Voxels: Decodable { let ignored: Int }
      let dice: Double?
      let voxels: Voxels
    }
    let output = try sheaf([
      "evaluate", "\(work)/axons-segmented.zarr/labels/axons", "\(data)/axons/labels.tif", "--label-map", labelMap,
      "--category", "contiguous-sparse", "--json",
    ])
    let scores = try JSONDecoder().decode(Scores.self, from: Data(output.utf8))
    let dice = try #require(scores.dice)
    #expect((0...1).contains(dice))
    // Three annotated planes of 101: everything else counts nowhere.
    let annotated = 101 * 120 * 120 - scores.voxels.ignored
    #expect(annotated > 30_000 && annotated <= 3 * 120 * 120)
  }
}
