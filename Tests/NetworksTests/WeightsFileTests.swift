import Files
import Foundation
import Networks
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import Torch

@Suite struct SafetensorsFileTests {
  private func bytes(_ header: String, dataByteCount: Int, statedLength: UInt64? = nil) -> Data {
    let text = Data(header.utf8)
    let length = statedLength ?? UInt64(text.count)
    return Data((0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }) + text + Data(count: dataByteCount)
  }

  private func message(_ data: Data) throws -> String {
    let scratch = try ScratchDirectory()
    let path = scratch.file("bad.safetensors")
    try data.write(to: URL(fileURLWithPath: path))
    do {
      _ = try SafetensorsFile(path: path)
      return ""
    } catch let fault as Fault {
      #expect(fault.kind == .badData && fault.message.contains(path) && !fault.message.contains("\n"))
      return fault.message
    }
  }

  @Test func keepsTensorsAndMetadata() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.file("a.safetensors")
    let tensors: [(name: String, tensor: Tensor)] = try ScalarType.allCases.filter { $0 != .bool }.map {
      ("type \($0)", try Tensor.copying([Float(0), 1, 2, 3, 4, 5], shape: [2, 3]).to($0))
    }
    let scalar = try Tensor.copying([Float(-2.5)], shape: [])
    let empty = try Tensor.zeros([0, 4])
    let turned = try Tensor.copying(numbers(48, key: 1), shape: [1, 6, 2, 2, 2]).arranged(.channelsLast)
    let all = tensors + [("scalar", scalar), ("empty", empty), ("turned", turned)]
    try SafetensorsFile.write(all, metadata: ["who": "a \"test\" / ü"], to: path)
    let file = try SafetensorsFile(path: path)
    #expect(file.metadata == ["who": "a \"test\" / ü"])
    #expect(Set(file.entries.keys) == Set(all.map(\.name)))
    for (name, tensor) in all {
      let read = try file.tensor(name)
      #expect(read.shape == tensor.shape)
      #expect(try read.scalarType() == tensor.scalarType())
      #expect(try read.floats() == tensor.floats())
    }
    #expect(throws: Fault.self) { try file.tensor("nobody") }
    #expect(try SafetensorsFile.looksLikeSafetensors(path))
    #expect(try !SafetensorsFile.looksLikeSafetensors(#filePath))
    let first = try Data(contentsOf: URL(fileURLWithPath: path))
    try SafetensorsFile.write(all, metadata: ["who": "a \"test\" / ü"], to: path)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == first)
  }

  @Test func namesEveryInvalidField() throws {
    let good = #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
    #expect(try message(bytes(good, dataByteCount: 8)) == "")
    #expect(try message(Data()).contains("found 0 bytes"))
    #expect(try message(Data(count: 7)).contains("found 7 bytes"))
    #expect(try message(bytes(good, dataByteCount: 8, statedLength: .max)).contains("at most 100000000"))
    #expect(
      try message(bytes(good, dataByteCount: 8, statedLength: 5000)).contains("truncated: expected a header of 5000"))
    #expect(try message(bytes("[]", dataByteCount: 0)).contains("begins with {"))
    #expect(try message(bytes("", dataByteCount: 0)).contains("begins with {"))
    #expect(try message(Data([2, 0, 0, 0, 0, 0, 0, 0]) + Data([0x7b, 0xff])).contains("UTF-8"))
    #expect(try message(bytes("{", dataByteCount: 0)).contains("JSON"))
    #expect(try message(bytes(String(repeating: "{\"a\":", count: 5000), dataByteCount: 0)).contains("JSON"))
    func header(_ entry: String, _ dataByteCount: Int = 8) throws -> String {
      try message(bytes("{\"a\":{\(entry)}}", dataByteCount: dataByteCount))
    }
    #expect(try header(#""dtype":"F32","shape":[2]"#).contains("JSON"))
    #expect(try header(#""dtype":"F32","shape":[1.5],"data_offsets":[0,8]"#).contains("JSON"))
    #expect(try header(#""dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,8]"#).contains("JSON"))
    #expect(try message(bytes(#"{"__metadata__":{"a":1}}"#, dataByteCount: 0)).contains("JSON"))
    #expect(try header(#""dtype":"C65","shape":[1],"data_offsets":[0,8]"#).contains("type C65"))
    #expect(try header(#""dtype":"F32","shape":[-2],"data_offsets":[0,8]"#).contains("negative"))
    #expect(
      try header(#""dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]"#).contains("larger than any"))
    #expect(try header(#""dtype":"F32","shape":[2],"data_offsets":[8,0]"#).contains("expected a beginning"))
    #expect(try header(#""dtype":"F32","shape":[2],"data_offsets":[-8,0]"#).contains("expected a beginning"))
    #expect(try header(#""dtype":"F32","shape":[2],"data_offsets":[0]"#).contains("expected a beginning"))
    #expect(try header(#""dtype":"F32","shape":[2],"data_offsets":[0,8]"#, 7).contains("truncated: tensor a"))
    #expect(try header(#""dtype":"F32","shape":[3],"data_offsets":[0,8]"#).contains("needs 12 bytes"))
    #expect(try header(#""dtype":"F32","shape":[1],"data_offsets":[4,8]"#).contains("no tensor owns"))
    #expect(try header(#""dtype":"F32","shape":[2],"data_offsets":[0,8]"#, 9).contains("1 bytes follow"))
    let overlapping =
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#
    #expect(try message(bytes(overlapping, dataByteCount: 8)).contains("shares bytes"))
    #expect(throws: Fault.self) { try SafetensorsFile(path: "/nonexistent.safetensors") }
  }

  /// A small file as Sheaf writes it.
  private func written(to path: String) throws -> Data {
    try SafetensorsFile.write(
      [("one", .copying(numbers(6, key: 2), shape: [2, 3])), ("two", .copying(numbers(3, key: 3), shape: [3]))],
      metadata: ["sheaf": "{\"crop\": [1]}"], to: path)
    return try Data(contentsOf: URL(fileURLWithPath: path))
  }

  @Test func everyChangedBitIsFound() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.file("a.safetensors")
    let sound = try written(to: path)
    #expect(try openWeights(path).describedBySheaf == "{\"crop\": [1]}")
    for bit in 0..<(8 * sound.count) {
      var damaged = sound
      damaged[bit / 8] ^= 1 << (bit % 8)
      try damaged.write(to: URL(fileURLWithPath: path))
      let fault = #expect(throws: Fault.self, "bit \(bit)") { try openWeights(path) }
      #expect(fault?.kind == .badData && fault?.message.contains(path) == true, "bit \(bit)")
    }
  }

  /// Files of earlier versions and of other programs have no checksum.
  @Test func filesWithoutAChecksumAreReadAsTheyAre() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.file("a.safetensors")
    var sound = try written(to: path)
    let end = 8 + Int(sound[0]) + Int(sound[1]) << 8
    var header = String(decoding: sound[8..<end], as: UTF8.self)
    let before = header.utf8.count
    header.replace(#/,"sheaf.checked":"CRC-32C","sheaf.crc32c":"0x[0-9a-f]{8}"/#, with: "")
    #expect(header.utf8.count < before)
    header += String(repeating: " ", count: before - header.utf8.count)
    sound.replaceSubrange(8..<end, with: Data(header.utf8))
    try sound.write(to: URL(fileURLWithPath: path))
    let file = try SafetensorsFile(path: path)
    #expect(file.metadata == ["sheaf": "{\"crop\": [1]}"])
    #expect(try file.tensor("two").floats() == numbers(3, key: 3))
  }

  /// Every single damaged byte of a header must end in an error or in a file that is still sound, never in a trap.
  @Test func survivesDamageToAnyByteOfTheHeader() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.file("a.safetensors")
    try SafetensorsFile.write(
      [("one", .zeros([2, 3])), ("two", .zeros([4]))], metadata: ["a": "b"], to: path)
    let sound = try Data(contentsOf: URL(fileURLWithPath: path))
    for position in 0..<(sound.count - 40) {
      for value in [UInt8(0), 0x22, 0x2d, 0x39, 0x7d, 0xff] {
        var damaged = sound
        damaged[position] = value
        try damaged.write(to: URL(fileURLWithPath: path))
        do {
          let file = try SafetensorsFile(path: path, verifying: false)
          for name in file.entries.keys { _ = try file.tensor(name) }
        } catch is Fault {}
      }
    }
  }

  @Test(.needsPeers) func isReadByPythonAndReadsItsFiles() throws {
    let peers = try PeerEnvironment.required()
    let scratch = try ScratchDirectory()
    let a = numbers(24, key: 1)
    try SafetensorsFile.write(
      [("a", .copying(a, shape: [2, 3, 4])), ("n", .copying([Int64(-7), 1 << 40], shape: [2]))],
      metadata: ["who": "Sheaf"], to: scratch.file("ours.safetensors"))
    let program = """
      import sys
      import numpy
      from safetensors import safe_open
      from safetensors.numpy import load_file, save_file
      directory = sys.argv[1] + "/"
      ours = load_file(directory + "ours.safetensors")
      with safe_open(directory + "ours.safetensors", "np") as file:
          metadata = {key: text for key, text in file.metadata().items() if not key.startswith("sheaf.c")}
          assert metadata == {"who": "Sheaf"}, file.metadata()
      assert ours["a"].shape == (2, 3, 4) and ours["a"].dtype == numpy.float32
      assert ours["n"].tolist() == [-7, 1 << 40]
      save_file({"a": ours["a"] * 2, "h": numpy.float16([1.5]), "b": numpy.array(True), "e": numpy.zeros((0, 3), "i4")},
                directory + "theirs.safetensors", metadata={"by": "Python"})
      """
    _ = try peers.run(program, arguments: [scratch.path])
    let theirs = try SafetensorsFile(path: scratch.file("theirs.safetensors"))
    #expect(theirs.metadata == ["by": "Python"])
    #expect(try theirs.tensor("a").floats() == a.map { $0 * 2 })
    #expect(try theirs.tensor("h").floats() == [1.5])
    #expect(try theirs.tensor("b").floats() == [1])
    #expect(try theirs.tensor("e").shape == [0, 3])
  }
}
