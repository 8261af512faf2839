/// One parser under test and small valid inputs for it: a row of the table in `entries.swift`.
struct FuzzEntry: Sendable {
  let name: String
  /// Created by every process, always the same.
  let samples: @Sendable () throws -> [FuzzSample]
  /// Parses and reads all of the input at a path.
  ///
  /// Either it returns, having read as much as the input promised, or it throws a `Fault` of bad, missing or unfitting
  /// input. Any other error is a finding; so are a trap, a hang and too much memory.
  let read: @Sendable (String) throws -> Void
}

/// A valid input: one file, or several in a directory.
struct FuzzSample {
  /// Paths below the directory of the case, with their bytes; directories on the way are made.
  let files: [(path: String, bytes: [UInt8])]
  /// The path that the parser is given; empty for the directory itself.
  let input: String
  /// Which files are mutated: one of them, or two, in every case.
  let mutated: [String]
  /// What is done to a file after its mutation so that the parser sees the mutation and not merely a wrong checksum:
  /// compressing it, putting its checksum right.
  var seal: (_ path: String, _ bytes: [UInt8]) -> [UInt8] = { $1 }

  /// One file that is the input.
  init(_ path: String, _ bytes: [UInt8]) {
    self.init([(path, bytes)], input: path)
  }

  /// Several files, all of them mutated unless `mutated` names some.
  init(_ files: [(path: String, bytes: [UInt8])], input: String, mutated: [String]? = nil) {
    self.files = files
    self.input = input
    self.mutated = mutated ?? files.map(\.path)
  }

  func sealed(_ seal: @escaping (_ path: String, _ bytes: [UInt8]) -> [UInt8]) -> FuzzSample {
    var copy = self
    copy.seal = seal
    return copy
  }
}

/// What a `read` throws when the input was read, but wrongly.
struct FuzzFinding: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
