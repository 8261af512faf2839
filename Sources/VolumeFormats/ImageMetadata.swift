import CTIFF
import Foundation
import Voxels

/// What the image description of a TIFF page says beyond its tags: ImageJ's lines or OME's XML.
struct ImageMetadata: Equatable {
  var channels = 1
  var slices = 1
  var timePoints = 1
  /// How many planes ImageJ says the file has; it may keep them all behind one page.
  var images: Int?
  /// Which of channel (C), slice (Z) and time point (T) counts fastest from page to page.
  var pageOrder = "CZT"
  var voxelSizeInMicrometres: VoxelSize?

  init() {}

  init(description: String?, handle: TIFFHandle) {
    guard let description else { return }
    if description.hasPrefix("ImageJ=") {
      self = Self(
        imageJ: description, pixelsPerUnit: (handle.float(TIFFTAG_YRESOLUTION), handle.float(TIFFTAG_XRESOLUTION)))
    } else if description.contains("<OME") {
      self = Self(ome: description)
    }
  }

  /// Lines of `key=value`; the resolution tags hold pixels per `unit`, `spacing` the distance of slices in it.
  init(imageJ text: String, pixelsPerUnit: (y: Double?, x: Double?)) {
    var values: [Substring: Substring] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      let halves = line.split(separator: "=", maxSplits: 1)
      if halves.count == 2 { values[halves[0]] = halves[1] }
    }
    func count(_ key: Substring) -> Int? { values[key].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } }
    images = count("images")
    channels = count("channels") ?? 1
    slices = count("slices") ?? 1
    timePoints = count("frames") ?? 1
    guard let unit = values["unit"].flatMap({ Self.micrometres(in: String($0)) }), let y = pixelsPerUnit.y,
      let x = pixelsPerUnit.x, let spacing = values["spacing"].flatMap({ Double($0) })
    else { return }
    let size = VoxelSize(abs(spacing) * unit, unit / y, unit / x)
    if size.isMeaningful { voxelSizeInMicrometres = size }
  }

  /// The attributes of the first `Pixels` element.
  init(ome xml: String) {
    guard let start = xml.range(of: "<Pixels"), let end = xml.range(of: ">", range: start.upperBound..<xml.endIndex)
    else {
      return
    }
    let element = xml[start.upperBound..<end.lowerBound]
    func attribute(_ name: String) -> String? {
      for quote in ["\"", "'"] {
        guard let key = element.range(of: " \(name)=\(quote)"),
          let close = element.range(of: quote, range: key.upperBound..<element.endIndex)
        else { continue }
        return String(element[key.upperBound..<close.lowerBound])
      }
      return nil
    }
    func count(_ name: String) -> Int? { attribute(name).flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } }
    channels = count("SizeC") ?? 1
    slices = count("SizeZ") ?? 1
    timePoints = count("SizeT") ?? 1
    // `XYZCT` and its like: x and y are always first.
    if let order = attribute("DimensionOrder"), order.hasPrefix("XY"), Set(order.dropFirst(2)) == Set("CZT"),
      order.count == 5
    {
      pageOrder = String(order.dropFirst(2))
    } else {
      pageOrder = "ZCT"
    }
    func edge(_ axis: String) -> Double? {
      guard let length = attribute("PhysicalSize\(axis)").flatMap({ Double($0) }),
        let unit = Self.micrometres(in: attribute("PhysicalSize\(axis)Unit") ?? "µm")
      else { return nil }
      return length * unit
    }
    if let z = edge("Z"), let y = edge("Y"), let x = edge("X"), VoxelSize(z, y, x).isMeaningful {
      voxelSizeInMicrometres = VoxelSize(z, y, x)
    }
  }

  /// How many micrometres one unit of length has, or nil when it is no unit of length.
  static func micrometres(in unit: String) -> Double? {
    switch unit.trimmingCharacters(in: .whitespaces) {
    case "micron", "microns", "um", "µm", "μm", "\\u00B5m", "&#181;m", "&#956;m", "micrometer", "micrometre": 1
    case "nm", "nanometer", "nanometre": 1e-3
    case "mm", "millimeter", "millimetre": 1e3
    case "cm": 1e4
    case "m", "meter", "metre": 1e6
    case "inch": 25_400
    default: nil
    }
  }
}
