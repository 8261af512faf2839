import CPNG
import Files
import Foundation

extension Picture {
  /// The picture as a PNG file: 8-bit grey when no pixel has a colour, 8-bit RGB otherwise.
  ///
  /// - Throws: `Fault` of kind `bug` when libpng fails, which it does only when out of memory.
  package func pngData() throws -> Data {
    let isGrey = pixels.allSatisfy { $0.red == $0.green && $0.green == $0.blue }
    var samples: [UInt8] = []
    samples.reserveCapacity(pixels.count * (isGrey ? 1 : 3))
    for pixel in pixels {
      samples.append(pixel.red)
      if !isGrey {
        samples.append(pixel.green)
        samples.append(pixel.blue)
      }
    }
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    image.width = png_uint_32(width)
    image.height = png_uint_32(height)
    // libpng's format flags: grey has none, RGB has the colour flag.
    image.format = isGrey ? 0 : png_uint_32(PNG_FORMAT_FLAG_COLOR)
    defer { png_image_free(&image) }
    // The simplified interface reports errors by its result instead of a long jump, which Swift could not survive.
    var size = 0
    guard png_image_write_to_memory(&image, nil, &size, 0, samples, 0, nil) != 0 else { throw fault(image) }
    var data = Data(count: size)
    let written = data.withUnsafeMutableBytes {
      png_image_write_to_memory(&image, $0.baseAddress, &size, 0, samples, 0, nil)
    }
    guard written != 0 else { throw fault(image) }
    return data.prefix(size)
  }

  /// Publishes the picture as a PNG file; its directory is created when missing.
  package func write(to path: String) throws {
    let data = try pngData()
    try createDirectory(parentDirectory(of: path))
    try publish(data, to: path)
  }

  private func fault(_ image: png_image) -> Fault {
    let text = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return Fault(.bug, "a picture of \(width) × \(height) pixels cannot be written as PNG: \(text)")
  }
}
