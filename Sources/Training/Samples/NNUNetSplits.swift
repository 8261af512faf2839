import Architectures
import Files
import Foundation

/// nnU-Net's `splits_final.json`: which cases of a raw dataset each fold trains and validates on. It lies in the preprocessed
/// dataset (`$nnUNet_preprocessed/DATASET`), or beside the raw one where people have put it.
struct NNUNetSplits: Sendable {
  let path: String
  private let folds: [(training: Set<String>, validation: Set<String>)]

  static let fileName = "splits_final.json"

  var count: Int { folds.count }

  /// - Returns: nil for a dataset without splits.
  /// - Throws: `Fault.badData` for a file that is none.
  init?(of dataset: String) throws {
    var places = [joinPath(dataset, Self.fileName)]
    if let preprocessed = ProcessInfo.processInfo.environment["nnUNet_preprocessed"],
      let name = dataset.split(separator: "/").last
    {
      places.append(joinPath(preprocessed, String(name), Self.fileName))
    }
    guard let path = places.first(where: fileExists) else { return nil }
    self.path = path
    let json = try JSONValue(parsing: readWholeFile(path, limit: 1 << 28), path: path)
    func names(_ fold: JSONValue, _ key: String) throws -> Set<String> {
      guard let listed = fold[key]?.asArray?.compactMap(\.asString), listed.count == fold[key]?.asArray?.count else {
        throw Fault.badData(
          "\(path): expected a list of folds, each with the cases to \"train\" on and those to validate on (\"val\"), found "
            + fold.excerpt)
      }
      return Set(listed)
    }
    guard let listed = json.asArray, !listed.isEmpty else {
      throw Fault.badData("\(path): expected a list of folds, found \(json.excerpt)")
    }
    folds = try listed.map { (try names($0, "train"), try names($0, "val")) }
  }

  /// The pairs with the fold that validates on each.
  ///
  /// - Parameter count: of the folds that were asked for.
  /// - Throws: `Fault.usage` for another number of folds, `Fault.badData` for folds that do not validate on every case once
  ///   and train on it otherwise.
  func assigned(to pairs: [AnnotatedPair], folds count: Int) throws -> [AnnotatedPair] {
    guard count == folds.count else {
      throw Fault.usage(
        "\(path) lists \(folds.count) folds, but \(count) were asked for; give --folds \(folds.count), or move the file away "
          + "for other folds")
    }
    let known = Set(pairs.map(\.name))
    if let stranger = folds.flatMap({ $0.training.union($0.validation) }).filter({ !known.contains($0) }).min() {
      throw Fault.badData(
        "\(path) lists the case \(stranger), which the dataset does not have; add it, or correct the file")
    }
    return try pairs.map { pair in
      let own = folds.indices.filter { folds[$0].validation.contains(pair.name) }
      let others = folds.indices.filter { folds[$0].training.contains(pair.name) }
      guard own.count == 1, others == folds.indices.filter({ $0 != own[0] }) else {
        throw Fault.badData(
          "\(path): expected the case \(pair.name) to be validated on in one fold and trained on in all others, found it "
            + "under \"val\" of \(Self.text(own)) and under \"train\" of \(Self.text(others)); correct the file, or give a "
            + "YAML list with a fold for each pair")
      }
      var pair = pair
      pair.fold = own[0]
      return pair
    }
  }

  private static func text(_ folds: [Int]) -> String {
    folds.isEmpty ? "no fold" : "fold " + folds.map(String.init).joined(separator: ", ")
  }
}
