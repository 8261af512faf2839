import Files
import Pictures
import Testing
import Voxels

@Suite struct VolumeViewTests {
  private let extent = Extent(4, 5, 6)

  private func buffer<Scalar: VoxelScalar>(_ scalar: Scalar.Type) -> VoxelBuffer {
    VoxelBuffer(extent, (0..<extent.count).map { Scalar(exactly: ($0 * 37) % 113)! })
  }

  private func check<Scalar: VoxelScalar>(_ scalar: Scalar.Type) throws {
    let buffer = buffer(scalar)
    let volume = PicturedVolume(buffer)
    for axis in 0..<3 {
      let views = [VolumeView.projection(axis: axis)] + (0..<extent[axis]).map { .plane(axis: axis, index: $0) }
      for view in views {
        for stride in 1...4 {
          let plane = try volume.brightness(view, stride: stride)
          #expect(plane.height == (extent[view.rowAxis] + stride - 1) / stride)
          #expect(plane.width == (extent[view.columnAxis] + stride - 1) / stride)
          var expected = [Float](repeating: -1, count: plane.values.count)
          view.region(of: extent).forEachPosition { place in
            let pixel = place[view.rowAxis] / stride * plane.width + place[view.columnAxis] / stride
            expected[pixel] = max(expected[pixel], buffer.voxels(as: scalar)[extent.index(of: place)].asFloat)
          }
          #expect(plane.values == expected)
          if Scalar.voxelType.isUnsignedInteger {
            #expect(try volume.labels(view, stride: stride).values == expected.map { UInt64($0) })
          }
        }
      }
    }
  }

  @Test func viewsTakeTheMaximumBehindEachPixel() throws {
    try check(UInt8.self)
    try check(UInt16.self)
    try check(Int16.self)
    try check(UInt32.self)
    try check(UInt64.self)
    try check(Float.self)
  }

  @Test func largeVolumesAreReadInPieces() throws {
    let huge = Extent(3, 5000, 4000)
    let volume = PicturedVolume(name: "huge", extent: huge, voxelType: .uint8) { region in
      #expect(region.count <= 4 << 20)
      let piece = VoxelBuffer(.uint8, region.extent)
      // One bright voxel in the far corner.
      if region.end == Coordinate.zero + huge { piece.bytes[piece.byteCount - 1] = 200 }
      return piece
    }
    let view = VolumeView.projection(axis: 0)
    let stride = volume.stride(view, longestEdge: 500)
    #expect(stride == 10)
    let plane = try volume.brightness(view, stride: stride)
    #expect(plane.width == 400 && plane.height == 500)
    #expect(plane.values.last == 200 && plane.values.reduce(0, +) == 200)
  }

  @Test func picturesAreMadeOfTheFinestLevelThatIsNotTooLarge() {
    let levels = [
      Extent(9000, 8000, 4000), Extent(4500, 4000, 2000), Extent(2250, 2000, 1000), Extent(1125, 1000, 500),
    ]
    #expect(VolumeView.plane(axis: 0, index: 0).level(of: levels, longestEdge: 4000) == 0)
    #expect(VolumeView.plane(axis: 0, index: 0).level(of: levels, longestEdge: 1000) == 2)
    #expect(VolumeView.plane(axis: 0, index: 0).level(of: levels, longestEdge: 10) == 3)
    // A projection reads every voxel.
    #expect(VolumeView.projection(axis: 0).level(of: levels, longestEdge: 4000) == 3)
    #expect(VolumeView.projection(axis: 2).level(of: [Extent(5)], longestEdge: 1) == 0)
  }

  @Test func onlyWholeNumbersFromZeroAreLabels() throws {
    let extent = Extent(1, 1, 4)
    func labels<Scalar: VoxelScalar>(_ voxels: [Scalar]) throws -> [UInt64] {
      try PicturedVolume(VoxelBuffer(extent, voxels)).labels(.projection(axis: 0)).values
    }
    #expect(try labels([0, 3, 0.99999, 7] as [Float]) == [0, 3, 1, 7])
    #expect(try labels([0, 3, 1, 7] as [Int16]) == [0, 3, 1, 7])
    for wrong in [0.5, -1, .nan, .infinity] as [Float] {
      #expect(throws: Fault.self) { try labels([0, 3, wrong, 7]) }
    }
    #expect(throws: Fault.self) { try labels([0, -1, 1, 7] as [Int16]) }
  }

