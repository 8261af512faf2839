import Components
import Files
import Jobs
import Zarr

/// How objects are found in probabilities; all settings determine the bytes of labels and table.
public struct ObjectSettings: Sendable, Equatable {
  /// The probability threshold of foreground, above 0 and at most 1; see `ProbabilityThreshold`.
  package var threshold: Float = 0.5
  /// Nil for the structure's name, or "objects".
  package var labelName: String?
  package var connectivity = Connectivity.corners
  /// Objects of fewer voxels are dropped.
  package var leastVoxels = 1

  package init() {}

  /// Those that `infer` recorded with a store of probabilities; the defaults where it recorded none.
  package init(usedFor probabilities: String) {
    guard let recorded = try? RecordedSettings(in: Store.ownDirectory(of: probabilities)).settings else { return }
    func number<Number: LosslessStringConvertible>(_ name: String) -> Number? { recorded[name].flatMap { Number($0) } }
    var found = self
    found.threshold = number("threshold") ?? threshold
    found.connectivity = number("connectivity").flatMap(Connectivity.init(rawValue:)) ?? connectivity
    found.leastVoxels = number("min-voxels") ?? leastVoxels
    // What `infer` would not have taken was not written by it.
    if (try? found.validate()) != nil { self = found }
  }

  /// - Throws: `Fault.usage` for an invalid setting.
  package func validate() throws {
    guard threshold > 0, threshold <= 1 else {
      throw Fault.usage("the threshold must be a probability above 0 and at most 1, found \(threshold)")
    }
    guard leastVoxels >= 1 else { throw Fault.usage("objects have at least 1 voxel, found \(leastVoxels)") }
    if let labelName, !ObjectSettings.isUsable(labelName) {
      throw Fault.usage(
        "'\(labelName)' is not a valid name for labels: use letters, digits, '-', '_' and '.', beginning with a letter "
          + "or digit")
    }
  }

  private static func isUsable(_ name: String) -> Bool {
    let isPlain = name.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains($0))
    }
    return !name.isEmpty && isPlain && !"-_.".contains(name.first!)
  }

  /// The name of the labels of a store that shows `structure`.
  package func labelName(structure: String?) -> String {
    if let labelName { return labelName }
    let plain = (structure ?? "").lowercased().map { character in
      character.isASCII && (character.isLetter || character.isNumber) ? character : "-"
    }
    let name = String(plain.drop { $0 == "-" })
    return ObjectSettings.isUsable(name) ? name : "objects"
  }
}
