import Foundation

/// A colour, red, green and blue from 0 to 255.
package struct Colour: Hashable, Sendable {
  package var red: UInt8
  package var green: UInt8
  package var blue: UInt8

  package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  package static func grey(_ level: UInt8) -> Colour { Colour(level, level, level) }

  /// `share` of `other` over the rest of this colour.
  package func mixed(with other: Colour, share: Double) -> Colour {
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 { UInt8((Double(a) * (1 - share) + Double(b) * share).rounded()) }
    return Colour(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
  }

  /// A bright colour for a label, the same in every picture: neighbouring ids get hues far apart (multiples of the
  /// golden ratio around the colour circle). Label 1, all there is in a mask, is orange.
  package static func ofLabel(_ id: UInt64) -> Colour {
    let turn = (Double(id &* 0x9E37_79B9_7F4A_7C15 >> 11) * 0x1p-53 + 0.45).truncatingRemainder(dividingBy: 1) * 6
    let part = turn - turn.rounded(.down)
    func level(_ value: Double) -> UInt8 { UInt8(60 + value * 195) }
    let (full, rising, falling, none) = (level(1), level(part), level(1 - part), level(0))
    switch Int(turn) {
    case 0: return Colour(full, rising, none)
    case 1: return Colour(falling, full, none)
    case 2: return Colour(none, full, rising)
    case 3: return Colour(none, falling, full)
    case 4: return Colour(rising, none, full)
    default: return Colour(full, none, falling)
    }
  }
}

/// Pixels in memory, row after row from the top.
public struct Picture: Equatable, Sendable {
  package let width: Int
  package let height: Int
  package private(set) var pixels: [Colour]

  package init(width: Int, height: Int, fill: Colour = .grey(0)) {
    precondition(width > 0 && height > 0, "a picture of \(width) × \(height) pixels is empty")
    self.width = width
    self.height = height
    pixels = [Colour](repeating: fill, count: width * height)
  }

  package subscript(row: Int, column: Int) -> Colour {
    get { pixels[row * width + column] }
    set { pixels[row * width + column] = newValue }
  }

  /// Lays `other` over this picture with its upper left corner at (row, column); what reaches beyond is cut.
  package mutating func place(_ other: Picture, row: Int, column: Int) {
    for y in max(0, -row)..<max(max(0, -row), min(other.height, height - row)) {
      for x in max(0, -column)..<max(max(0, -column), min(other.width, width - column)) {
        self[row + y, column + x] = other[y, x]
      }
    }
  }

  /// Every pixel as a square of `factor` pixels.
  package func magnified(_ factor: Int) -> Picture {
    if factor == 1 { return self }
    var result = Picture(width: width * factor, height: height * factor)
    for row in 0..<result.height {
      for column in 0..<result.width { result[row, column] = self[row / factor, column / factor] }
    }
    return result
  }
}
