import CPNG
import Foundation

/// A PNG file read again by libpng, as RGB whatever it holds.
struct DecodedPNG {
  let width: Int
  let height: Int
  /// Whether the file itself holds colours.
  let hasColours: Bool
  let samples: [UInt8]

  init?(_ data: Data) {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    let bytes = [UInt8](data)
    guard png_image_begin_read_from_memory(&image, bytes, bytes.count) != 0 else { return nil }
    width = Int(image.width)
    height = Int(image.height)
    hasColours = image.format & png_uint_32(PNG_FORMAT_FLAG_COLOR) != 0
    image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
    var decoded = [UInt8](repeating: 0, count: 3 * width * height)
    guard png_image_finish_read(&image, nil, &decoded, 0, nil) != 0 else { return nil }
    samples = decoded
  }
}
