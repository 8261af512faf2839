import Files

/// What a store says that its values are.
package struct DeclaredContent: Sendable, Codable, Equatable {
  package enum Kind: String, Sendable, Codable {
    case probabilities
    /// Ids of objects that Sheaf has told apart.
    case objects
    /// A label image as OME-NGFF marks it: ids of objects, classes, or a mask.
    case labels
  }

  package let kind: Kind
  /// The stored value of probability 1; nil for labels.
  package let one: Double?

  package init(_ kind: Kind, one: Double? = nil) {
    self.kind = kind
    self.one = one
  }

  /// For people who read the volume.
  package var note: String {
    switch kind {
    case .probabilities:
      "the values are probabilities" + (one.map { ": \(Int(exactly: $0).map(String.init) ?? "\($0)") is 1" } ?? "")
    case .objects: "the values are the ids of objects"
    case .labels: "the image is marked as labels"
    }
  }
}

extension Store {
  /// What the attributes say; nil for intensities, and for what nobody has marked.
  package var declaredContent: DeclaredContent? {
    switch sheafAttributes["content"]?.asString {
    case "probability":
      let one = sheafAttributes["maximum"]?.asNumber ?? 255
      return DeclaredContent(.probabilities, one: one.isFinite && one > 0 ? one : 255)
    case "labels": return DeclaredContent(.objects)
    default: return attributes["ome"]?["image-label"] == nil ? nil : DeclaredContent(.labels)
    }
  }
}
