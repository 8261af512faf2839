/// Lays out small TIFF files byte by byte (TIFF 6.0, section 2): any byte order, classic or BigTIFF, any description.
struct SmallTIFF {
  var isBig = false
  var isBigEndian = false
  /// Pages of `width` × `height` 16-bit grey values, one strip each.
  var width = 5
  var height = 4
  var pages: Int
  /// Text of the first page.
  var description: String?
  /// Planes behind the strip of the last page, beyond its own.
  var planesBehind = 0
  /// Bits of a grey value; below 16, they are packed.
  var bits = 16
  /// Whether the strip of the last page is missing: its offset and size are 0.
  var lacksLastStrip = false
  /// Tags of the first page beyond those of every page, in rising order.
  var privateTags: [(tag: Int, type: Int, count: Int, bytes: [UInt8])] = []
  /// What stands between the header of the file and the first page.
  var preamble: [UInt8] = []

  func bytes() -> [UInt8] {
    var file: [UInt8] = isBigEndian ? [0x4D, 0x4D] : [0x49, 0x49]
    file += number(isBig ? 43 : 42, 2)
    if isBig { file += number(8, 2) + number(0, 2) }
    let word = isBig ? 8 : 4
    let planeInBytes = (width * bits + 7) / 8 * height
    var linkOffset = file.count
    file += number(0, word) + preamble
    for page in 0..<pages {
      let planes = page == pages - 1 ? 1 + planesBehind : 1
      let data = file.count
      for index in 0..<(planeInBytes * planes / 2) { file += number(index * 7 + page, 2) }
      if planeInBytes * planes % 2 == 1 { file.append(1) }
      let text = page == 0 ? description.map { Array($0.utf8) + [0] } : nil
      let textOffset = file.count
      if let text { file += text + (text.count % 2 == 0 ? [] : [0]) }
      var places: [(tag: Int, type: Int, count: Int, value: Int)] = []
      for extra in page == 0 ? privateTags : [] {
        places.append((extra.tag, extra.type, extra.count, file.count))
        file += extra.bytes + (extra.bytes.count % 2 == 0 ? [] : [0])
      }
      let isMissing = lacksLastStrip && page == pages - 1
      file.replaceSubrange(linkOffset..<(linkOffset + word), with: number(file.count, word))
      var tags: [(tag: Int, type: Int, count: Int, value: Int)] = [
        (256, 3, 1, width), (257, 3, 1, height), (258, 3, 1, bits), (259, 3, 1, 1), (262, 3, 1, 1),
        (273, 4, 1, isMissing ? 0 : data), (277, 3, 1, 1), (278, 3, 1, height),
        (279, 4, 1, isMissing ? 0 : planeInBytes),
      ]
      if let text { tags.insert((270, 2, text.count, textOffset), at: 5) }
      tags += places
      file += number(tags.count, isBig ? 8 : 2)
      for (tag, type, count, value) in tags {
        file += number(tag, 2) + number(type, 2) + number(count, word)
        // Short values stand at the front of their field.
        file += type == 3 ? number(value, 2) + number(0, word - 2) : number(value, type == 4 ? 4 : word)
        if type == 4 { file += number(0, word - 4) }
      }
      linkOffset = file.count
      file += number(0, word)
    }
    return file
  }

  private func number(_ value: Int, _ width: Int) -> [UInt8] {
    let bytes = (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    return isBigEndian ? bytes.reversed() : bytes
  }
}
