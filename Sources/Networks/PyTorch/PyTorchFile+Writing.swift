import Files
import Foundation
import Torch

extension PyTorchFile {
  /// Writes a value with its tensors as `torch.save` does; the file appears complete or not at all.
  ///
  /// The same values give the same bytes. Tensors are copied to host memory one at a time.
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
