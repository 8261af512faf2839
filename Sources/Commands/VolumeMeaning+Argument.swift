import ArgumentParser
import Evaluation

extension VolumeMeaning: ExpressibleByArgument {
  /// What predictions may be said to be.
  static let ofPredictions: [VolumeMeaning] = [.probabilities, .mask, .instances, .classes]
  /// What references and training labels may be said to be.
  static let ofLabels: [VolumeMeaning] = [.mask, .instances, .classes]

  /// Help names those that an option takes.
  public static var allValueStrings: [String] { [] }
}

/// - Throws: `ValidationError` when an option says that a volume means what it cannot.
func check(_ meaning: VolumeMeaning?, of option: String, among valid: [VolumeMeaning]) throws {
  guard let meaning, !valid.contains(meaning) else { return }
  throw ValidationError(
    "\(option) must be \(valid.dropLast().map(\.rawValue).joined(separator: ", ")) or \(valid.last!.rawValue), found \(meaning.rawValue)"
  )
}
