import Files
import Foundation
import Jobs

/// What became of a case among several.
package struct CaseRecord: Sendable, Codable, Equatable {
  package var name: String
  package var path: String
  /// Nil for a case that was set aside, or is left to all ranks together.
  package var result: CaseInference.Result?
  package var seconds = 0.0
  /// Why it was set aside.
  package var fault: String?
  /// Of its files, as they were when they were read.
  package var stamp: String
  /// What was written of it, relative to the output.
  package var outputs: [String]

  /// One line, such as `case-07: 312 objects, 0.41 % of 8000000 voxels, 12 s`.
  package var line: String {
    if let fault { return "\(name): set aside: \(fault)" }
    guard let result else { return "\(name): later, by all ranks together" }
    return "\(name): \(result.objects) objects, \(share) % of \(result.voxels) voxels, \(durationText(seconds))"
  }

  package var share: String {
    guard let result else { return "" }
    return String(format: "%.3f", Double(result.foregroundVoxels) / Double(max(1, result.voxels)) * 100)
  }

  /// Changes with size or time of any file.
  static func stamp(of files: [String]) -> String {
    let lines = files.map { file in
      let stamp = FileStamp(of: file)
      return "\(file) \(stamp?.sizeInBytes ?? -1) \(stamp?.modified ?? 0)"
    }
    return Fingerprint.text(Array(lines.joined(separator: "\n").utf8).withUnsafeBytes { Fingerprint.of($0) })
  }
}

/// The cases of a run, in the order of their names.
public struct CasesSummary: Sendable {
  package let records: [CaseRecord]

  package var setAside: [CaseRecord] { records.filter { $0.fault != nil } }

  /// `cases.csv`. Times are not in it: it is a function of cases, network and settings.
  var table: String {
    "case,path,voxels,objects,foreground_share,tiles_evaluated,tiles_skipped,error\n"
      + records.map { record in
        func quoted(_ text: String) -> String {
          text.contains { ",\"\n".contains($0) } ? "\"\(text.replacingOccurrences(of: "\"", with: "\"\""))\"" : text
        }
        let result = record.result
        let share = result.map { "\(Double($0.foregroundVoxels) / Double(max(1, $0.voxels)))" } ?? ""
        let numbers =
          [result?.voxels, result?.objects].map { $0.map(String.init) ?? "" } + [share]
          + [result?.tilesEvaluated, result?.tilesSkipped].map { $0.map(String.init) ?? "" }
        return ([quoted(record.name), quoted(record.path)] + numbers + [quoted(record.fault ?? "")])
          .joined(separator: ",") + "\n"
      }.joined()
  }
}
