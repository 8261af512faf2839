import Files
import Foundation

/// The files of a corpus.
enum CorpusPaths {
  static let manifestName = "corpus.json"
  static let tableName = "patches.csv"
  static func manifest(_ corpus: String) -> String { joinPath(corpus, manifestName) }
  static func table(_ corpus: String) -> String { joinPath(corpus, tableName) }
  static func ownDirectory(_ corpus: String) -> String { PrivateDirectory.path(in: corpus) }

  static let packedDirectoryName = "patches"

  /// The store that holds the taken patches of a source.
  static func packed(_ source: Int, name: String) -> String {
    joinPath(packedDirectoryName, "\(zeroPadded(source, 4))-\(fileName(name)).zarr")
  }

  /// `name` with everything but letters, digits, `-`, `_` and `.` of ASCII replaced by `_`.
  static func fileName(_ name: String) -> String {
    let kept = name.map { character in
      character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character)) ? character : "_"
    }
    return kept.first == "." ? "_" + String(kept) : String(kept)
  }

  /// `path` as seen from `directory`, both existing: relative, unless they have nothing but the root in common.
  static func relative(_ path: String, to directory: String) -> String {
    let target = absolute(path).split(separator: "/")
    let base = absolute(directory).split(separator: "/")
    let common = zip(target, base).prefix { $0 == $1 }.count
    if common == 0 { return "/" + target.joined(separator: "/") }
    let up = [Substring](repeating: "..", count: base.count - common)
    return (up + target[common...]).joined(separator: "/")
  }

  /// Undoes `relative`.
  static func resolve(_ path: String, in directory: String) -> String {
    path.hasPrefix("/") ? path : absolute(joinPath(absolute(directory), path))
  }

  /// Without links, so that `..` means what it says.
  private static func absolute(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
