import Files
import Foundation
import IntensityStatistics
import Voxels

/// The table of patches, `patches.csv`: one line a patch, sources in the manifest's order, patches in C order.
package enum PatchTable {
  static let header =
    "patch,source,structure,z,y,x,depth,height,width,class,taken,reason,brightness,tail_contrast,near_outside,"
    + "near_contrast,key"
  private static let fileColumn = ",file"

  package static func text(_ patches: [Patch], sources: [CorpusSource]) -> String {
    // Only files that hold a patch each need the column, which versions before 0.3 do not know.
    let hasFiles = patches.contains { $0.file != nil }
    var text = header + (hasFiles ? fileColumn : "") + "\n"
    for (number, patch) in patches.enumerated() {
      let (origin, extent) = (patch.region.origin, patch.region.extent)
      let fields =
        [
          "\(number)", "\(patch.source)", quoted(sources[patch.source].structure), "\(origin.z)", "\(origin.y)",
          "\(origin.x)", "\(extent.z)", "\(extent.y)", "\(extent.x)", patch.signalClass.rawValue,
          patch.isTaken ? "yes" : "no", patch.reason.rawValue, "\(patch.brightness)", "\(patch.tailContrast)",
          patch.isNearOutside ? "yes" : "no", patch.isNearContrast ? "yes" : "no", hexadecimal(patch.key),
        ] + (hasFiles ? [quoted(patch.file ?? "")] : [])
      text += fields.joined(separator: ",") + "\n"
    }
    return text
  }

  /// As `CorpusManifest.tableChecksum` has it.
  static func checksum(_ table: Data) -> String { "0x\(hexadecimal(crc32c(table)))" }

  /// - Throws: `Fault.badData` naming the line that is not as `text` writes it, or a region outside its source.
  package static func parse(_ data: Data, path: String, sources: [CorpusSource]) throws -> [Patch] {
    guard let text = String(data: data, encoding: .utf8) else {
      throw Fault.badData("\(path) is not text in UTF-8; create the corpus again with `sheaf corpus`")
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let first = lines.first.map(String.init)
    guard first == header || first == header + fileColumn, lines.last == "" else {
      throw Fault.badData("\(path) is not a table of patches; create the corpus again with `sheaf corpus`")
    }
    return try lines.dropFirst().dropLast().enumerated().map { number, line in
      guard let patch = parse(line, number: number, hasFiles: first != header, sources: sources) else {
        throw Fault.badData(
          "\(path) is damaged in line \(number + 2): expected patch \(number) as described in its first line, found "
            + "\"\(line.prefix(120))\"; create the corpus again with `sheaf corpus`")
      }
      return patch
    }
  }

  private static func parse(_ line: Substring, number: Int, hasFiles: Bool, sources: [CorpusSource]) -> Patch? {
    // Names of structures and files may hold commas between quotes; nothing else may.
    guard let fields = split(line), fields.count == (hasFiles ? 18 : 17), Int(fields[0]) == number,
      let source = Int(fields[1]),
      sources.indices.contains(source), fields[2] == sources[source].structure
    else { return nil }
    let numbers = fields[3..<9].compactMap { Int($0) }
    let limit = sources[source].extent
    guard numbers.count == 6, numbers.allSatisfy({ (0...(1 << 40)).contains($0) }) else { return nil }
    let region = Region(
      origin: Coordinate(numbers[0], numbers[1], numbers[2]), extent: Extent(numbers[3], numbers[4], numbers[5]))
    let (patchExtent, files) = (sources[source].patchExtent, sources[source].place?.patches)
    guard !region.isEmpty, Region(limit).contains(region),
      files == nil ? region.extent == patchExtent : hasFiles && region.extent.clamped(to: patchExtent) == region.extent,
      let signalClass = SignalClass(rawValue: fields[9]), let reason = Patch.Reason(rawValue: fields[11]),
      let brightness = Double(fields[12]), let contrast = Double(fields[13]), let nearOutside = isYes(fields[14]),
      let nearContrast = isYes(fields[15]), let key = UInt64(fields[16], radix: 16)
    else { return nil }
    let patch = Patch(
      source: source, region: region, signalClass: signalClass, brightness: brightness, tailContrast: contrast,
      isNearOutside: nearOutside, isNearContrast: nearContrast, key: key, reason: reason,
      file: files == nil ? nil : fields[17])
    return isYes(fields[10]) == patch.isTaken ? patch : nil
  }

  private static func isYes(_ field: String) -> Bool? { field == "yes" ? true : field == "no" ? false : nil }

  private static func quoted(_ field: String) -> String {
    if !field.contains(where: { $0 == "," || $0 == "\"" }) { return field }
    return "\"" + field.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }

  /// The fields of a line (RFC 4180); nil when a quote is not closed.
  private static func split(_ line: Substring) -> [String]? {
    if !line.contains("\"") { return line.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    var fields = [""]
    var isQuoted = false
    var previous: Character = ","
    for character in line {
      switch character {
      case "\"":
        // A doubled quote inside quotes is one quote.
        if !isQuoted && previous == "\"" { fields[fields.count - 1].append("\"") }
        isQuoted.toggle()
      case "," where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
      previous = character
    }
    return isQuoted ? nil : fields
  }
}
