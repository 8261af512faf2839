import Commands
import Pictures
import Training

/// Pixels that the longest edge of a panel has at least.
private let panelEdge = 256

/// Draws the planes of a training sample side by side: hidden voxels in a flat blue, the structure in orange outlines,
/// voxels that nobody annotated dimmed.
@Sendable func draw(_ sample: SamplePicture) throws -> DrawnPicture {
  let magnification = max(1, (panelEdge + sample.width - 1) / sample.width)
  func plane<Value>(_ values: [Value]) -> ViewedPlane<Value> {
    ViewedPlane(width: sample.width, height: sample.height, values: values)
  }
  let window = ContrastWindow(plane(sample.panels.first?.brightness ?? []))
  let panels = sample.panels.map { panel in
    let own = panel.range.map { ContrastWindow(black: $0.lowerBound, white: $0.upperBound) } ?? window
    var picture = own.picture(plane(panel.brightness))
    guard !panel.marks.isEmpty else { return Montage.Panel(panel.caption, picture.magnified(magnification)) }
    for row in 0..<sample.height {
      for column in 0..<sample.width {
        switch panel.marks[row * sample.width + column] {
        case .hidden: picture[row, column] = Colour(38, 62, 108)
        case .ignored: picture[row, column] = picture[row, column].mixed(with: Colour(38, 62, 108), share: 0.6)
        case .foreground, .none: break
        }
      }
    }
    let labels = plane(panel.marks.map { $0 == .foreground ? UInt64(1) : 0 })
    return Montage.Panel(panel.caption, LabelOverlay().drawn(labels, over: picture, magnification: magnification))
  }
  let picture = Montage([panels]).picture()
  return try DrawnPicture(png: picture.pngData(), width: picture.width, height: picture.height)
}
