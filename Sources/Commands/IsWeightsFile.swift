import Files
import Foundation

/// Whether a file begins like weights, without libtorch: safetensors, or the zip archive that `torch.save` writes.
func isWeightsFile(_ path: String) -> Bool {
  guard !isDirectory(path), let file = try? ReadableFile(path), file.size > 8,
    let start = try? file.read(at: 0, count: 9)
  else { return false }
  if start.prefix(4) == Data([0x50, 0x4b, 3, 4]) {
    // Stores and NumPy arrays come in such archives too; one that is damaged is left to whoever reads it.
    let names = Archive.names(in: path) ?? []
    return names.contains { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }
  }
  // safetensors: the length of its JSON header in 8 bytes, little-endian, then the header.
  let length = start.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
  return length <= UInt64(file.size - 8) && start.last == UInt8(ascii: "{")
}
