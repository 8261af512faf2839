import Foundation

/// Text as HTML.
func escaped(_ text: String) -> String {
  var result = ""
  for character in text {
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    default: result.append(character)
    }
  }
  return result
}

/// A number for people: at least `digits` significant digits, thousands set apart, a true minus sign.
func numberText(_ value: Double, digits: Int = 3) -> String {
  guard value.isFinite else { return "–" }
  if value == 0 { return "0" }
  let exponent = Int(floor(log10(abs(value))))
  if exponent >= 9 || exponent < -4 {
    let parts = String(format: "%.\(digits - 1)e", value).split(separator: "e")
    return "\(parts[0])·10" + superscript(Int(parts[1]) ?? 0)
  }
  let decimals = max(0, digits - 1 - exponent)
  let text = String(format: "%.\(decimals)f", abs(value))
  let parts = text.split(separator: ".")
  var whole = String(parts[0])
  if whole.count > 4 {
    var grouped = ""
    for (index, digit) in whole.reversed().enumerated() {
      if index > 0, index % 3 == 0 { grouped.append("\u{202F}") }
      grouped.append(digit)
    }
    whole = String(grouped.reversed())
  }
  return (value < 0 ? "−" : "") + whole + (parts.count > 1 ? "." + parts[1] : "")
}

func numberText(_ value: Int) -> String { numberText(Double(value), digits: 1) }

/// A share as per cent.
func percentText(_ share: Double) -> String {
  let percent = share * 100
  if percent != 0, abs(percent) < 0.01 { return "< 0.01 %" }
  return (abs(percent) >= 10 ? String(format: "%.0f", percent) : numberText(percent, digits: 2)) + " %"
}

/// Without trailing zeros, for the ends of axes: `0.5`, `20`, `10⁴`.
func tickText(_ value: Double) -> String {
  if value == 0 { return "0" }
  let magnitude = abs(value)
  if magnitude >= 1e5 || magnitude < 1e-3 {
    let exponent = Int(floor(log10(magnitude) + 1e-9))
    let mantissa = value / pow(10, Double(exponent))
    let rounded = (mantissa * 100).rounded() / 100
    return (rounded == 1 ? "" : plain(rounded) + "·") + "10" + superscript(exponent)
  }
  return plain((value * 1e6).rounded() / 1e6)
}

private func plain(_ value: Double) -> String {
  let text = value == value.rounded() ? String(Int(value)) : "\(value)"
  return text.replacingOccurrences(of: "-", with: "−")
}

private func superscript(_ number: Int) -> String {
  let digits: [Character: Character] = [
    "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
  ]
  return String(String(number).map { digits[$0] ?? $0 })
}

/// `1 object`, `2 objects`.
func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
  "\(numberText(count)) \(count == 1 ? noun : plural ?? noun + "s")"
}

/// A moment in UTC: `29 Nov 2026, 08:12 UTC`.
func momentText(_ date: Date) -> String {
  let formatter = DateFormatter()
  formatter.locale = Locale(identifier: "en_GB_POSIX")
  formatter.timeZone = TimeZone(identifier: "UTC")
  formatter.dateFormat = "d MMM yyyy, HH:mm 'UTC'"
  return formatter.string(from: date)
}

/// `plane 7 is`, `planes 7, 9 and 3 more are`.
func planesText(_ planes: [Int]) -> String {
  if planes.count == 1 { return "plane \(planes[0]) is" }
  if planes.last! - planes[0] == planes.count - 1 { return "planes \(planes[0]) to \(planes.last!) are" }
  let shown = planes.prefix(5).map(String.init).joined(separator: ", ")
  return "planes \(shown)\(planes.count > 5 ? " and \(planes.count - 5) more" : "") are"
}

/// `480 µm`, `5.12 mm`.
func lengthText(_ micrometres: Double) -> String {
  micrometres >= 1000 ? "\(numberText(micrometres / 1000)) mm" : "\(numberText(micrometres)) µm"
}
