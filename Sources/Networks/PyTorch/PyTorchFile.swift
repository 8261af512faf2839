import Files
import Foundation
import Synchronization
import Torch

/// A `.pth` file: a zip archive of `torch.save` with a pickle and the storages of its tensors, from nnU-Net, nnssl or any
/// other program.
///
/// 1. `data.pkl` is read as data alone (`Unpickler`): nothing in it is executed, objects of other programs are passed over.
/// 2. The weights are the dictionary of tensors at the root, under one of the names that programs use for it, or else the
///    one with most tensors.
/// 3. Storages are the records `data/KEY`. When the file is opened, each one that the weights need must be present in the
///    size that the pickle claims, before anything is allocated.
/// 4. A tensor is a strided view of its storage, so that slices, transposed and shared tensors are read correctly.
///
/// Tensors are read one at a time; safe for use from many threads at once.
package final class PyTorchFile: StoredWeights {
  package let path: String
  package let format = "PyTorch"
  package let tensors: [String: StoredTensor]
  package let unreadable: [String: String]
  let pickle: Pickle
  private let indices: [String: Int]
  private let archive: ArchiveReader
  /// The storage that was read last: in some files all tensors share one.
  private let lastStorage = Mutex<(key: String, type: StoredElementType, elements: Tensor)?>(nil)

  /// Far more than the pickle of any network, which does not contain the elements.
  private static let pickleByteLimit = 256 << 20
  /// - Throws: `Fault` of kind `noInput` when the file cannot be opened, of kind `badData` when it is damaged, holds no
  ///   weights or names what only an attack would.
  package init(path: String) throws {
    self.path = path
    let byteCount = try ReadableFile(path).size
    func refuse(_ reason: String) -> Fault {
      Fault.badData("\(path) is not a usable weights file: \(reason)")
    }
    do {
      archive = try ArchiveReader(path: path)
      guard try archive.has("data.pkl") else {
        throw refuse("expected an archive of torch.save with a record data.pkl, found none; give another file")
      }
      if try archive.has("constants.pkl") {
        throw refuse(
          "it is a TorchScript module, whose tensor names are arbitrary; save the state dictionary with torch.save")
      }
      if try archive.has("byteorder"), try Self.record("byteorder", of: archive, limit: 16) != Array("little".utf8) {
        throw refuse("expected elements in little-endian order; save it again on a little-endian machine")
      }
      pickle = try Unpickler.read(
        Self.record("data.pkl", of: archive, limit: min(byteCount, Self.pickleByteLimit)))
      guard let dictionary = WeightsDictionary.find(in: pickle.view) else {
        throw refuse(WeightsDictionary.absence(in: pickle.view))
      }
      var indices: [String: Int] = [:]
      var unreadable: [String: String] = [:]
      for (name, value) in dictionary {
        if case .tensor(let index) = value.value { indices[name] = index } else { unreadable[name] = value.unknownName }
      }
      self.indices = indices
      self.unreadable = unreadable
      for index in Set(indices.values.map { [pickle] in pickle.tensors[$0].storage }) {
        try Self.check(pickle.storages[index], in: archive, fileByteCount: byteCount, path)
      }
      tensors = indices.mapValues { [pickle] in
        StoredTensor(elementType: pickle.tensors[$0].type.rawValue, shape: pickle.tensors[$0].shape)
      }
    } catch let error as TorchError where error.kind == .file {
      throw refuse("it is damaged or truncated (\(Self.reason(error))); write it or copy it again")
    } catch let damage as PickleDamage {
      throw refuse("\(damage); save the state dictionary alone, in Python, from a source you trust")
    }
  }

  /// Whether the file begins like a zip archive; cheap, and no guarantee that the rest is intact.
  package static func looksLikeArchive(_ path: String) throws -> Bool {
    let file = try ReadableFile(path)
    return try file.size >= 4 && file.read(at: 0, count: 4) == Data([0x50, 0x4b, 3, 4])
  }

  /// Whether the archive is a TorchScript module rather than a checkpoint.
  ///
  /// - Throws: `Fault` of kind `badData` when it is not an archive at all.
  static func isScript(_ path: String) throws -> Bool {
    try refuseOtherArchive(path)
    do {
      return try ArchiveReader(path: path).has("constants.pkl")
    } catch let error as TorchError {
      throw Fault.badData("\(path) is damaged or truncated (\(reason(error))); write it or copy it again")
    }
  }

  /// The texts at the root, such as the name of nnU-Net's trainer, and the keys at the root.
  package var notes: [String: String] {
    var notes: [String: String] = [:]
    let entries = pickle.view.entries ?? []
    for (key, value) in entries { notes[key] = value.text }
    if tensors[entries.first?.key ?? ""] == nil { notes["holds"] = entries.map(\.key).joined(separator: ", ") }
    return notes
  }

  /// The first sentence: libtorch adds guesses at the cause.
  private static func reason(_ error: TorchError) -> String {
    error.message.components(separatedBy: ". ")[0]
  }

  package var describedBySheaf: String? { pickle.view[PyTorchFile.descriptionKey]?.text }

  /// The key of Sheaf's description in a checkpoint.
  static let descriptionKey = "sheaf"

  private static func record(_ name: String, of archive: ArchiveReader, limit: Int) throws -> [UInt8] {
    let size = try archive.size(of: name)
    guard size <= UInt64(limit) else {
      throw TorchError(.file, "its record \(name) claims \(size) bytes, expected at most \(limit)")
    }
    var bytes = [UInt8](repeating: 0, count: Int(size))
    if size > 0 { try bytes.withUnsafeMutableBytes { try archive.read(name, into: $0) } }
    return bytes
  }

  /// A storage must be complete, and cannot be larger than the file that holds it uncompressed.
  private static func check(
    _ storage: Pickle.Storage, in archive: ArchiveReader, fileByteCount: Int, _ path: String
  ) throws {
    let (expected, overflow) = storage.count.multipliedReportingOverflow(by: storage.type.byteCount)
    let found = try archive.size(of: "data/\(storage.key)")
    guard !overflow, found == UInt64(expected) else {
      throw Fault.badData(
        "\(path) is damaged: expected \(storage.count) elements of \(storage.type) in its record data/\(storage.key), "
          + "found \(found) bytes; write it or copy it again")
    }
    guard expected <= fileByteCount else {
      throw Fault.badData(
        "\(path) of \(fileByteCount) bytes claims \(expected) bytes for its record data/\(storage.key): expected "
          + "uncompressed records, as torch.save writes them; save it again")
    }
  }

  package func tensor(_ name: String) throws -> Tensor {
    guard let index = indices[name] else { throw Fault.badData("\(path) has no tensor named \(name)") }
    let stored = pickle.tensors[index]
    guard let type = ScalarType(stored.type) else {
      throw Fault.badData(
        "\(path): tensor \(name) has elements of type \(stored.type), expected real numbers of 16, 32 or 64 bits; "
          + "convert it")
    }
    let elements = try elements(of: pickle.storages[stored.storage], as: stored.type, type)
    return try elements.strided(stored.shape, strides: stored.strides, offset: stored.offset)
  }

  /// All elements of a storage, one-dimensional.
  private func elements(of storage: Pickle.Storage, as type: StoredElementType, _ scalarType: ScalarType) throws
    -> Tensor
  {
    if let last = lastStorage.withLock({ $0 }), last.key == storage.key, last.type == type { return last.elements }
    let byteCount = storage.count * storage.type.byteCount
    guard byteCount % type.byteCount == 0 else {
      throw Fault.badData(
        "\(path) is damaged: its record data/\(storage.key) has \(byteCount) bytes, expected whole elements of \(type)")
    }
    // Bytes other than 0 and 1 are not valid Booleans.
    let isBool = scalarType == .bool
    var elements = try Tensor.uninitialized([byteCount / type.byteCount], type: isBool ? .uint8 : scalarType)
    do {
      try elements.withUnsafeBytes { bytes in
        if bytes.count > 0 { try archive.read("data/\(storage.key)", into: bytes) }
      }
    } catch let error as TorchError where error.kind == .file {
      throw Fault.badData(
        "\(path) is damaged: its record data/\(storage.key) cannot be read (\(error.message)); write it or copy it again"
      )
    }
    if isBool { elements = try elements.to(.bool) }
    lastStorage.withLock { [elements] in $0 = (storage.key, type, elements) }
    return elements
  }
}
