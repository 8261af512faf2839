import Files
import Foundation
import Jobs
import Recipes

/// What a run was started with, and whether it is finished: `run.json`.
package struct RunRecord: Sendable, Equatable {
  package var command: String
  package var programVersion: String
  /// Settings and inputs as text, one `key: value` a line; a run is only resumed by equal ones.
  package var identity: OutputIdentity
  package var isFinished: Bool
  /// Steps of the last checkpoint, so that its loss is noticed; nil before the first one, in finished runs, and in those
  /// of earlier versions.
  package var stepsSaved: Int?

  package init(
    command: String, programVersion: String, identity: OutputIdentity, isFinished: Bool = false, stepsSaved: Int? = nil
  ) {
    self.command = command
    self.programVersion = programVersion
    self.identity = identity
    self.isFinished = isFinished
    self.stepsSaved = stepsSaved
  }

  /// The settings of the run that a command resumes, by name; nil where it begins one. What cannot be read is reported when
  /// the run is resumed.
  ///
  /// - Parameters:
  ///   - output: the run's directory.
  ///   - overwrite: whether the command replaces what is there, and so resumes only a replacement.
  package static func settingsBegun(
    at output: String, by command: TrainingCommand, overwrite: Bool
  ) -> [String: String]? {
    let directory = RunDirectory(overwrite ? OutputPlace.workPath(of: output) : output)
    guard let record = try? RunRecord(readFrom: directory.record), record.command == command.rawValue else {
      return nil
    }
    return record.identity.values
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
    var stepsSaved: Int?
    /// The CRC-32C of the document without it, serialised with sorted keys; nil in runs of earlier versions.
    var checksum: String?
  }

  func write(to path: String) throws {
    var document = Document(
      formatVersion: RunRecord.formatVersion, command: command, programVersion: programVersion,
      identity: identity.text, isFinished: isFinished, stepsSaved: stepsSaved)
    document.checksum = try RunRecord.checksum(of: runJSON(document), path: path)
    try publish(runJSON(document), to: path)
  }

  private static func checksum(of json: Data, path: String) throws -> String {
    var members = try JSONValue(parsing: json, path: path).asObject ?? [:]
    members["checksum"] = nil
    return "0x\(hexadecimal(crc32c(JSONValue.object(members).serialised())))"
  }

  /// - Throws: `Fault.badData` when the file is damaged, is not the record of a run, or is of a later format version.
  init(readFrom path: String) throws {
    let data = try readWholeFile(path, limit: 1 << 26)
    guard let document = try? decodeRunJSON(Document.self, from: data) else {
      throw Fault.badData(
        "\(path) is damaged, or not the record of a training run; restore it from a backup, or give another name to -o")
    }
    if let checksum = document.checksum, try checksum != RunRecord.checksum(of: data, path: path) {
      throw Fault.badData(
        "\(path) is damaged: its checksum is wrong; restore it from a backup, or give --overwrite to start over")
    }
    let version = document.formatVersion ?? 1
    guard version <= RunRecord.formatVersion else {
      throw Fault.badData(
        "\(path) has format version \(version); expected at most \(RunRecord.formatVersion): "
          + "use the version of Sheaf that wrote it, \(document.programVersion)")
    }
    self.init(
      command: document.command, programVersion: document.programVersion,
      identity: OutputIdentity(document.identity), isFinished: document.isFinished, stepsSaved: document.stepsSaved)
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