  @Test func contrastRunsFromBlackToWhite() {
    let window = ContrastWindow(black: 100, white: 300)
    #expect([0, 100, 200, 300, 900].map { window.level($0) } == [0, 0, 128, 255, 255])
    #expect(window.level(.nan) == 0 && window.level(.infinity) == 255)
    #expect(ContrastWindow(black: 5, white: 5).level(5) == 0)
    let plane = ViewedPlane(width: 10, height: 100, values: (0..<1000).map { Float($0) })
    let percentiles = ContrastWindow(plane, low: 1, high: 90)
    #expect(percentiles == ContrastWindow(black: 10, white: 900))
    let empty = ViewedPlane<Float>(width: 1, height: 1, values: [.nan])
    #expect(ContrastWindow(empty).picture(empty)[0, 0] == .grey(0))
  }

  @Test func overlaysMarkInsideAndOutline() {
    let size = 5
    var labels = ViewedPlane(width: size, height: size, values: [UInt64](repeating: 0, count: 25))
    for row in 1...3 {
      for column in 1...3 { labels.values[row * size + column] = 7 }
    }
    let grey = Picture(width: size, height: size, fill: .grey(100))
    let drawn = LabelOverlay(insideShare: 0.5, outlineShare: 1).drawn(labels, over: grey)
    let colour = Colour.ofLabel(7)
    let large = LabelOverlay(insideShare: 0.5, outlineShare: 1).drawn(labels, over: grey, magnification: 3)
    #expect(
      large.width == 15 && large[3, 3] == colour && large[4, 4] == Colour.grey(100).mixed(with: colour, share: 0.5))
    #expect(large[2, 7] == .grey(100) && large[11, 7] == colour && large[12, 7] == .grey(100))
    for row in 0..<size {
      for column in 0..<size {
        let isInside = row == 2 && column == 2
        let isLabelled = (1...3).contains(row) && (1...3).contains(column)
        let expected: Colour = isInside ? Colour.grey(100).mixed(with: colour, share: 0.5) : colour
        #expect(drawn[row, column] == (isLabelled ? expected : .grey(100)))
      }
    }
  }

  @Test func tablesAlignTheirColumns() {
    var table = TextTable(["structure", "Dice"])
    table.add(["nuclei", TextTable.number(0.9, decimals: 3)])
    table.add(["a longer name", "1"])
    #expect(
      table.text == """
        structure       Dice
        ─────────────  ─────
        nuclei         0.900
        a longer name      1
        """)
  }
}

@Suite struct PicturePanelsTests {
  private let image = VoxelBuffer(Extent(3, 20, 30), (0..<1800).map { UInt16($0) })

  @Test func panelsAreSideBySide() throws {
    let labels = VoxelBuffer(Extent(3, 20, 30), (0..<1800).map { UInt8($0 % 7 == 0 ? 1 : 0) })
    let probability = VoxelBuffer(Extent(3, 20, 30), [Float](repeating: 1, count: 1800))
    let panels = try PicturePanels(
      image: PicturedVolume(image), labels: [("labels", PicturedVolume(labels))],
      probability: PicturedVolume(probability), view: .plane(axis: 0, index: 1))
    let picture = try panels.picture(caption: "image", longestEdge: 120)
    // Magnified twice: three panels of 60 × 40 pixels and the gaps.
    #expect(picture.width == 3 * 60 + 4 * 8 && picture.height == 8 + 22 + 40 + 8)
    #expect(picture[8 + 22 + 5, 2 * 68 + 8 + 5] == .grey(255))
    #expect(picture[8 + 22 + 39, 8 + 59] == .grey(255))
  }

  @Test func otherExtentsAndMissingPlanesAreRefused() {
    let small = PicturedVolume(VoxelBuffer(.uint8, Extent(3, 20, 29)))
    #expect(throws: Fault.self) {
      try PicturePanels(
        image: PicturedVolume(image), labels: [("labels", small)], probability: nil, view: .projection(axis: 0))
    }
    #expect(throws: Fault.self) {
      try PicturePanels(image: PicturedVolume(image), labels: [], probability: small, view: .projection(axis: 0))
    }
    #expect(throws: Fault.self) {
      try PicturePanels(image: PicturedVolume(image), labels: [], probability: nil, view: .plane(axis: 0, index: 3))
    }
  }
}
