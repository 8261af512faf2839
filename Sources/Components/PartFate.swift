/// What became of a part, or of a component carried over, at the end of a slab.
enum PartFate {
  case dropped
  /// Finished, with the number of its component.
  case ended(number: Int)
  /// Part of the component at this place among those that go on.
  case carried(place: Int)

  var code: Int {
    switch self {
    case .dropped: 0
    case .ended(let number): (number + 1) << 1
    case .carried(let place): place << 1 | 1
    }
  }

  init(code: Int) {
    if code & 1 == 1 {
      self = .carried(place: code >> 1)
    } else {
      self = code == 0 ? .dropped : .ended(number: code >> 1 - 1)
    }
  }

  var value: Int { code >> 1 }

  /// One more than the number of its component, or 0 when that was dropped.
  ///
  /// - Parameter after: the same for the components that went on.
  func settled(_ after: [Int]) -> Int {
    if case .carried(let place) = self { after[place] } else { value }
  }
}
