import Files
import Foundation
import Voxels

/// What tifffile writes to the description of the first page of a series of pages: JSON or, before 2018, a tuple.
struct TifffileDescription: Equatable {
  /// Sizes of all axes of the array, slowest first.
  var shape: [Int]
  /// One letter for each axis, for example `CZYX`; nil when the writer was not told.
  var axes: String?
  /// Whether there is only the first page, with the planes of all others behind its own.
  var isTruncated: Bool
  var name: String?
  private var values: [String: JSONValue] = [:]

  /// More axes or larger sizes than any array has.
  private static let (mostAxes, largestSize) = (12, Int(Int32.max))

  /// Nil when the text is something else.
  init?(_ text: String) {
    if text.hasPrefix("shape=(") {
      let inside = text.dropFirst("shape=(".count).prefix { $0 != ")" }
      self.init(sizes: inside.split(separator: ",").map { Int($0.trimmingCharacters(in: .whitespaces)) })
      return
    }
    guard text.hasPrefix("{"), text.prefix(512).contains("\"shape\":"),
      let json = try? JSONValue(parsing: Data(text.utf8), path: ""), let members = json.asObject
    else { return nil }
    self.init(sizes: members["shape"]?.asArray?.map(\.asInteger) ?? [])
    axes = members["axes"]?.asString?.uppercased()
    if members["truncated"] == .bool(true) { isTruncated = true }
    name = members["name"]?.asString ?? members["Name"]?.asString
    values = members
  }

  private init?(sizes: [Int?]) {
    let known = sizes.compactMap(\.self)
    guard !known.isEmpty, known.count == sizes.count, known.count <= Self.mostAxes,
      known.allSatisfy({ (1...Self.largestSize).contains($0) })
    else { return nil }
    (shape, axes, isTruncated, name) = (known, nil, false, nil)
  }

  /// The axes of the pages: those before the page's own, whose sizes have to be the last of the shape.
  ///
  /// - Parameter page: sizes of a page's own axes, slowest first: (y, x), (y, x, samples) or (samples, y, x).
  /// - Returns: nil when the shape or its names do not fit the page.
  func pageAxes(page sizes: [Int]) -> PageAxes? {
    // Axes of one element after those of the page are none of the page's own.
    var count = shape.count
    while count > sizes.count, Array(shape[(count - sizes.count)..<count]) != sizes, shape[count - 1] == 1 {
      count -= 1
    }
    guard count >= sizes.count, Array(shape[(count - sizes.count)..<count]) == sizes else { return nil }
    let before = count - sizes.count
    guard let axes else { return PageAxes(axes: shape.prefix(before).map { .init(letter: "Q", size: $0) }) }
    let letters = Array(axes)
    guard letters.count == shape.count else { return nil }
    let own = letters[before..<count].filter { $0 == "Y" || $0 == "X" }
    // Samples of a pixel are channels, whatever their letter.
    guard own == ["Y", "X"] else { return nil }
    return PageAxes(axes: zip(letters, shape).prefix(before).map { .init(letter: $0, size: $1) })
  }

  /// Names that ImageJ, OME and their users use for metadata that tifffile writes as it is given.
  func voxelSize(_ resolution: PixelResolution) -> (size: VoxelSize?, doubt: String?) {
    func edge(_ axis: String) -> Double? {
      guard let length = values["PhysicalSize\(axis)"]?.asNumber else { return nil }
      let unit = values["PhysicalSize\(axis)Unit"]?.asString ?? "µm"
      return LengthUnit.micrometres(in: unit).map { $0 * length }
    }
    if let z = edge("Z"), let y = edge("Y"), let x = edge("X"), VoxelSize(z, y, x).isMeaningful {
      return (VoxelSize(z, y, x), nil)
    }
    return resolution.voxelSize(
      spacing: values["spacing"]?.asNumber, unit: values["unit"]?.asString)
  }
}
