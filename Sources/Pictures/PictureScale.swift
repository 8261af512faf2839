import Voxels

/// The physical proportions of a panel: voxels that are no cubes are stretched, and a bar shows a round length.
struct PictureScale {
  /// By how much rows and columns are stretched.
  private let rows: Double
  private let columns: Double
  /// Pixels of a unit of length; nil where no length is known.
  private let pixelsPerUnit: Double?
  private let unit: String

  /// Stretched by less than this, voxels stay squares.
  private static let leastStretch = 1.02

  /// - Parameters:
  ///   - stride: voxels along the edge of a pixel of `picture`, which is magnified later.
  init(
    _ voxelSize: VoxelSize?, unit: String, _ view: VolumeView, stride: Int, _ picture: Picture, magnification: Int,
    longestEdge: Int
  ) {
    self.unit = unit
    guard let voxelSize else {
      (rows, columns, pixelsPerUnit) = (1, 1, nil)
      return
    }
    let (row, column) = (voxelSize[view.rowAxis], voxelSize[view.columnAxis])
    let finest = min(row, column)
    var (tall, wide) = (row / finest, column / finest)
    if max(tall, wide) < Self.leastStretch { (tall, wide) = (1, 1) }
    // What would be too large is made smaller along the other axis instead.
    let edge = max(Double(picture.height * magnification) * tall, Double(picture.width * magnification) * wide)
    let shrink = min(1, 2 * Double(longestEdge) / edge)
    (rows, columns) = (tall * shrink, wide * shrink)
    pixelsPerUnit = Double(magnification) * columns / (Double(stride) * column)
  }

  func finished(_ picture: Picture, hasBar: Bool) -> Picture {
    var result = picture.resized(
      width: max(1, Int((Double(picture.width) * columns).rounded())),
      height: max(1, Int((Double(picture.height) * rows).rounded())))
    guard hasBar, let pixelsPerUnit, result.width >= 64, result.height >= 40 else { return result }
    let length = ScaleBar.length(atMost: Double(result.width) * 0.35 / pixelsPerUnit)
    let bar = max(2, Int((length * pixelsPerUnit).rounded()))
    let text = ScaleBar.text(length, unit: unit)
    let textScale = result.width >= 200 ? 2 : 1
    let words = text.count * BitmapFont.advance * textScale
    let (width, height) = (max(bar, words) + 12, BitmapFont.height * textScale + 18)
    let (left, top) = (result.width - width - 6, result.height - height - 6)
    guard left >= 0, top >= 0 else { return result }
    for row in top..<top + height {
      for column in left..<left + width { result[row, column] = result[row, column].mixed(with: .grey(0), share: 0.6) }
    }
    BitmapFont.draw(
      text, on: &result, row: top + 4, column: left + (width - words) / 2, scale: textScale, .grey(255))
    for row in top + height - 8..<top + height - 4 {
      for column in 0..<bar { result[row, left + (width - bar) / 2 + column] = .grey(255) }
    }
    return result
  }
}

extension Picture {
  /// The nearest pixel at every place of another size.
  func resized(width newWidth: Int, height newHeight: Int) -> Picture {
    if newWidth == width, newHeight == height { return self }
    var result = Picture(width: newWidth, height: newHeight)
    for row in 0..<newHeight {
      let source = min(height - 1, row * height / newHeight)
      for column in 0..<newWidth { result[row, column] = self[source, min(width - 1, column * width / newWidth)] }
    }
    return result
  }
}
