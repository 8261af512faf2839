import Files
import Foundation
import Jobs

/// What a run was started with, and whether it is finished: `run.json`.
package struct RunRecord: Sendable, Equatable {
  package var command: String
  package var programVersion: String
  /// Settings and inputs as text, one `key: value` a line; a run is only resumed by equal ones.
  package var identity: OutputIdentity
  package var isFinished: Bool

  package init(command: String, programVersion: String, identity: OutputIdentity, isFinished: Bool = false) {
    self.command = command
    self.programVersion = programVersion
    self.identity = identity
    self.isFinished = isFinished
  }

  var owner: OutputOwner { OutputOwner(command: command, identity: identity) }

  /// Version 1 had snake_case keys and no version.
  static let formatVersion = 2

  private struct Document: Codable {
    var formatVersion: Int?
    var command: String
    var programVersion: String
    var identity: String
    var isFinished: Bool
  }

  func write(to path: String) throws {
    try publish(
      runJSON(
        Document(
          formatVersion: RunRecord.formatVersion, command: command, programVersion: programVersion,
          identity: identity.text,
          isFinished: isFinished)), to: path)
  }

  /// - Throws: `Fault.badData` when the file is not the record of a run, or of a later format version.
  init(readFrom path: String) throws {
    let data = try readWholeFile(path, limit: 1 << 26)
    guard let document = try? decodeRunJSON(Document.self, from: data) else {
      throw Fault.badData("\(path) is not the record of a training run; give another name to -o")
    }
    let version = document.formatVersion ?? 1
    guard version <= RunRecord.formatVersion else {
      throw Fault.badData(
        "\(path) has format version \(version); expected at most \(RunRecord.formatVersion): "
          + "use the version of Sheaf that wrote it, \(document.programVersion)")
    }
    self.init(
      command: document.command, programVersion: document.programVersion, identity: OutputIdentity(document.identity),
      isFinished: document.isFinished)
  }
}

/// JSON as the files of a run hold it: camelCase, keys sorted.
func runJSON(_ value: some Encodable) throws -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return try encoder.encode(value) + Data("\n".utf8)
}

/// Decodes JSON of a run, also with the snake_case keys of format version 1.
func decodeRunJSON<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
  let decoder = JSONDecoder()
  decoder.keyDecodingStrategy = .convertFromSnakeCase
  return try decoder.decode(type, from: data)
}
