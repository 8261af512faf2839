import Files
import Foundation

/// The formats of single files that commands write, told by their first bytes.
package enum OutputFileFormat: Sendable {
  case png, html, objectTable, tiff, nifti, metaImage, numpy, pytorch, safetensors

  private var name: String {
    switch self {
    case .png: "a PNG picture"
    case .html: "an HTML page"
    case .objectTable: "a table of objects"
    case .tiff: "a TIFF file"
    case .nifti: "a NIfTI file"
    case .metaImage: "a MetaImage file"
    case .numpy: "a NumPy file"
    case .pytorch: "a PyTorch file"
    case .safetensors: "a safetensors file"
    }
  }

  private func matches(_ start: Data) -> Bool {
    func begins(_ bytes: [UInt8]...) -> Bool { bytes.contains { start.starts(with: $0) } }
    switch self {
    case .png: return begins([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
    case .html: return begins(Array("<!DOCTYPE html>".utf8))
    case .objectTable: return begins(Array("id,voxels,".utf8))
    case .tiff: return begins([0x49, 0x49, 42, 0], [0x4d, 0x4d, 0, 42], [0x49, 0x49, 43, 0], [0x4d, 0x4d, 0, 43])
    case .nifti:
      // Compressed, or the size of a header of version 1 or 2 in either byte order.
      return begins([0x1f, 0x8b], [0x5c, 1, 0, 0], [0, 0, 1, 0x5c], [0x1c, 2, 0, 0], [0, 0, 2, 0x1c])
    case .metaImage: return begins(Array("ObjectType".utf8), Array("NDims".utf8))
    case .numpy: return begins([0x93] + Array("NUMPY".utf8))
    // An archive, or a pickle of before 2020.
    case .pytorch: return begins([0x50, 0x4b, 3, 4], [0x80, 2])
    case .safetensors: return start.count > 8 && start[start.startIndex + 8] == UInt8(ascii: "{")
    }
  }

  /// Makes sure that a file may be written at `path`: that nothing is there, or with `overwrite` a file of this format,
  /// which is all that a file shows of who wrote it. An empty file has nothing to lose.
  ///
  /// - Throws: `Fault.cannotCreate`.
  package func refuseToReplace(_ path: String, overwrite: Bool) throws {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    guard (status.st_mode & S_IFMT) == S_IFREG else {
      let kind = (status.st_mode & S_IFMT) == S_IFDIR ? "a directory" : "no regular file"
      throw Fault.cannotCreate("\(path) is \(kind), where \(name) is to be written; give another name")
    }
    guard overwrite else {
      throw Fault.cannotCreate("\(path) exists; give another name, or --overwrite to replace it")
    }
    let file = try ReadableFile(path)
    let start = try file.read(at: 0, count: min(16, file.size))
    guard start.isEmpty || matches(start) else {
      throw Fault.cannotCreate(
        "\(path) is not \(name), so that --overwrite does not replace it; remove it or give another name")
    }
  }
}
