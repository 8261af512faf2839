import Files
import Foundation
import Launching
import Scratch
import TestTraits
import Testing

/// Commands with outputs in, around and beside their inputs, in every spelling, drawn at random: all that read something
/// and write something.
@Suite(.serialized) struct RandomOutputTests {
  /// What is read, and the rest of a command that reads it.
  private struct Draw {
    /// Paths within the fixture whose bytes must stay.
    var inputs: [String]
    var before: [String]
    var after: [String] = []
    /// Names that a new output might have.
    var names: [String]
  }

  private static let draws: [Draw] = [
    Draw(inputs: ["organ/nuclei/planes"], before: ["tile"], names: ["new.zarr", "z00002.tif"]),
    Draw(inputs: ["s.zarr"], before: ["tile"], names: ["new.zarr", "0", "labels/x", "zarr.json"]),
    Draw(inputs: ["s.zarr/0"], before: ["tile"], names: ["new.zarr", "c", ".."]),
    Draw(inputs: ["v.nii.gz"], before: ["tile"], names: ["new.zarr", "."]),
    Draw(inputs: ["s.zarr"], before: ["export"], names: ["new.npy", "planes/", "0/", "0/c/0/0/0.tif"]),
    Draw(inputs: ["organ/nuclei/planes"], before: ["export"], names: ["new/", "new.tif", "z00001.tif", "../labels/"]),
    Draw(inputs: ["v.nii.gz"], before: ["export"], names: ["new.nii.gz", "../v.nii.gz"]),
    Draw(inputs: ["s.zarr"], before: ["picture"], names: ["new.png", "zarr.json", "0/zarr.json"]),
    Draw(
      inputs: ["s.zarr", "organ/nuclei/labels"], before: ["picture"], after: ["--overlay"],
      names: ["new.png", "z00000.tif"]),
    Draw(inputs: ["s.zarr"], before: ["corpus"], names: ["new", "0", "labels"]),
    Draw(inputs: ["p.zarr", "s.zarr"], before: ["label"], names: ["new.zarr", "0", "labels/nuclei", "zarr.json"]),
    Draw(inputs: ["corpus", "s.zarr"], before: ["pretrain", "--dry-run"], names: ["new", "patches"]),
    Draw(
      inputs: ["organ/pairs"], before: ["finetune", "--dry-run", "--from-scratch"],
      names: ["images", "new", "../pairs"]),
    Draw(
      inputs: ["s.zarr", "model"], before: ["infer"] + OutputFixture.inference, after: ["--model"],
      names: ["new.zarr", "0", "labels", "model.json"]),
    Draw(inputs: ["model"], before: ["export-weights"], names: ["new.pth", "model.safetensors", "model.json", "0"]),
  ]
  /// How many of them, at the end, load libtorch and take a second each.
  private static let slowCount = 4

  @Test(.randomised) func theInputsAreAlwaysStillThere() throws {
    try withTemporaryDirectory { (outer: String) throws -> Void in
      var random = SeededNumbers.ofTest()
      let directory = outer + "/place/data"
      try createDirectory(directory)
      let fixture = try OutputFixture(in: directory, withNetwork: true)
      try FileManager.default.createSymbolicLink(atPath: outer + "/place/link", withDestinationPath: "data")
      let whole = try everything(below: outer)
      for number in 0..<40 {
        let count = Self.draws.count - (number % 4 == 0 ? 0 : Self.slowCount)
        let draw = Self.draws[Int.random(in: 0..<count, using: &random)]
        let target = draw.inputs.randomElement(using: &random)!
        let name = draw.names.randomElement(using: &random)!
        let output =
          [
            target, joinPath(target, name), joinPath(parentDirectory(of: target), name), parentDirectory(of: target),
            ".", "..", name, "organ", target + "/../" + (target.split(separator: "/").last ?? ""),
          ].randomElement(using: &random)!
        func spelt(_ path: String) -> String {
          switch Int.random(in: 0..<6, using: &random) {
          case 0, 1: path
          case 2: joinPath(directory, path)
          case 3: joinPath(outer, "place/link", path)
          case 4: "./../link//" + path
          default: path.hasSuffix("/") ? path : path + "/"
          }
        }
        var arguments = draw.before.prefix(1) + [spelt(draw.inputs[0])]
        if !draw.after.isEmpty { arguments += draw.after + [spelt(draw.inputs[1])] }
        arguments += draw.before.dropFirst() + ["-o", spelt(output)]
        if Bool.random(using: &random) { arguments.append("--overwrite") }
        let line =
          "cd \(directory) && exec \(builtProgram("sheaf")) "
          + arguments.map { "'\($0)'" }.joined(separator: " ")
        let ending = try Running(["bash", "-c", line]).wait()
        // A file with a slash at its end does not exist.
        #expect([0, 64, 66, 73].contains(ending.code), "\(arguments): \(ending.code) \(ending.errors)")
        let found = try everything(below: outer)
        let lost = whole.filter { path, data in
          found[path] != data && draw.inputs.contains { path.hasPrefix("place/data/\($0)") }
        }
        #expect(lost.keys.sorted() == [], "\(arguments): \(ending.errors)")
        try restore(whole, found, in: outer)
      }
      #expect(try fixture.sheaf(["verify", fixture.store]).code == 0)
    }
  }

  /// Removes what a command has written, so that draws do not depend on each other, and puts back what it replaced.
  private func restore(_ whole: [String: Data], _ found: [String: Data], in directory: String) throws {
    for path in found.keys where whole[path] == nil { unlink(joinPath(directory, path)) }
    for (path, data) in whole where found[path] != data {
      try createDirectory(parentDirectory(of: joinPath(directory, path)))
      try publish(data, to: joinPath(directory, path))
    }
    removeEmptyDirectories(below: directory)
  }

  private func removeEmptyDirectories(below directory: String) {
    for name in (try? directoryEntries(directory)) ?? [] {
      let path = joinPath(directory, name)
      var status = stat()
      guard lstat(path, &status) == 0, (status.st_mode & S_IFMT) == S_IFDIR else { continue }
      removeEmptyDirectories(below: path)
      rmdir(path)
    }
  }
}
