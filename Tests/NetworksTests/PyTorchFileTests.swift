import Files
import Foundation
import Networks
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import Torch

/// `.pth` files that PyTorch wrote, and such that somebody made up.
@Suite struct PyTorchFileTests {
  /// Tensors of all types and of every relation to their storages, and what they hold.
  private static let saving = """
    import sys
    import torch
    from safetensors.torch import save_file
    directory, protocol = sys.argv[1] + "/", int(sys.argv[2])
    torch.manual_seed(7)
    base = torch.randn(6, 8, 5)
    tensors = {
        "dense": base.clone(), "slice": base[2:5, ::3], "transposed": base.permute(2, 0, 1), "column": base[:, 3, 4],
        "expanded": base[0, 0, :1].expand(4, 3), "alias": base, "scalar": torch.tensor(-2.5), "empty": base[:0],
        "half": base.half(), "bfloat16": base.bfloat16().mT, "double": base.double()[1:], "bytes": torch.arange(9).byte(),
        "int32": torch.arange(-4, 4, dtype=torch.int32).view(2, 4).T, "int64": torch.tensor([-1, 1 << 40]),
        "bool": torch.tensor([True, False, True]), "channels_last": torch.randn(2, 3, 4, 4, 4).to(
            memory_format=torch.channels_last_3d),
    }
    tensors["parameter"] = torch.nn.Parameter(base[1])
    state = torch.nn.Linear(3, 2).state_dict()
    state.update(tensors)
    save_file({name: t.detach().clone().contiguous() for name, t in state.items()}, directory + "expected.safetensors")
    state["complex"] = torch.zeros(2, dtype=torch.complex64)
    state["int8"] = torch.zeros(2, dtype=torch.int8)
    for name, value in [("plain", state), ("nested", {"epoch": 3, "model": {"state_dict": state}})]:
        torch.save(value, directory + name + ".pth", pickle_protocol=protocol)
    torch.save(state, directory + "legacy.pth", _use_new_zipfile_serialization=False)
    """

  @Test(.needsPeers, arguments: [2, 4, 5]) func readsWhatPyTorchSaves(pickleProtocol: Int) throws {
    let peers = try PeerEnvironment.required()
    let scratch = try ScratchDirectory()
    _ = try peers.run(Self.saving, arguments: [scratch.path, "\(pickleProtocol)"])
    let expected = try SafetensorsFile(path: scratch.file("expected.safetensors"))
    for name in ["plain", "nested"] {
      let file = try openWeights(scratch.file("\(name).pth"))
      #expect(file.format == "PyTorch")
      #expect(Set(file.tensors.keys) == Set(expected.tensors.keys).union(["complex", "int8"]))
      for (name, stored) in expected.tensors {
        let (found, wanted) = (try file.tensor(name), try expected.tensor(name))
        #expect(file.tensors[name] == stored && found.shape == wanted.shape, "\(name)")
        #expect(try found.array(of: Double.self) == wanted.array(of: Double.self), "\(name)")
      }
      #expect(file.tensors["complex"] == StoredTensor(elementType: "complex64", shape: [2]))
      expectFault(["complex64"]) { _ = try file.tensor("complex") }
      expectFault(["nobody"]) { _ = try file.tensor("nobody") }
    }
    expectFault(["before 1.6", "torch.save"]) { _ = try openWeights(scratch.file("legacy.pth")) }
  }

