import CTIFF
import Files
import Foundation
import Voxels

/// Destination of decoded pixel rows: row r of the request starts at `base + r × rowStrideInBytes`.
struct RowDestination {
  var base: UnsafeMutableRawPointer
  var rowStrideInBytes: Int

  /// The rows of `buffer` from a voxel on.
  init(in buffer: VoxelBuffer, at origin: Coordinate) {
    base = buffer.bytes.baseAddress! + buffer.extent.index(of: origin) * buffer.type.byteCount
    rowStrideInBytes = buffer.extent.x * buffer.type.byteCount
  }
}

extension TIFFPage {
  /// Reads `rows` × `columns` pixels of one sample of the handle's current page.
  ///
  /// Every strip or tile that overlaps the request is decoded once; uncompressed strips are read at row offsets.
  ///
  /// - Parameters:
  ///   - displacement: offset in bytes of the requested plane from the page's first plane, for files that keep many
  ///     planes behind one page.
  ///   - scratch: memory for decoded pieces.
  func read(
    _ handle: TIFFHandle, sample: Int, rows: Range<Int>, columns: Range<Int>, displacement: Int = 0,
    into destination: RowDestination, scratch: Scratch
  ) throws {
    if isDirect {
      try readDirect(handle, sample, rows, columns, displacement, destination, scratch)
    } else {
      try readDecoded(handle, sample, rows, columns, destination, scratch)
    }
  }

  private func readDirect(
    _ handle: TIFFHandle, _ sample: Int, _ rows: Range<Int>, _ columns: Range<Int>, _ displacement: Int,
    _ destination: RowDestination, _ scratch: Scratch
  ) throws {
    let decoder = SampleDecoder(stored, isSwapped: isSwapped)
    let voxelBytes = decoder.voxelType.byteCount
    let interleaved = isSeparate ? 1 : samplesPerPixel
    let inPlace = interleaved == 1 && stored.byteCount == voxelBytes
    let isContiguous = inPlace && columns.count == width && destination.rowStrideInBytes == rowInBytes
    let firstStrip = isSeparate ? sample * ((height + pieceHeight - 1) / pieceHeight) : 0
    var row = rows.lowerBound
    while row < rows.upperBound {
      let strip = row / pieceHeight
      let stripEnd = min((strip + 1) * pieceHeight, rows.upperBound)
      if try handle.isMissing(firstStrip + strip) {
        for absent in row..<stripEnd {
          memset(
            destination.base + (absent - rows.lowerBound) * destination.rowStrideInBytes, 0, columns.count * voxelBytes)
        }
        row = stripEnd
        continue
      }
      let offset = try stripOffset(handle, firstStrip + strip, displacement)
      if isContiguous {
        // Whole rows of the strip are read directly into the destination at once.
        let target = destination.base + (row - rows.lowerBound) * rowInBytes
        let count = (stripEnd - row) * rowInBytes
        try handle.read(
          into: UnsafeMutableRawBufferPointer(start: target, count: count),
          at: offset + (row - strip * pieceHeight) * rowInBytes)
        try decoder.decode(target, count: count / voxelBytes, into: target, path: handle.path)
        row = stripEnd
        continue
      }
      let target = destination.base + (row - rows.lowerBound) * destination.rowStrideInBytes
      let pixelBytes = stored.byteCount * interleaved
      let start = offset + (row - strip * pieceHeight) * rowInBytes + columns.lowerBound * pixelBytes
      let count = columns.count * pixelBytes
      let pixels = inPlace ? target : scratch.bytes(rowInBytes)
      try handle.read(into: UnsafeMutableRawBufferPointer(start: pixels, count: count), at: start)
      try decoder.decode(
        pixels + (isSeparate ? 0 : sample * stored.byteCount), count: columns.count, stride: interleaved, into: target,
        path: handle.path)
      row += 1
    }
  }

