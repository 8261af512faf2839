import Files
import Foundation
import Torch

extension PyTorchFile {
  /// Writes a value with its tensors as `torch.save` does, and makes the file appear, complete, under its name.
  ///
  /// The same values give the same bytes. Tensors are brought to host memory one at a time.
  ///
  /// - Parameter storages: what the tensors in `value` refer to by number.
  /// - Throws: `Fault` when the file cannot be written.
  static func write(_ value: PicklingValue, storages: [Tensor], to path: String) throws {
    let file = try PendingFile(path)
    let archive = try ArchiveWriter { try file.append($0) }
    func write(_ name: String, _ data: Data) throws { try data.withUnsafeBytes { try archive.write(name, $0) } }
    try write("data.pkl", Pickler.pickle(value))
    try write("byteorder", Data("little".utf8))
    for (key, tensor) in storages.enumerated() {
      let host = try tensor.to(tensor.scalarType(), device: .cpu).arranged(.planar)
      try host.withUnsafeBytes { try archive.write("data/\(key)", UnsafeRawBufferPointer($0)) }
    }
    try archive.finish()
    try file.publish()
  }
}

extension StoredElementType {
  init(_ type: ScalarType) {
    switch type {
    case .float32: self = .float32
    case .bfloat16: self = .bfloat16
    case .float16: self = .float16
    case .float64: self = .float64
    case .uint8: self = .uint8
    case .int32: self = .int32
    case .int64: self = .int64
    case .bool: self = .bool
    }
  }

  /// PyTorch's legacy name for a storage of such elements.
  var storageClass: String {
    switch self {
    case .float32: "FloatStorage"
    case .bfloat16: "BFloat16Storage"
    case .float16: "HalfStorage"
    case .float64: "DoubleStorage"
    case .uint8: "ByteStorage"
    case .int8: "CharStorage"
    case .int16: "ShortStorage"
    case .int32: "IntStorage"
    case .int64: "LongStorage"
    case .bool: "BoolStorage"
    case .complex64: "ComplexFloatStorage"
    case .complex128: "ComplexDoubleStorage"
    case .untyped: "UntypedStorage"
    }
  }
}
