import Files
import Foundation

/// Warnings about files outside the directory of the file that names them. That is legal, and they are read, but a copy
/// of the directory does not have them, and a file from somebody else may name what is not meant to be read.
///
/// - Parameters:
///   - paths: files that were named, as they are opened.
///   - header: the file that names them.
func distantFiles(_ paths: [String], namedBy header: String) -> [String] {
  func parts(_ path: String) -> [String] { URL(fileURLWithPath: path).standardizedFileURL.pathComponents }
  let home = parts(parentDirectory(of: header))
  return paths.filter { !parts($0).starts(with: home) }.map {
    "the voxels are read from \($0), outside the directory of the file"
  }
}
