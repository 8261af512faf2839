import CTIFF
import Files
import Voxels

/// How one page of a TIFF file stores its pixels, read from its tags and validated.
struct TIFFPage: Equatable, Sendable {
  let width: Int
  let height: Int
  let samplesPerPixel: Int
  let stored: StoredType
  let compression: Int
  /// Whether the samples of a pixel are stored in separate planes.
  let isSeparate: Bool
  /// Strips span the full width.
  let pieceWidth: Int
  let pieceHeight: Int
  let isTiled: Bool
  /// Whether the file's byte order differs from this machine's.
  let isSwapped: Bool
  let isRGB: Bool
  let isPalette: Bool
  let isWhiteZero: Bool
  /// Bits of a sample where samples are not whole bytes: 1-bit masks, 12-bit cameras. Each row begins at a whole byte,
  /// the highest bit first.
  let packedBits: Int?
  /// Whether the lowest bit of each byte is the first; libtiff reverses it.
  let isBitReversed: Bool

  /// Upper limit on the size of one decoded strip or tile in bytes, so that a damaged header cannot exhaust memory.
  static let largestPieceInBytes = 1 << 31

  /// Reads the tags of the handle's current page.
  ///
  /// - Throws: `Fault.badData` for invalid sizes or unsupported types.
  init(_ handle: TIFFHandle) throws {
    let path = handle.path
    guard let width = handle.unsigned32(TIFFTAG_IMAGEWIDTH), let height = handle.unsigned32(TIFFTAG_IMAGELENGTH),
      width > 0, height > 0, width < Int(Int32.max), height < Int(Int32.max)
    else {
      throw Fault.badData("\(path) is damaged: expected a width and height above zero, found none")
    }
    self.width = width
    self.height = height
    isSwapped = TIFFIsByteSwapped(handle.tiff) != 0
    samplesPerPixel = handle.unsigned16(TIFFTAG_SAMPLESPERPIXEL)
    isSeparate = samplesPerPixel > 1 && handle.unsigned16(TIFFTAG_PLANARCONFIG) == Int(PLANARCONFIG_SEPARATE)
    compression = handle.unsigned16(TIFFTAG_COMPRESSION)
    let bits = handle.unsigned16(TIFFTAG_BITSPERSAMPLE)
    let format = handle.unsigned16(TIFFTAG_SAMPLEFORMAT)
    let photometric = handle.unsigned16(TIFFTAG_PHOTOMETRIC)
    isRGB = photometric == Int(PHOTOMETRIC_RGB)
    isPalette = photometric == Int(PHOTOMETRIC_PALETTE)
    isWhiteZero = photometric == Int(PHOTOMETRIC_MINISWHITE)
    isBitReversed = handle.unsigned16(TIFFTAG_FILLORDER) == Int(FILLORDER_LSB2MSB)
    packedBits = bits % 8 == 0 ? nil : bits
    let depth = handle.unsigned32(TIFFTAG_IMAGEDEPTH) ?? 1
    guard depth == 1 else {
      throw Fault.badData(
        "\(path) holds \(depth) planes in one page: expected one plane in every page, found a volumetric image (ImageDepth); write it again plane by plane, for example by tifffile without volumetric=True"
      )
    }
    guard samplesPerPixel > 0, let stored = Self.storedType(bits: bits, format: format) else {
      throw Fault.badData(
        "\(path) holds \(samplesPerPixel) × \(bits)-bit samples of format \(format): expected integers of 1 to 16, 32 or 64 bits or floats of 16, 32 or 64; convert the file first"
      )
    }
    self.stored = stored
    guard packedBits == nil || Self.packable.contains(Int32(compression)) else {
      throw Fault.badData(
        "\(path) holds \(bits)-bit samples compressed by \(Self.compressionName(compression)): expected no, LZW, deflate, PackBits, Zstd or fax compression with them; convert the file first"
      )
    }
    if let colours = Self.otherColours[Int32(photometric)] {
      throw Fault.badData(
        "\(path) holds colours as \(colours), not intensities: expected grey values or the channels of a microscope; export the channels as they were recorded"
      )
    }
    guard compression == Int(COMPRESSION_NONE) || sheaf_tiff_is_configured(UInt16(compression)) != 0 else {
      throw Fault.badData(
        "\(path) is compressed by \(Self.compressionName(compression)), which this libtiff cannot read: expected none, LZW, deflate, PackBits, Zstd or another that it has; convert the file first"
      )
    }
    isTiled = TIFFIsTiled(handle.tiff) != 0
    if isTiled {
      guard let tileWidth = handle.unsigned32(TIFFTAG_TILEWIDTH),
        let tileHeight = handle.unsigned32(TIFFTAG_TILELENGTH),
        tileWidth > 0, tileHeight > 0, tileWidth < Int(Int32.max), tileHeight < Int(Int32.max)
      else { throw Fault.badData("\(path) is damaged: expected tiles of at least one pixel, found none") }
      pieceWidth = tileWidth
      pieceHeight = tileHeight
    } else {
      var rows: UInt32 = 0
      _ = sheaf_tiff_get_u32_defaulted(handle.tiff, UInt32(TIFFTAG_ROWSPERSTRIP), &rows)
      guard rows > 0 else { throw Fault.badData("\(path) is damaged: expected strips of at least one row, found none") }
      pieceWidth = width
      pieceHeight = min(Int(rows), height)
    }
    let pixels = Extent(1, pieceHeight, pieceWidth).checkedCount ?? Int.max
    let (bytes, overflow) = pixels.multipliedReportingOverflow(
      by: stored.byteCount * (isSeparate ? 1 : samplesPerPixel))
    let isDirect = compression == Int(COMPRESSION_NONE) && !isTiled && packedBits == nil && !isBitReversed
    guard !overflow, isDirect || bytes <= Self.largestPieceInBytes else {
      throw Fault.badData(
        "\(path) has strips or tiles of \(pieceHeight) × \(pieceWidth) pixels: expected at most \(Self.largestPieceInBytes) bytes in each, found \(overflow ? "more than can be counted" : "\(bytes)")"
      )
    }
    pieceInBytes = bytes
    let (plane, overflow2) = (width * stored.byteCount * (isSeparate ? 1 : samplesPerPixel))
      .multipliedReportingOverflow(by: height)
    // Edge tiles extend beyond the image and are stored whole.
    let pieces = ((width + pieceWidth - 1) / pieceWidth) * ((height + pieceHeight - 1) / pieceHeight)
    let (padded, overflow3) = isTiled ? pieces.multipliedReportingOverflow(by: bytes) : (plane, overflow2)
    // No compression scheme exceeds this ratio for the whole file, so absurd sizes are rejected before memory is
    // allocated.
    let expansion = Self.largestExpansion(compression) * (packedBits.map { stored.byteCount * 8 / $0 + 1 } ?? 1)
    let most = handle.size.multipliedReportingOverflow(by: expansion)
    let isPossible = !overflow2 && !overflow3 && max(plane, padded) <= (most.overflow ? Int.max : most.partialValue)
    guard isPossible || !overflow2 && !overflow3 && bytes <= Self.largestSparsePieceInBytes && handle.isSparse else {
      throw Fault.badData(
        "\(path) is truncated or damaged: expected a file that can hold \(height) × \(width) pixels of \(stored.rawValue) in \(isTiled ? "tiles of \(pieceHeight) × \(pieceWidth), " : "")\(Self.compressionName(compression)), found one of \(handle.size) bytes"
      )
    }
    planeInBytes = plane
  }

