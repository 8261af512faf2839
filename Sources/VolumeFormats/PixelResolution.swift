import CTIFF
import Foundation
import Voxels

/// The resolution tags of a TIFF page: pixels per unit along y and x, and the unit.
struct PixelResolution: Equatable {
  var pixelsPerUnit: (y: Double?, x: Double?)
  /// The ResolutionUnit tag: 1 none, 2 inch, 3 centimetre; 4 and 5 are tifffile's millimetre and micrometre.
  var unit: Int

  init(_ tags: TIFFTags) {
    pixelsPerUnit = (
      tags.fraction(Int(TIFFTAG_YRESOLUTION)).flatMap { $0 > 0 ? $0 : nil },
      tags.fraction(Int(TIFFTAG_XRESOLUTION)).flatMap { $0 > 0 ? $0 : nil }
    )
    unit = tags.integer(Int(TIFFTAG_RESOLUTIONUNIT)) ?? 2
  }

  /// The tags of the handle's current page.
  init(_ handle: TIFFHandle) {
    pixelsPerUnit = (
      handle.float(TIFFTAG_YRESOLUTION).flatMap { $0 > 0 ? $0 : nil },
      handle.float(TIFFTAG_XRESOLUTION).flatMap { $0 > 0 ? $0 : nil }
    )
    unit = handle.unsigned16(TIFFTAG_RESOLUTIONUNIT)
  }

  /// Micrometres per unit of the ResolutionUnit tag; nil when that says none.
  var micrometresPerUnit: Double? {
    switch unit {
    case 2: 25_400
    case 3: 10_000
    case 4: 1000
    case 5: 1
    default: nil
    }
  }

  /// Edges of a pixel in micrometres by the tags alone. Nil where they hold what programs write that know nothing of
  /// the pixels: 1, or the resolution of a screen or a printer in dots per inch.
  var micrometresPerPixel: (y: Double, x: Double)? {
    guard let factor = micrometresPerUnit, let y = pixelsPerUnit.y, let x = pixelsPerUnit.x, !isPlaceholder else {
      return nil
    }
    return (factor / y, factor / x)
  }

  private var isPlaceholder: Bool {
    guard let y = pixelsPerUnit.y, let x = pixelsPerUnit.x, let factor = micrometresPerUnit else { return true }
    let perInch = (y / factor * 25_400, x / factor * 25_400)
    let usual = [72.0, 90, 96, 100, 120, 144, 150, 200, 300, 400, 600, 1200]
    return (y == 1 && x == 1)
      || (abs(perInch.0 - perInch.1) < 0.5 && usual.contains { abs($0 - perInch.0) < 0.5 })
  }

  static func == (a: PixelResolution, b: PixelResolution) -> Bool {
    a.pixelsPerUnit == b.pixelsPerUnit && a.unit == b.unit
  }
}

extension PixelResolution {
  /// The voxel size by ImageJ's convention: the tags hold pixels per `unit`, and `spacing` is the distance of the
  /// planes in that unit, below zero where they were taken downwards.
  ///
  /// - Returns: what is known completely; otherwise a sentence that says what is missing or doubtful, if anything is
  ///   known at all.
  func voxelSize(
    spacing: Double?, unit: String?, yUnit: String? = nil, zUnit: String? = nil
  ) -> (size: VoxelSize?, doubt: String?) {
    let named = unit.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.flatMap { $0.isEmpty ? nil : $0 }
    guard let named else {
      guard let (y, x) = micrometresPerPixel else { return (nil, nil) }
      guard let spacing, spacing != 0, spacing.isFinite, let factor = micrometresPerUnit else {
        return (nil, Self.lacksSpacing(y, x))
      }
      return (
        VoxelSize(abs(spacing) * factor, y, x),
        "the distance of the planes, \(spacing), has no unit; that of the resolution tags is assumed"
      )
    }
    guard let x = LengthUnit.micrometres(in: named), let y = LengthUnit.micrometres(in: yUnit ?? named),
      let z = LengthUnit.micrometres(in: zUnit ?? named)
    else {
      return (
        nil, Self.isNoUnit(named) ? nil : "the unit of length \"\(named)\" is not known, so the voxel size is unknown"
      )
    }
    guard let perY = pixelsPerUnit.y, let perX = pixelsPerUnit.x, y.isFinite, x.isFinite else { return (nil, nil) }
    guard let spacing, spacing != 0, spacing.isFinite else { return (nil, Self.lacksSpacing(y / perY, x / perX)) }
    let size = VoxelSize(abs(spacing) * z, y / perY, x / perX)
    return size.isMeaningful ? (size, nil) : (nil, nil)
  }

  private static func lacksSpacing(_ y: Double, _ x: Double) -> String {
    "pixels are \(shortNumber(y)) × \(shortNumber(x)) µm, but the distance of the planes is not given"
  }

  /// What programs write where they know no unit.
  static func isNoUnit(_ text: String) -> Bool {
    ["pixel", "pixels", "px", "voxel", "voxels", "null", "none", "unit", "units", "undefined", "unknown"].contains(
      text.lowercased())
  }
}

/// At most six digits, for sentences.
func shortNumber(_ value: Double) -> String { String(format: "%.6g", value) }
