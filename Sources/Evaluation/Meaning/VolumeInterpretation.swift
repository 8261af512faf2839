import VolumeFormats
import Voxels

/// What a volume was taken for, and why: the one place that decides it, for every command.
///
/// In this order: what the user says; what a store says about itself; whether a label map lists the values; then the
/// values, whatever their number type. One value other than 0 makes a mask, several whole values are the ids of objects,
/// and fractions from 0 to 1 are probabilities. Everything else is refused.
package struct VolumeInterpretation: Sendable, Equatable {
  package let meaning: VolumeMeaning
  /// The stored value of probability 1.
  package internal(set) var one = 1.0
  /// For people: `mask (one non-zero value, 255)`.
  package internal(set) var text: String
  /// What may be wrong about it, sentences without a full stop.
  package internal(set) var doubts: [String] = []
  /// The value of a mask that has one; nil for empty ones and all others.
  package internal(set) var maskValue: Int64?

  private init(_ meaning: VolumeMeaning, _ text: String) {
    self.meaning = meaning
    self.text = text
  }

  /// What is known of a volume beside its voxels.
  package struct Context: Sendable {
    package var role: VolumeRole
    /// What the user says that it is.
    package var told: VolumeMeaning?
    /// Whether a probability threshold was given, which only probabilities have.
    package var hasThreshold = false
    /// What the values of labels mean; nil when nobody said it.
    package var map: LabelMap?
    /// Labels that count nowhere.
    package var ignored: Set<Int64> = []

    package init(_ role: VolumeRole) { self.role = role }
  }

  /// - Parameters:
  ///   - path: for messages.
  ///   - census: of all its voxels, or of a sample.
  /// - Throws: `Fault.badData` when the values cannot mean what the role needs, `Fault.usage` when they cannot mean what
  ///   the user says.
  package init(of volume: VolumeDescription, at path: String, _ census: ValueCensus, _ context: Context) throws {
    self = try Interpreter(volume: volume, path: path, census: census, context: context).result()
  }

  func with(_ change: (inout VolumeInterpretation) -> Void) -> VolumeInterpretation {
    var copy = self
    change(&copy)
    return copy
  }

  static func taken(_ meaning: VolumeMeaning, _ text: String) -> VolumeInterpretation {
    VolumeInterpretation(meaning, text)
  }
}
