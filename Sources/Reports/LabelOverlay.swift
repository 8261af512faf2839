/// Colours over a picture where there are labels.
package struct LabelOverlay: Sendable {
  /// How much of the colour covers the inside of an object, and its outline.
  package var insideShare: Double
  package var outlineShare: Double

  package init(insideShare: Double = 0.35, outlineShare: Double = 0.9) {
    self.insideShare = insideShare
    self.outlineShare = outlineShare
  }

  /// - Precondition: `labels` has the size of the picture.
  package func drawn(_ labels: ViewedPlane<UInt64>, over picture: Picture) -> Picture {
    precondition(labels.width == picture.width && labels.height == picture.height, "labels of another size")
    var result = picture
    for row in 0..<picture.height {
      for column in 0..<picture.width {
        let id = labels[row, column]
        if id == 0 { continue }
        let share = isOutline(labels, row, column) ? outlineShare : insideShare
        result[row, column] = picture[row, column].mixed(with: .ofLabel(id), share: share)
      }
    }
    return result
  }

  /// Whether a neighbour above, below, left or right belongs to something else.
  private func isOutline(_ labels: ViewedPlane<UInt64>, _ row: Int, _ column: Int) -> Bool {
    let id = labels[row, column]
    return (row > 0 && labels[row - 1, column] != id) || (row + 1 < labels.height && labels[row + 1, column] != id)
      || (column > 0 && labels[row, column - 1] != id)
      || (column + 1 < labels.width && labels[row, column + 1] != id)
  }
}