  /// Upper limit on the size of a strip or tile of a page that lacks some of them.
  private static let largestSparsePieceInBytes = 1 << 26

  /// Compressions under which libtiff returns samples as they are packed.
  private static let packable = [
    COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_DEFLATE, COMPRESSION_PACKBITS,
    COMPRESSION_ZSTD, COMPRESSION_LZMA, COMPRESSION_CCITTRLE, COMPRESSION_CCITTFAX3, COMPRESSION_CCITTFAX4,
  ]

  /// Size of one decoded strip or tile in bytes.
  let pieceInBytes: Int
  /// Size of one decoded page in bytes, or of one of its samples where samples are stored separately.
  let planeInBytes: Int

  /// Maximum number of bytes that one compressed byte can expand to: deflate encodes a match of 258 bytes in two bits,
  /// LZW a string of 4096 bytes in twelve bits, PackBits 128 bytes in two bytes, Zstd a block of 128 KiB in four bytes;
  /// no other known scheme exceeds this.
  private static func largestExpansion(_ compression: Int) -> Int {
    switch Int32(compression) {
    case COMPRESSION_NONE: 1
    case COMPRESSION_PACKBITS: 64
    case COMPRESSION_ADOBE_DEFLATE, COMPRESSION_DEFLATE: 1032
    case COMPRESSION_LZW: 4096
    default: 1 << 16
    }
  }

