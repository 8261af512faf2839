/// Eight colours that remain distinct with any colour vision (M. Okabe and K. Ito, "Color Universal Design", 2008).
package enum Palette: String, CaseIterable, Sendable {
  case blue, orange, green, vermillion, sky, purple, yellow, black

  package var colour: Colour {
    switch self {
    case .blue: Colour(0, 114, 178)
    case .orange: Colour(230, 159, 0)
    case .green: Colour(0, 158, 115)
    case .vermillion: Colour(213, 94, 0)
    case .sky: Colour(86, 180, 233)
    case .purple: Colour(204, 121, 167)
    case .yellow: Colour(240, 228, 66)
    case .black: Colour(0, 0, 0)
    }
  }
}

extension Colour {
  /// A colour for a number from 0 (dark blue) to 1 (yellow), even in lightness and readable with any colour vision: stops of
  /// cividis (Nuñez, Anderton, Renslow, PLoS ONE 13, e0199239, 2018).
  package static func ofDensity(_ share: Double) -> Colour {
    let stops = [
      Colour(0, 34, 78), Colour(36, 61, 108), Colour(87, 93, 109), Colour(124, 123, 120), Colour(165, 155, 115),
      Colour(210, 192, 96), Colour(254, 232, 56),
    ]
    let place = (share.isNaN ? 0 : min(max(share, 0), 1)) * Double(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    return stops[index].mixed(with: stops[index + 1], share: place - Double(index))
  }
}
