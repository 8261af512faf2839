import Files

extension ZarrArray {
  /// What lies in the directory of an array beside its metadata.
  package enum ChunkFiles: Equatable, Sendable {
    /// At least one file of the grid.
    case some
    /// No file at all: every voxel is the fill value.
    case none
    /// Files, but none of the grid; one of them, relative to the array.
    case foreign(String)
  }

  /// Entries that are looked at in vain before the search is given up.
  private static let searchLimit = 20_000

  /// Looks for a file of the grid. Missing files mean the fill value, so metadata whose chunk keys match no file would
  /// turn a volume to zeros.
  package func findChunkFiles() throws -> ChunkFiles {
    var search = ChunkSearch(array: self, entriesLeft: ZarrArray.searchLimit)
    if try search.finds(in: "") { return .some }
    return search.firstForeign.map(ChunkFiles.foreign) ?? .none
  }

  /// - Throws: `Fault.badData` when there are files, but none of the grid.
  func requireChunkFiles() throws {
    guard case .foreign(let name) = try findChunkFiles() else { return }
    let first = metadata.keyEncoding.key([Int](repeating: 0, count: metadata.shape.count))
    throw Fault.badData(
      "\(path) holds files, but none is a chunk of its grid: its metadata expect names like \(first), found \(name); "
        + "correct the metadata (the separator of chunk keys, say) or the names")
  }
}

/// A search through an array's directory.
private struct ChunkSearch {
  let array: ZarrArray
  var entriesLeft: Int
  var firstForeign: String?

  private static let metadataNames: Set = [
    ZarrArray.metadataName, Version2.arrayName, Version2.groupName, Version2.attributesName, N5.attributesName,
  ]

  init(array: ZarrArray, entriesLeft: Int) {
    self.array = array
    self.entriesLeft = entriesLeft
  }

  /// - Parameter directory: relative to the array.
  mutating func finds(in directory: String) throws -> Bool {
    try anyDirectoryEntry(joinPath(array.path, directory)) { name in
      entriesLeft -= 1
      if entriesLeft < 0 { return true }
      // Files that systems and programs leave everywhere, and nodes inside this one, say nothing about its chunks.
      if name.hasPrefix(".") || Self.metadataNames.contains(name) { return false }
      let relative = joinPath(directory, name)
      let path = joinPath(array.path, relative)
      if isDirectory(path) {
        if Self.metadataNames.contains(where: { fileExists(joinPath(path, $0)) }) { return false }
        return try finds(in: relative)
      }
      if isKey(relative) { return true }
      if firstForeign == nil { firstForeign = relative }
      return false
    } && entriesLeft >= 0
  }

  /// Whether a file of this name, relative to the array, belongs to its grid.
  private func isKey(_ name: String) -> Bool {
    guard let position = array.metadata.keyEncoding.position(name, rank: array.metadata.shape.count) else {
      return false
    }
    return zip(position, zip(array.metadata.shape, array.metadata.fileShape)).allSatisfy { index, edges in
      index < (edges.0 - 1) / edges.1 + 1
    }
  }
}

extension ChunkKeyEncoding {
  /// The position that a key stands for; nil when it is none.
  func position(_ key: String, rank: Int) -> [Int]? {
    let separator: Separator
    var parts: [Substring]
    switch self {
    case .standard(let own): separator = own
    case .v2(let own): separator = own
    case .n5: separator = .slash
    }
    parts = key.split(separator: Character(separator.rawValue), omittingEmptySubsequences: false)
    if case .standard = self {
      guard parts.first == "c" else { return nil }
      parts.removeFirst()
    }
    let position = parts.compactMap { Int($0) }
    guard position.count == rank, parts.count == rank, position.allSatisfy({ $0 >= 0 }),
      zip(parts, position).allSatisfy({ $0 == String($1) })
    else { return nil }
    return self == .n5 ? position.reversed() : position
  }
}
