import Pictures
import Testing
import Voxels

/// Agreement, scale bars, several planes and percentiles in pictures.
@Suite struct PictureScaleTests {
  private let image = VoxelBuffer(Extent(4, 20, 30), (0..<2400).map { UInt16($0) })

  @Test func agreementHasThreeColours() {
    let grey = Picture(width: 4, height: 1, fill: .grey(0))
    let first = ViewedPlane<UInt64>(width: 4, height: 1, values: [5, 7, 0, 0])
    let second = ViewedPlane<UInt64>(width: 4, height: 1, values: [9, 0, 2, 0])
    var agreement = Agreement()
    agreement.share = 1
    let drawn = agreement.drawn(first, second, over: grey)
    #expect(drawn.pixels == [Agreement.both, Agreement.onlyFirst, Agreement.onlySecond, .grey(0)])
  }

  @Test(arguments: [(40.0, 20.0), (49.9, 20), (50, 50), (7, 5), (0.3, 0.2)])
  func barsAreRound(_ limit: Double, _ length: Double) {
    #expect(abs(ScaleBar.length(atMost: limit) - length) < 1e-9)
  }

  @Test func barsAreNamed() {
    #expect(ScaleBar.text(50, unit: "µm") == "50 µm")
    #expect(ScaleBar.text(2000, unit: "µm") == "2 mm")
    #expect(ScaleBar.text(0.5, unit: "µm") == "0.5 µm")
    #expect(ScaleBar.text(1, unit: "voxels") == "1 voxel")
  }

  @Test func theBarIsAsLongAsItSays() throws {
    let flat = VoxelBuffer(Extent(1, 100, 200), [UInt16](repeating: 0, count: 20_000))
    var panels = try PicturePanels(
      image: PicturedVolume(flat), labels: [], probability: nil, view: .plane(axis: 0, index: 0))
    panels.voxelSize = VoxelSize(4, 2, 2)
    let picture = try panels.picture(caption: "", longestEdge: 200)
    // 400 µm over 200 pixels: the bar of 100 µm has 50, in rows of its own below its text.
    let rows = (0..<picture.height).map { row in (0..<picture.width).count { picture[row, $0] == .grey(255) } }
    #expect(rows.filter { $0 == 50 }.count == 4, "\(rows)")
  }

  @Test func voxelsThatAreNoCubesAreStretched() throws {
    var panels = try PicturePanels(
      image: PicturedVolume(image), labels: [], probability: nil, view: .projection(axis: 1))
    panels.voxelSize = VoxelSize(6, 2, 2)
    panels.hasScaleBar = false
    let picture = try panels.picture(caption: "", longestEdge: 60)
    // 4 planes of 3 times the edge, 30 columns.
    #expect(picture.height == 8 + 22 + 12 + 8 && picture.width == 30 + 16)
  }

  @Test func severalPlanesStandBelowEachOther() throws {
    let panels = try PicturePanels(
      image: PicturedVolume(image), labels: [], probability: nil,
      views: [.plane(axis: 0, index: 0), .plane(axis: 0, index: 3)])
    let picture = try panels.picture(captions: ["a", "b"], longestEdge: 60)
    #expect(picture.height == 8 + 2 * (22 + 20 + 8))
  }

  @Test func percentilesDecideTheContrast() throws {
    var panels = try PicturePanels(
      image: PicturedVolume(image), labels: [], probability: nil, view: .plane(axis: 0, index: 0))
    panels.contrast = (0, 50)
    panels.hasScaleBar = false
    let picture = try panels.picture(caption: "", longestEdge: 60)
    #expect(picture[8 + 22 + 10, 8] == .grey(255))
  }
}
