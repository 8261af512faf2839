import Files

/// Where two label images agree: a colour each for what is in both, only in the first, and only in the second.
package struct Agreement: Sendable {
  package static let both = Palette.green.colour
  package static let onlyFirst = Palette.orange.colour
  package static let onlySecond = Palette.sky.colour

  package static let legend = [(both, "both"), (onlyFirst, "only prediction"), (onlySecond, "only reference")]

  /// How much of the colour covers the image.
  package var share = 0.65

  package init() {}

  /// - Precondition: the three have the same size.
  package func drawn(
    _ first: ViewedPlane<UInt64>, _ second: ViewedPlane<UInt64>, over picture: Picture, magnification: Int = 1
  ) -> Picture {
    precondition(
      first.width == picture.width && first.height == picture.height && second.width == picture.width
        && second.height == picture.height, "labels of another size")
    var result = picture
    for row in 0..<picture.height {
      for column in 0..<picture.width {
        let colour: Colour
        switch (first[row, column] != 0, second[row, column] != 0) {
        case (true, true): colour = Self.both
        case (true, false): colour = Self.onlyFirst
        case (false, true): colour = Self.onlySecond
        case (false, false): continue
        }
        result[row, column] = result[row, column].mixed(with: colour, share: share)
      }
    }
    return result.magnified(magnification)
  }
}