  /// The offsets of uncompressed strips reveal a truncated page without reading it.
  func checkStrips(_ handle: TIFFHandle, sample: Int) throws {
    guard isDirect else { return }
    let down = (height + pieceHeight - 1) / pieceHeight
    for strip in 0..<down {
      let bytes = min(pieceHeight, height - strip * pieceHeight) * rowInBytes
      if try handle.isMissing((isSeparate ? sample * down : 0) + strip) { continue }
      let offset = try stripOffset(handle, (isSeparate ? sample * down : 0) + strip, 0)
      guard bytes <= handle.size - offset else {
        throw Fault.badData(
          "\(handle.path) is truncated: expected \(bytes) bytes of voxels at offset \(offset), but the file has \(handle.size) bytes"
        )
      }
    }
  }

  private func stripOffset(_ handle: TIFFHandle, _ strip: Int, _ displacement: Int) throws -> Int {
    var failed: Int32 = 0
    let offset = TIFFGetStrileOffsetWithErr(handle.tiff, UInt32(strip), &failed)
    let (moved, overflow) = Int(clamping: offset).addingReportingOverflow(displacement)
    guard failed == 0, offset > 0, !overflow, moved <= handle.size else {
      throw Fault.badData(
        "\(handle.path) is truncated or damaged: expected strip \(strip) inside the \(handle.size) bytes of the file, found its offset to be \(offset)"
      )
    }
    return moved
  }

  private func readDecoded(
    _ handle: TIFFHandle, _ sample: Int, _ rows: Range<Int>, _ columns: Range<Int>, _ destination: RowDestination,
    _ scratch: Scratch
  ) throws {
    // libtiff has already converted the samples to native byte order.
    let decoder = SampleDecoder(stored, isSwapped: false)
    let voxelBytes = decoder.voxelType.byteCount
    let interleaved = isSeparate ? 1 : samplesPerPixel
    let across = (width + pieceWidth - 1) / pieceWidth
    let down = (height + pieceHeight - 1) / pieceHeight
    let memory = scratch.bytes(pieceInBytes + (packedBits == nil ? 0 : packedRowInBytes * pieceHeight))
    let raw = packedBits == nil ? memory : memory + pieceInBytes
    for pieceRow in (rows.lowerBound / pieceHeight)...((rows.upperBound - 1) / pieceHeight) {
      for pieceColumn in (columns.lowerBound / pieceWidth)...((columns.upperBound - 1) / pieceWidth) {
        let number = (isSeparate ? sample * across * down : 0) + pieceRow * across + pieceColumn
        let rowsHere = isTiled ? pieceHeight : min(pieceHeight, height - pieceRow * pieceHeight)
        let expected = rowsHere * packedRowInBytes
        // libtiff accepts a deflate stream that is too long and may then leave the end of the piece unwritten; voxels
        // of the previous piece must not remain there.
        memset(raw, 0, expected)
        if try !handle.isMissing(number) {
          let found =
            isTiled
            ? TIFFReadEncodedTile(handle.tiff, UInt32(number), raw, tmsize_t(expected))
            : TIFFReadEncodedStrip(handle.tiff, UInt32(number), raw, tmsize_t(expected))
          guard found == expected else {
            throw handle.damage("\(expected) bytes in \(isTiled ? "tile" : "strip") \(number)")
          }
        }
        if let packedBits {
          for row in 0..<rowsHere {
            unpackSamples(
              raw + row * packedRowInBytes, bits: packedBits, count: pieceWidth * interleaved,
              into: memory + row * pieceWidth * interleaved * stored.byteCount, isWide: stored.byteCount == 2)
          }
        }
        let top = max(rows.lowerBound, pieceRow * pieceHeight)
        let bottom = min(rows.upperBound, (pieceRow + 1) * pieceHeight)
        let left = max(columns.lowerBound, pieceColumn * pieceWidth)
        let right = min(columns.upperBound, (pieceColumn + 1) * pieceWidth)
        for row in top..<bottom {
          let pixel = (row - pieceRow * pieceHeight) * pieceWidth + left - pieceColumn * pieceWidth
          let from = memory + (pixel * interleaved + (isSeparate ? 0 : sample)) * stored.byteCount
          let to =
            destination.base + (row - rows.lowerBound) * destination.rowStrideInBytes
            + (left - columns.lowerBound) * voxelBytes
          try decoder.decode(from, count: right - left, stride: interleaved, into: to, path: handle.path)
        }
      }
    }
  }
}