  /// What a pickle would run is refused by its name and not run: the file that it would make is not there.
  @Test(.needsPeers) func runsNothing() throws {
    let peers = try PeerEnvironment.required()
    let scratch = try ScratchDirectory()
    let program = """
      import os, sys
      import torch
      directory = sys.argv[1] + "/"
      class Bomb:
          def __init__(self, function, *arguments):
              self.function, self.arguments = function, arguments
          def __reduce__(self):
              return self.function, self.arguments
      command = "touch " + directory + "ran"
      bombs = {"system": Bomb(os.system, command), "eval": Bomb(eval, "__import__('os').system(%r)" % command),
               "load": Bomb(torch.load, directory + "ran")}
      weights = torch.nn.Linear(3, 2).state_dict()
      for name, bomb in bombs.items():
          for protocol in [2, 4]:
              torch.save({"network_weights": weights, "extra": bomb}, f"{directory}{name}{protocol}.pth",
                         pickle_protocol=protocol)
      """
    _ = try peers.run(program, arguments: [scratch.path])
    let names = ["system": "posix.system", "eval": "eval", "load": "torch.serialization.load"]
    for (name, global) in names {
      for pickleProtocol in [2, 4] {
        let path = scratch.file("\(name)\(pickleProtocol).pth")
        expectFault([path, global, "nothing was executed"]) { _ = try openWeights(path) }
        expectFault([global]) { _ = try Model.load(path) }
      }
    }
    #expect(!fileExists(scratch.file("ran")))
  }

  // MARK: Without PyTorch

  /// Writes an archive with a pickle and one storage of `elements` floats.
  private func write(_ pickle: [UInt8], elements: Int = 4, to path: String, further: [String] = []) throws {
    let file = try PendingFile(path)
    let archive = try ArchiveWriter { try file.append($0) }
    try pickle.withUnsafeBytes { try archive.write("data.pkl", $0) }
    try [Float](repeating: 1.5, count: elements).withUnsafeBytes { try archive.write("data/0", $0) }
    for name in further { try [UInt8]("big".utf8).withUnsafeBytes { try archive.write(name, $0) } }
    try archive.finish()
    try file.publish()
  }

  /// `{"a": tensor}` with the arguments of `_rebuild_tensor_v2` as numbers.
  private func pickle(
    storage: String = "torch\nFloatStorage", count: UInt8 = 4, offset: UInt8 = 0, shape: [Int32] = [2, 2],
    strides: [Int32] = [2, 1]
  ) -> [UInt8] {
    func text(_ text: String) -> [UInt8] { [0x58, UInt8(text.utf8.count), 0, 0, 0] + Array(text.utf8) }
    func tuple(_ numbers: [Int32]) -> [UInt8] {
      [0x28] + numbers.flatMap { number in [0x4A] + withUnsafeBytes(of: number.littleEndian) { Array($0) } } + [0x74]
    }
    let identifier =
      [0x28] + text("storage") + Array("c\(storage)\n".utf8) + text("0") + text("cpu") + [0x4B, count, 0x74, 0x51]
    let tensor =
      Array("ctorch._utils\n_rebuild_tensor_v2\n".utf8) + [0x28] + identifier + [0x4B, offset] + tuple(shape)
      + tuple(strides) + [0x89, 0x7D, 0x74, 0x52]
    return [0x80, 2, 0x7D] + text("a") + tensor + [0x73, 0x2E]
  }