  private static func storedType(bits: Int, format: Int) -> StoredType? {
    switch (format, bits) {
    case (1, 8), (4, 8): .uint8
    case (1, 16), (4, 16): .uint16
    case (1, 32), (4, 32): .uint32
    case (1, 64), (4, 64): .uint64
    case (2, 8): .int8
    case (2, 16): .int16
    case (2, 32): .int32
    case (2, 64): .int64
    case (1, 1...7), (4, 1...7): .uint8
    case (1, 9...15), (4, 9...15): .uint16
    case (3, 16): .float16
    case (3, 32): .float32
    case (3, 64): .float64
    default: nil
    }
  }

  /// Uncompressed strips are read at row offsets, whatever their size.
  var isDirect: Bool { compression == Int(COMPRESSION_NONE) && !isTiled && packedBits == nil && !isBitReversed }

  /// Bytes of one row of a strip or tile before samples are unpacked.
  var packedRowInBytes: Int {
    let samples = pieceWidth * (isSeparate ? 1 : samplesPerPixel)
    return packedBits.map { (samples * $0 + 7) / 8 } ?? samples * stored.byteCount
  }

  var rowInBytes: Int { width * stored.byteCount * (isSeparate ? 1 : samplesPerPixel) }

  /// The smallest box that is decoded as a whole.
  var piece: Extent { isDirect ? Extent(1) : Extent(1, pieceHeight, pieceWidth) }

  var scratchInBytes: Int {
    if !isDirect { return pieceInBytes + (packedBits == nil ? 0 : packedRowInBytes * pieceHeight) }
    return samplesPerPixel > 1 || stored.byteCount != stored.voxelType.byteCount ? rowInBytes : 0
  }

  /// For example `deflate strips of 8 rows, big-endian`.
  var storageText: String {
    let order = isSwapped == (UInt16(1).littleEndian == 1) ? "big-endian" : "little-endian"
    let cut = isTiled ? "tiles of \(pieceHeight) × \(pieceWidth)" : "strips of \(pieceHeight) rows"
    let packed = packedBits.map { "\($0)-bit samples in " } ?? ""
    return "\(packed)\(Self.compressionName(compression)) \(cut), \(order)"
  }

  static func compressionName(_ compression: Int) -> String {
    switch Int32(compression) {
    case COMPRESSION_NONE: "uncompressed"
    case COMPRESSION_LZW: "LZW"
    case COMPRESSION_ADOBE_DEFLATE, COMPRESSION_DEFLATE: "deflate"
    case COMPRESSION_PACKBITS: "PackBits"
    case COMPRESSION_JPEG: "JPEG"
    case COMPRESSION_LZMA: "LZMA"
    case COMPRESSION_ZSTD: "Zstd"
    case COMPRESSION_WEBP: "WebP"
    case COMPRESSION_OJPEG: "old JPEG"
    case COMPRESSION_CCITTFAX3, COMPRESSION_CCITTFAX4, COMPRESSION_CCITTRLE: "CCITT fax"
    case COMPRESSION_LERC: "LERC"
    case COMPRESSION_JXL, 52546: "JPEG XL"
    // Schemes without a constant in libtiff, from tifffile's list.
    case COMPRESSION_JP2000, 33003, 33004, 33005: "JPEG 2000"
    case 22610, 34934: "JPEG XR"
    case 34926: "Zstd (old number)"
    case 34927: "WebP (old number)"
    case COMPRESSION_JBIG: "JBIG"
    default: "scheme \(compression)"
    }
  }
}
