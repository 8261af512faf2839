import CTIFF
import Files

/// Sparse pages: strips and tiles of which nothing was stored have offset 0 and 0 bytes, and all of their voxels are
/// zero (GDAL, "Sparse files"; tifffile writes them for tiles that are `None`).
extension TIFFHandle {
  /// Whether nothing was stored of a strip or tile of the current page.
  ///
  /// - Throws: `Fault.badData` when the lists of offsets and sizes are shorter than the page needs: libtiff pads them
  ///   with zeros, which damage must not pass for.
  func isMissing(_ number: Int) throws -> Bool {
    var failed: Int32 = 0
    guard TIFFGetStrileOffsetWithErr(tiff, UInt32(number), &failed) == 0, failed == 0,
      TIFFGetStrileByteCountWithErr(tiff, UInt32(number), &failed) == 0, failed == 0
    else { return false }
    let directory = TIFFCurrentDirOffset(tiff)
    if directory != completeDirectory {
      let tags = try TIFFTags(TIFFNumbers(path), at: directory)
      let isTiled = TIFFIsTiled(tiff) != 0
      let wanted = Int(isTiled ? TIFFNumberOfTiles(tiff) : TIFFNumberOfStrips(tiff))
      let counts = isTiled ? (tags.count(324), tags.count(325)) : (tags.count(273), tags.count(279))
      guard counts.0 >= wanted, counts.1 >= wanted else {
        throw Fault.badData(
          "\(path) is damaged: expected offsets and sizes of \(wanted) \(isTiled ? "tiles" : "strips"), found \(counts.0) and \(counts.1)"
        )
      }
      completeDirectory = directory
    }
    return true
  }

  /// Whether the current page lacks a strip or tile: its file may then be smaller than its pixels.
  var isSparse: Bool {
    let count = TIFFIsTiled(tiff) != 0 ? TIFFNumberOfTiles(tiff) : TIFFNumberOfStrips(tiff)
    // Every strip or tile has an offset in the file.
    guard Int(count) <= size / 4 else { return false }
    return (0..<Int(count)).contains { (try? isMissing($0)) == true }
  }
}
