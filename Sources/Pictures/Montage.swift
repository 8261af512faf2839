/// Pictures side by side, in rows, each with a caption above it.
package struct Montage: Sendable {
  package struct Panel: Sendable {
    package let caption: String
    package let picture: Picture

    package init(_ caption: String, _ picture: Picture) {
      self.caption = caption
      self.picture = picture
    }
  }

  private static let gap = 8
  private static let background = Colour.grey(28)
  private static let ink = Colour.grey(225)

  private let rows: [[Panel]]
  private let textScale: Int

  /// - Parameter textScale: pixels of the picture for a pixel of the font.
  package init(_ rows: [[Panel]], textScale: Int = 2) {
    precondition(rows.contains { !$0.isEmpty }, "a montage needs a picture")
    self.rows = rows
    self.textScale = textScale
  }

  package func picture() -> Picture {
    let captionHeight = BitmapFont.height * textScale + Montage.gap
    func rowHeight(_ row: [Panel]) -> Int { captionHeight + (row.map(\.picture.height).max() ?? 0) }
    func rowWidth(_ row: [Panel]) -> Int { row.reduce(Montage.gap) { $0 + $1.picture.width + Montage.gap } }
    var result = Picture(
      width: rows.map(rowWidth).max()!, height: rows.reduce(Montage.gap) { $0 + rowHeight($1) + Montage.gap },
      fill: Montage.background)
    var top = Montage.gap
    for row in rows {
      var left = Montage.gap
      for panel in row {
        // A caption wider than its picture would run into the next one.
        let fitting = max(0, (panel.picture.width + Montage.gap) / (BitmapFont.advance * textScale))
        BitmapFont.draw(
          String(panel.caption.prefix(fitting)), on: &result, row: top, column: left, scale: textScale, Montage.ink)
        result.place(panel.picture, row: top + captionHeight, column: left)
        left += panel.picture.width + Montage.gap
      }
      top += rowHeight(row) + Montage.gap
    }
    return result
  }
}
