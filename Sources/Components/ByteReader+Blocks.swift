import Files

/// `ByteReader` for the files of blocks.
extension ByteReader {
  /// - Parameter path: the file, for messages.
  init(_ bytes: [UInt8], path: String) {
    self.init(bytes, name: path, remedy: "remove the output and run the same command again")
  }

  /// - Throws: `Fault.badData` when the bytes end early or the number is larger than `limit`.
  mutating func next(upTo limit: Int = .max) throws -> Int {
    let value = try unsigned()
    guard value <= UInt64(limit) else { throw damaged() }
    return Int(value)
  }

  /// A number written as signed.
  mutating func nextSigned() throws -> Int { try signed() }

  func damaged() -> Fault { malformed("expected the components of a block, found something else") }
}
