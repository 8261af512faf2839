/// TIFF files whose planes are told by the conventions of programs and microscopes.
func dialectSamples() -> [FuzzSample] {
  [
    FuzzSample(
      "shaped.tif",
      SmallTIFF(
        pages: 6, description: "{\"shape\": [3, 2, 4, 5], \"axes\": \"CZYX\", \"spacing\": 2, \"unit\": \"um\"}"
      )
      .bytes()),
    FuzzSample(
      "truncated.tif",
      SmallTIFF(
        isBigEndian: true, pages: 1,
        description: "{\"shape\": [2, 3, 4, 5], \"axes\": \"TZYX\", \"truncated\": true}", planesBehind: 5
      ).bytes()),
    FuzzSample("old.tif", SmallTIFF(isBig: true, pages: 3, description: "shape=(3, 4, 5)").bytes()),
    FuzzSample(
      "scifio.tif",
      SmallTIFF(
        pages: 6,
        description:
          "SCIFIO=0.41\naxes=X,Y,Channel,Z\nlengths=5,4,3,2\nscales=1,1,1,2\nunits=micron,micron,null,micron\nimages=6\n"
      ).bytes()),
    FuzzSample(
      "scanimage.tif",
      SmallTIFF(
        pages: 6,
        description:
          "scanimage.SI.hChannels.channelSave = [1;2;3]\nscanimage.SI.hStackManager.numSlices = 2\nscanimage.SI.hStackManager.framesPerSlice = 1\n"
      ).bytes()),
    FuzzSample(
      "modulo.ome.tif",
      SmallTIFF(
        pages: 6,
        description:
          "<OME><Image><Pixels DimensionOrder=\"XYZCT\" SizeX=\"5\" SizeY=\"4\" SizeZ=\"6\" SizeC=\"1\" SizeT=\"1\" PhysicalSizeX=\"1\" PhysicalSizeY=\"1\"><TiffData/><Plane TheZ=\"0\" PositionZ=\"1\" PositionZUnit=\"um\"/></Pixels></Image><StructuredAnnotations><XMLAnnotation><Value><Modulo><ModuloAlongZ Type=\"angle\" Start=\"0\" Step=\"1\" End=\"2\"/></Modulo></Value></XMLAnnotation></StructuredAnnotations></OME>"
      ).bytes()),
    FuzzSample("bits12.tif", SmallTIFF(pages: 2, bits: 12).bytes()),
    FuzzSample("mask.tif", SmallTIFF(isBigEndian: true, pages: 2, bits: 1).bytes()),
    FuzzSample("sparse.tif", SmallTIFF(pages: 2, lacksLastStrip: true).bytes()),
    FuzzSample(
      "metamorph.stk",
      SmallTIFF(
        pages: 1, planesBehind: 2,
        privateTags: [
          (33_628, 4, 2, words([4, 8, 5, 8])),
          (33_629, 5, 3, words([3, 1, 0, 0, 0, 0, 3, 1, 0, 0, 0, 0, 3, 1, 0, 0, 0, 0])),
        ]
      ).bytes()),
    FuzzSample(
      "a.lsm",
      SmallTIFF(
        pages: 4,
        privateTags: [
          (
            34_412, 1, 100,
            words([67_127_628, 100, 5, 4, 2, 1, 2, 2, 0, 0] + Array(repeating: 0, count: 12) + [6, 0, 0])
          )
        ]
      ).bytes()),
    FuzzSample("micromanager.tif", microManagerFile()),
  ]
}

/// Numbers of four bytes, little-endian.
private func words(_ values: [Int]) -> [UInt8] {
  values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
}

/// Four pages that an index at the end of the file assigns to two slices of two channels.
private func microManagerFile() -> [UInt8] {
  let summary = Array("{\"Slices\": 2, \"Channels\": 2, \"Frames\": 1, \"PixelSize_um\": 1, \"z-step_um\": 2}".utf8)
  let header =
    words([54_773_648, 0, 0, 0, 0, 0, 2_355_492, summary.count]) + summary
    + [UInt8](repeating: 32, count: summary.count % 2)
  var file = SmallTIFF(pages: 4, preamble: header).bytes()
  func number(_ offset: Int, _ count: Int) -> Int {
    (0..<count).reversed().reduce(0) { $0 << 8 | Int(file[offset + $1]) }
  }
  var offsets: [Int] = []
  var next = number(4, 4)
  while next != 0 {
    offsets.append(next)
    next = number(next + 2 + 12 * number(next, 2), 4)
  }
  file.replaceSubrange(12..<16, with: words([file.count]))
  let rows = offsets.enumerated().flatMap { [$0.offset % 2, $0.offset / 2, 0, 0, $0.element] }
  return file + words([3_453_623, offsets.count] + rows)
}