  @Test func checksEveryTensorAgainstItsStorage() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.file("a.pth")
    func expectRefused(_ pickle: [UInt8], _ words: String, elements: Int = 4) throws {
      try write(pickle, elements: elements, to: path)
      expectFault([path, words]) { _ = try openWeights(path) }
    }
    try write(pickle(), to: path)
    #expect(try openWeights(path).tensor("a").floats() == [1.5, 1.5, 1.5, 1.5])
    try write(pickle(shape: [3, 1 << 20], strides: [0, 0]), to: path)
    #expect(try openWeights(path).tensor("a").shape == [3, 1 << 20])
    try expectRefused(pickle(shape: [5], strides: [1]), "beyond the 4 elements")
    try expectRefused(pickle(offset: 1), "beyond the 4 elements")
    try expectRefused(pickle(shape: [2], strides: [4]), "beyond the 4 elements")
    try expectRefused(pickle(offset: 5, shape: [0], strides: [1]), "beyond the 4 elements")
    try expectRefused(pickle(shape: [-1], strides: [1]), "negative")
    try expectRefused(pickle(shape: [2], strides: [-1]), "negative")
    try expectRefused(pickle(shape: [.max, .max, .max], strides: [0, 0, 0]), "too large")
    try expectRefused(pickle(shape: [2, 2], strides: [1]), "other arguments")
    try expectRefused(pickle(storage: "torch\nint8"), "does not apply")
    try expectRefused(pickle(), "record data/0", elements: 3)
    try expectRefused(pickle(), "record data/0", elements: 5)
    try expectRefused(pickle(storage: "torch\nDoubleStorage"), "record data/0")
    try expectRefused(pickle(storage: "os\nsystem"), "os.system")
    try expectRefused(pickle(storage: "torch\nload"), "torch.load")
    try expectRefused(pickle(storage: "builtins\neval"), "builtins.eval")
    try write(pickle(), to: path, further: ["byteorder"])
    expectFault(["little-endian"]) { _ = try openWeights(path) }
    try write(pickle(), to: path, further: ["constants.pkl"])
    expectFault(["TorchScript"]) { _ = try openWeights(path) }
  }

  @Test func refusesPicklesThatAreNoData() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.file("a.pth")
    func expectRefused(_ bytes: [UInt8], _ words: String) throws {
      try write([0x80, 2] + bytes, to: path)
      expectFault([path, words]) { _ = try openWeights(path) }
    }
    try expectRefused([], "truncated")
    try expectRefused([0x58, 0xff, 0xff, 0xff, 0xff], "truncated")
    try expectRefused([0x8D] + [UInt8](repeating: 0xff, count: 8), "truncated")
    try expectRefused([0x2E], "where there is none")
    try expectRefused([0x28, 0x30, 0x4E, 0x74, 0x2E], "never begun")
    try expectRefused([0x68, 7, 0x2E], "has not defined")
    try expectRefused([0x4E, 0x4E, 0x73, 0x2E], "where there is none")
    try expectRefused([0x4E, 0x4E, 0x52, 0x2E], "does not apply")
    try expectRefused([0x69], "operation 105")
    try expectRefused([0x80, 6], "protocol 6")
    try expectRefused([0x7D, 0x2E], "a dictionary of tensors")
    try expectRefused([0x4E, 0x2E], "a dictionary of tensors")
    // A list that contains itself, and one within the other a million times.
    try expectRefused([0x5D, 0x71, 0, 0x68, 0, 0x61, 0x2E], "a dictionary of tensors")
    try expectRefused(
      [UInt8](repeating: 0x5D, count: 1) + [UInt8](repeating: 0x85, count: 1_000_000) + [0x2E], "tensors")
    try expectRefused([0x7D, 0x71, 0] + Array("X\u{5}\0\0\0model".utf8) + [0x68, 0, 0x73, 0x2E], "found only model")
  }

  /// Cut anywhere, and changed anywhere, a file ends in weights or in a sentence.
  @Test func survivesTruncationAndDamage() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.file("a.pth")
    try write(pickle(), to: path)
    let sound = try Data(contentsOf: URL(fileURLWithPath: path))
    for count in stride(from: 0, to: sound.count, by: 7) {
      try sound.prefix(count).write(to: URL(fileURLWithPath: path))
      #expect(throws: Fault.self, "\(count) bytes") { try openWeights(path) }
    }
    for position in sound.indices {
      for value in [UInt8(0), 0x28, 0x52, 0xff] where sound[position] != value {
        var damaged = sound
        damaged[position] = value
        try damaged.write(to: URL(fileURLWithPath: path))
        do {
          let file = try openWeights(path)
          for name in file.tensors.keys { _ = try file.tensor(name) }
        } catch is Fault {}
      }
    }
  }
}

/// Expects a `Fault` of bad data in one line that contains all of `words`.
func expectFault(_ words: [String], location: SourceLocation = #_sourceLocation, _ body: () throws -> Void) {
  do {
    try body()
    Issue.record("nothing was thrown", sourceLocation: location)
  } catch let fault as Fault {
    #expect(fault.kind == .badData && !fault.message.contains("\n"), "\(fault.message)", sourceLocation: location)
    for word in words { #expect(fault.message.contains(word), "\(fault.message)", sourceLocation: location) }
  } catch {
    Issue.record("\(error)", sourceLocation: location)
  }
}
