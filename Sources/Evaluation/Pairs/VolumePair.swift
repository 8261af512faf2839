import Files

/// A volume and another of the same extent that belongs to it: an image and its labels, or a prediction and its reference.
package struct VolumePair: Sendable, Equatable {
  /// One of the two.
  package struct Member: Sendable, Hashable {
    package var path: String
    /// Of a container; nil for the only or first one.
    package var dataset: String?
    /// Nil where the whole list decides.
    package var channel: Int?
    package var timePoint: Int?

    package init(_ path: String, dataset: String? = nil, channel: Int? = nil, timePoint: Int? = nil) {
      self.path = path
      self.dataset = dataset
      self.channel = channel
      self.timePoint = timePoint
    }
  }

  /// The first volume's file name without its format's suffix.
  package var name: String
  package var first: Member
  package var second: Member
  /// Empty when the list does not say.
  package var structure = ""
  /// A `StructureCategory` by name, or empty.
  package var category = ""
  /// The volume that this one was cut from; empty for a volume of its own.
  package var source = ""
  /// Where that volume would be if `source` were a path, relative to the list; nil where no list says.
  package var sourcePath: String?
  package var fold: Int?
  package var isValidation = false

  package init(name: String, first: Member, second: Member) {
    self.name = name
    self.first = first
    self.second = second
  }
}

/// What the two volumes of a pair are called, in lists and in messages.
package struct PairRoles: Sendable {
  /// Keys of a list.
  package let first: String
  package let second: String
  /// Keys that a list may have beside those of the volumes.
  let otherKeys: [String]

  /// For training.
  package static let annotation = PairRoles(
    first: "image", second: "label", otherKeys: ["structure", "category", "source", "fold", "validation"])
  /// For evaluation.
  package static let evaluation = PairRoles(
    first: "prediction", second: "reference", otherKeys: ["structure", "category"])

  /// Keys of the two volumes: the volume, and which part of its file.
  var volumeKeys: [String] {
    [first, second] + [first, second].flatMap { role in ["dataset", "channel", "time-point"].map { "\(role)-\($0)" } }
  }
}

/// The pairs of a directory or list, and what the user should know about how they were found.
package struct PairListing: Sendable {
  package var pairs: [VolumePair]
  /// Sentences for the plan, such as which files were passed over.
  package var notes: [String] = []

  package init(_ pairs: [VolumePair], notes: [String] = []) {
    self.pairs = pairs
    self.notes = notes
  }

  /// - Throws: `Fault.badData` when a volume is in two pairs, or twice in one.
  package func requiringDistinctVolumes(_ path: String, _ roles: PairRoles) throws -> PairListing {
    var firsts: [VolumePair.Member: String] = [:]
    var seconds: [VolumePair.Member: VolumePair] = [:]
    for pair in pairs {
      guard firsts.updateValue(pair.name, forKey: pair.first) == nil else {
        throw Fault.badData("\(path) lists \(pair.first.path) twice")
      }
      if pair.first == pair.second {
        throw Fault.badData("\(path) gives \(pair.first.path) as \(roles.first) and as its own \(roles.second)")
      }
      if let other = seconds.updateValue(pair, forKey: pair.second) {
        throw Fault.badData(
          "\(path) has one \(roles.second), \(pair.second.path), for two: \(other.first.path) and \(pair.first.path)")
      }
    }
    return self
  }
}
