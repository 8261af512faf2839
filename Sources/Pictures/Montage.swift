/// Pictures side by side, in rows, each with a caption above it.
package struct Montage: Sendable {
  package struct Panel: Sendable {
    package let caption: String
    package let picture: Picture

    /// Colours with their meaning, below the picture.
    package let legend: [(colour: Colour, text: String)]

    package init(_ caption: String, _ picture: Picture, legend: [(Colour, String)] = []) {
      self.caption = caption
      self.picture = picture
      self.legend = legend
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
    let lineHeight = BitmapFont.height * textScale + Montage.gap / 2
    func rowHeight(_ row: [Panel]) -> Int {
      captionHeight + (row.map { $0.picture.height + $0.legend.count * lineHeight }.max() ?? 0)
    }
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
        for (line, entry) in panel.legend.enumerated() {
          let y = top + captionHeight + panel.picture.height + line * lineHeight + Montage.gap / 2
          let edge = BitmapFont.height * textScale
          result.place(Picture(width: edge, height: edge, fill: entry.colour), row: y, column: left)
          BitmapFont.draw(entry.text, on: &result, row: y, column: left + edge + 6, scale: textScale, Montage.ink)
        }
        left += panel.picture.width + Montage.gap
      }
      top += rowHeight(row) + Montage.gap
    }
    return result
  }
}
