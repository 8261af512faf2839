import Components
import Corpus
import Files
import Foundation
import Zarr

/// What a path is, as far as a report describes it.
enum ReportInput {
  case volume(Store)
  case labels(Store)
  case prediction(Store)
  case corpus(PatchCorpus)
  case run(String)
  case evaluation(String, JSONValue)
  case objects(ObjectList)
  /// Begun, and not finished: what it is, and what to do.
  case unfinished(String, String)

  private static let expected =
    "expected a store, a corpus, a training run, the output of `sheaf infer` or `sheaf label`, a table of objects, the scores "
    + "of `sheaf evaluate --json`, or a directory of these"

  /// What `path` is; of a directory that is nothing itself, everything in it that a report describes.
  ///
  /// - Throws: `Fault.noInput` when there is nothing, `Fault.badData` when it is nothing that a report describes, or is
  ///   damaged.
  static func find(_ path: String) throws -> [ReportInput] {
    guard fileExists(path) else { throw Fault.noInput("cannot read \(path): there is no such file or directory") }
    if let input = try recognise(path) { return [input] }
    guard isDirectory(path) else { throw Fault.badData("\(path) is nothing that a report describes: \(expected)") }
    let names = try directoryEntries(path).filter { !$0.hasPrefix(".") }.sorted()
    let found = try names.compactMap { try recognise(joinPath(path, $0)) }
    guard !found.isEmpty else {
      throw Fault.badData("there is nothing in \(path) that a report describes: \(expected)")
    }
    return found
  }

  private static func recognise(_ path: String) throws -> ReportInput? {
    isDirectory(path) ? try recogniseDirectory(path) : try recogniseFile(path)
  }

  private static func recogniseDirectory(_ path: String) throws -> ReportInput? {
    if fileExists(joinPath(path, "corpus.json")) { return .corpus(try PatchCorpus.open(path)) }
    if fileExists(joinPath(path, "run.json")) || fileExists(joinPath(path, "model.safetensors")) { return .run(path) }
    let own = PrivateDirectory.path(in: path)
    if Store.isStore(path) {
      if Store.isUnfinished(path) {
        return .unfinished(path, "its command has not finished; run the same command again")
      }
      guard let group = try? GroupMetadata.open(path),
        group.attributes["ome"]?["multiscales"] != nil
          || group.attributes["multiscales"] != nil
      else { return nil }
      let store = try Store.open(path)
      switch store.declaredContent?.kind {
      case .probabilities: return .prediction(store)
      case .labels, .objects: return .labels(store)
      case nil: return .volume(store)
      }
    }
    let journals = ((try? directoryEntries(own)) ?? []).filter { $0.hasSuffix(".journal") }.sorted()
    // A phantom has journals too, but is no input of a report.
    guard let journal = journals.first, !fileExists(joinPath(path, "phantom.json")) else { return nil }
    let command = journal.prefix { $0 != "." && $0 != "-" }
    guard ["tile", "corpus", "infer", "label"].contains(String(command)) else { return nil }
    return .unfinished(path, "`sheaf \(command)` has not finished; run the same command again")
  }

  private static func recogniseFile(_ path: String) throws -> ReportInput? {
    let file = try ReadableFile(path)
    let head = [UInt8](try file.read(at: 0, count: min(file.size, 64)))
    if head.starts(with: Array("id,".utf8)) { return .objects(try ObjectList(path)) }
    guard head.first(where: { ![0x20, 0x0A, 0x0D, 0x09].contains($0) }) == UInt8(ascii: "{"), file.size <= 256 << 20,
      let document = try? JSONValue(parsing: readWholeFile(path, limit: 256 << 20), path: path)
    else { return nil }
    let isScore = document["dice"] != nil && document["prediction"] != nil && document["reference"] != nil
    return isScore || document["cases"]?.asArray != nil && document["means"] != nil ? .evaluation(path, document) : nil
  }

  var path: String {
    switch self {
    case .volume(let store), .labels(let store), .prediction(let store): store.path
    case .corpus(let corpus): corpus.path
    case .run(let path), .evaluation(let path, _), .unfinished(let path, _): path
    case .objects(let list): list.path
    }
  }
}
