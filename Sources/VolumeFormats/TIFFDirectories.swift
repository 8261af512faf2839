import Files
import Synchronization

/// Locations of the pages of one or several TIFF files. Each file is examined when one of its pages is first requested;
/// none stays open. Thread-safe.
final class TIFFDirectories: Sendable {
  /// Whether the first file is a TIFF file, rather than a document that describes other files.
  let isTIFF: Bool
  private let state: Mutex<State>

  private struct State {
    var files: [String]
    var numbers: [String: Int]
    var offsets: [Int: [UInt64]] = [:]
  }

  init(_ path: String, isTIFF: Bool) {
    self.isTIFF = isTIFF
    state = Mutex(State(files: [path], numbers: [path: 0]))
  }

  var files: [String] { state.withLock { $0.files } }

  /// The index of a file, which is added if it is new.
  func add(_ path: String) -> Int {
    state.withLock { state in
      if let number = state.numbers[path] { return number }
      state.files.append(path)
      state.numbers[path] = state.files.count - 1
      return state.files.count - 1
    }
  }

  func count(inFile file: Int) throws -> Int { try offsets(file).count }

  /// - Throws: `Fault.badData` when the file has fewer pages.
  func offset(ofPage page: Int, inFile file: Int) throws -> UInt64 {
    let offsets = try offsets(file)
    guard page < offsets.count else {
      throw Fault.badData(
        "\(files[file]) is incomplete: expected at least \(page + 1) pages, as its metadata says, found \(offsets.count)"
      )
    }
    return offsets[page]
  }

  private func offsets(_ file: Int) throws -> [UInt64] {
    let (path, known) = state.withLock { ($0.files[file], $0.offsets[file]) }
    if let known { return known }
    let found = try TIFFDirectoryChain.offsets(in: path)
    state.withLock { $0.offsets[file] = found }
    return found
  }
}
