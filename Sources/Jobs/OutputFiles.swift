import Files
import Foundation

/// Which files Sheaf writes into the directories that it makes, by their names: what `--overwrite` may remove. Anything
/// else in an output was put there by somebody.
package struct OutputFiles {
  private let rules: [Rule]

  /// Whether a file is Sheaf's, by the components of its path within the output.
  private typealias Rule = (_ parts: ArraySlice<String>, _ directory: String) -> Bool

  /// - Parameter command: the command that wrote the output; nil when the output does not say.
  package init(of command: String?) {
    switch command {
    case "tile", "label": rules = [OutputFiles.isOfStore]
    case "infer": rules = [OutputFiles.isOfStore, OutputFiles.isOfCases]
    case "corpus": rules = [OutputFiles.isOfCorpus, OutputFiles.isOfPatchExport]
    case "phantom": rules = [OutputFiles.isOfPhantom]
    case "pretrain", "finetune": rules = [OutputFiles.isOfRun]
    default:
      rules = [
        OutputFiles.isOfStore, OutputFiles.isOfCases, OutputFiles.isOfCorpus, OutputFiles.isOfPatchExport,
        OutputFiles.isOfPhantom,
        OutputFiles.isOfRun,
      ]
    }
  }

  /// The path, within `output`, of a file that Sheaf did not write; nil when there is none. Links count as files.
  package func foreignFile(in output: String) throws -> String? { try foreignFile(in: output, [], output) }

  private func foreignFile(in directory: String, _ above: [String], _ output: String) throws -> String? {
    for name in try directoryEntries(directory) {
      let parts = above + [name]
      let path = joinPath(directory, name)
      var status = stat()
      guard lstat(path, &status) == 0 else { throw systemFault("read", path) }
      if (status.st_mode & S_IFMT) == S_IFDIR {
        if OutputFiles.isHidden(parts[...]) { continue }
        if let found = try foreignFile(in: path, parts, output) { return found }
      } else if (status.st_mode & S_IFMT) != S_IFREG || !isOwn(parts[...], output) {
        return parts.joined(separator: "/")
      }
    }
    return nil
  }

  private func isOwn(_ parts: ArraySlice<String>, _ output: String) -> Bool {
    OutputFiles.isHidden(parts) || parts.last.map(isPartialFile) == true || rules.contains { $0(parts, output) }
  }

  /// `.sheaf`, locks and what replacements leave.
  private static func isHidden(_ parts: ArraySlice<String>) -> Bool {
    guard let first = parts.first else { return false }
    return first == PrivateDirectory.name || first == ".lock" || OutputPlace.isHiddenName(first)
  }

  /// Whether an entry of an output directory was made before there was any record.
  static func isPreparation(_ name: String) -> Bool { isHidden([name]) || isPartialFile(name) }

  // MARK: Kinds of output

  private static func isNumber(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  private static func isNumbered(_ name: String, _ prefix: String, _ suffix: String) -> Bool {
    guard name.count > prefix.count + suffix.count, name.hasPrefix(prefix), name.hasSuffix(suffix) else { return false }
    return isNumber(String(name.dropFirst(prefix.count).dropLast(suffix.count)))
  }

  private static let metadata = "zarr.json"

  private static func isOfStore(_ parts: ArraySlice<String>, _ directory: String) -> Bool {
    let parts = Array(parts)
    if parts == [metadata] || parts == ["labels", metadata] { return true }
    if isHidden(parts[...]) { return true }
    guard parts.count > 1 else { return false }
    if isNumber(parts[0]) {
      if parts.count == 2 { return parts[1] == metadata }
      return parts[1] == "c" && parts.dropFirst(2).allSatisfy(isNumber)
    }
    guard parts[0] == "labels", parts.count > 2 else { return false }
    if OutputPlace.isHiddenName(parts[1]) { return true }
    // Labels of other programs lie in the same group.
    let label = joinPath(directory, "labels", parts[1])
    return isDirectory(PrivateDirectory.path(in: label)) && isOfStore(parts[2...], label)
  }

  /// Segmented cases, which a list beside them names.
  private static func isOfCases(_ parts: ArraySlice<String>, _ directory: String) -> Bool {
    let list = joinPath(PrivateDirectory.path(in: directory), "cases.json")
    guard let first = parts.first, let data = try? readWholeFile(list, limit: 1 << 26),
      let names = try? JSONValue(parsing: data, path: list).asArray, names.contains(.string(first))
    else { return false }
    return parts.count == 1 || isOfStore(parts.dropFirst(), joinPath(directory, first))
  }

  private static func isOfCorpus(_ parts: ArraySlice<String>, _ directory: String) -> Bool {
    let parts = Array(parts)
    if parts == ["corpus.json"] || parts == ["patches.csv"] { return true }
    guard parts.count > 2, parts[0] == "patches" else { return false }
    let store = joinPath(directory, parts[0], parts[1])
    return isDirectory(PrivateDirectory.path(in: store)) && isOfStore(parts[2...], store)
  }

  private static func isOfPatchExport(_ parts: ArraySlice<String>, _: String) -> Bool {
    guard parts.count == 3, let name = parts.last else { return false }
    return parts[parts.startIndex].hasSuffix("_structures") && isNumbered(name, "patchvolume_", ".nii.gz")
  }

  private static func isOfPhantom(_ parts: ArraySlice<String>, _: String) -> Bool {
    let parts = Array(parts)
    if [["phantom.json"], ["pairs.yaml"], ["settings.json"]].contains(parts) { return true }
    guard parts.count == 3 else { return false }
    if parts[0] == "pairs" {
      guard ["images", "labels"].contains(parts[1]), let underscore = parts[2].lastIndex(of: "_") else { return false }
      return isNumbered(String(parts[2][underscore...]), "_", ".nii.gz")
    }
    return ["planes", "labels"].contains(parts[1]) && isPlane([parts[2]], "")
  }

  private static func isPlane(_ parts: ArraySlice<String>, _: String) -> Bool {
    parts.count == 1 && isNumbered(parts[parts.startIndex], "z", ".tif")
  }

  private static func isOfRun(_ parts: ArraySlice<String>, _ directory: String) -> Bool {
    let parts = Array(parts)
    switch parts.count {
    case 1:
      return [
        "recipe.yaml", "run.json", "settings.json", "metrics.csv", "validation.json", "model.safetensors", "model.json",
      ].contains(parts[0]) || parts[0].hasPrefix("events.out.tfevents.")
        || isNumbered(parts[0], "metrics.damaged-", ".csv")
    case 2 where parts[0] == "pictures": return isNumbered(parts[1], "step-", ".png")
    case 2 where parts[0] == "checkpoint": return isNumbered(parts[1], "step-", ".checkpoint")
    case 3... where parts[0] == "pseudo":
      let store = joinPath(directory, parts[0], parts[1])
      return isDirectory(PrivateDirectory.path(in: store)) && isOfStore(parts[2...], store)
    default: return false
    }
  }
}
