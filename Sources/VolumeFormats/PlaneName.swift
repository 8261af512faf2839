import Files

/// A file name cut into texts and the numbers between them: `brain_C01_Z-0012.5.ome.tif` is `brain_C`, 1, `_Z`, −12.5.
///
/// The ending, `.ome` included, is left out. Whether a hyphen is a sign and a full stop a decimal point cannot be told
/// from one name; `PlaneNaming` decides it for the whole series.
struct PlaneName {
  let name: String
  /// One more than there are numbers.
  private(set) var texts: [String]
  private(set) var numbers: [PlaneNumber]

  init(_ name: String, endings: [String]) {
    self.name = name
    var stem = Substring(name)
    for ending in endings + [".ome"] where stem.lowercased().hasSuffix(ending) && stem.count > ending.count {
      stem = stem.dropLast(ending.count)
    }
    var text = ""
    var digits = ""
    var texts: [String] = []
    var numbers: [PlaneNumber] = []
    func endNumber() {
      if digits.isEmpty { return }
      texts.append(text)
      numbers.append(PlaneNumber(whole: digits))
      (text, digits) = ("", "")
    }
    for character in stem {
      if ("0"..."9").contains(character) {
        digits.append(character)
      } else {
        endNumber()
        text.append(character)
      }
    }
    endNumber()
    self.texts = texts + [text]
    self.numbers = numbers
  }

  /// Equal for names that differ in their numbers only.
  var pattern: String { texts.joined(separator: "\u{0}") }

  /// The name with the character before number `index` taken as its sign, if it is one.
  func signed(at index: Int) -> PlaneName? {
    guard numbers[index].sign == nil, let sign = texts[index].last, sign == "-" || sign == "+" else { return nil }
    var copy = self
    copy.texts[index].removeLast()
    copy.numbers[index].sign = sign
    return copy
  }

  /// The pattern of names that have a plus where this one has a hyphen, or the other way round.
  func withOppositeSign(at index: Int) -> String {
    var copy = self
    let sign = copy.texts[index].removeLast()
    copy.texts[index].append(sign == "-" ? "+" : "-")
    return copy.pattern
  }

  /// The name with numbers `index` and `index + 1` taken as one with decimals, if only a full stop is between them.
  func decimal(at index: Int) -> PlaneName? {
    guard index + 1 < numbers.count, texts[index + 1] == ".", numbers[index].fraction.isEmpty else { return nil }
    var copy = self
    copy.numbers[index].fraction = numbers[index + 1].whole
    copy.numbers.remove(at: index + 1)
    copy.texts.remove(at: index + 1)
    return copy
  }
}

/// A number as it is written in a file name.
struct PlaneNumber: Equatable {
  var sign: Character?
  /// At least one digit.
  var whole: String
  /// Digits after the decimal point; empty when there is none.
  var fraction = ""

  var text: String { (sign.map(String.init) ?? "") + whole + (fraction.isEmpty ? "" : ".\(fraction)") }

  /// Approximate beyond 15 digits.
  var approximateValue: Double { Double(text) ?? 0 }

  /// Equal for numbers of the same value: without plus sign, leading zeros and trailing decimal zeros.
  var canonical: String {
    let digits = String(whole.drop { $0 == "0" })
    let decimals = String(fraction.reversed().drop { $0 == "0" }.reversed())
    let value = (digits.isEmpty ? "0" : digits) + (decimals.isEmpty ? "" : ".\(decimals)")
    return sign == "-" && value != "0" ? "-\(value)" : value
  }
}

extension PlaneNumber: Comparable {
  /// Exact for any number of digits.
  static func < (a: PlaneNumber, b: PlaneNumber) -> Bool {
    let (left, right) = (a.canonical, b.canonical)
    let (leftIsNegative, rightIsNegative) = (left.hasPrefix("-"), right.hasPrefix("-"))
    if leftIsNegative != rightIsNegative { return leftIsNegative }
    return leftIsNegative ? magnitude(right, isBelow: left) : magnitude(left, isBelow: right)
  }

  private static func magnitude(_ a: String, isBelow b: String) -> Bool {
    let left = a.drop { $0 == "-" }.split(separator: ".")
    let right = b.drop { $0 == "-" }.split(separator: ".")
    if left[0] != right[0] {
      return left[0].count != right[0].count ? left[0].count < right[0].count : left[0] < right[0]
    }
    // Without trailing zeros, decimals compare like text.
    return (left.count > 1 ? left[1] : "") < (right.count > 1 ? right[1] : "")
  }
}
