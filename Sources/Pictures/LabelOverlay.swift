/// Colours over a picture where there are labels.
package struct LabelOverlay: Sendable {
  /// How much of the colour covers the inside of an object, and its outline.
  package var insideShare: Double
  package var outlineShare: Double

  package init(insideShare: Double = 0.25, outlineShare: Double = 0.95) {
    self.insideShare = insideShare
    self.outlineShare = outlineShare
  }

  /// Magnifies the picture and lays the labels over it; outlines are one pixel wide however large the voxels are shown.
  ///
  /// - Precondition: `labels` has the size of the picture.
  package func drawn(_ labels: ViewedPlane<UInt64>, over picture: Picture, magnification: Int = 1) -> Picture {
    precondition(labels.width == picture.width && labels.height == picture.height, "labels of another size")
    var result = picture.magnified(magnification)
    for row in 0..<result.height {
      for column in 0..<result.width {
        let id = labels[row / magnification, column / magnification]
        if id == 0 { continue }
        // Whether a neighbour above, below, left or right belongs to something else.
        let isOutline = [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)].contains {
          (0..<result.height).contains($0.0) && (0..<result.width).contains($0.1)
            && labels[$0.0 / magnification, $0.1 / magnification] != id
        }
        let share = isOutline ? outlineShare : insideShare
        result[row, column] = result[row, column].mixed(with: .ofLabel(id), share: share)
      }
    }
    return result
  }
}
