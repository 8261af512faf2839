import Files
import Foundation
import Pictures
import Scratch
import Testing

@Suite struct PictureTests {
  private func samples(_ picture: Picture) -> [UInt8] { picture.pixels.flatMap { [$0.red, $0.green, $0.blue] } }

  @Test func greyAndColourAreReadBackExactly() throws {
    for (width, height) in [(1, 1), (3, 2), (17, 5), (256, 1)] {
      var grey = Picture(width: width, height: height)
      var colour = grey
      for row in 0..<height {
        for column in 0..<width {
          grey[row, column] = .grey(UInt8((row * 31 + column) % 256))
          colour[row, column] = Colour(UInt8(row), UInt8(column), 200)
        }
      }
      for (picture, hasColours) in [(grey, false), (colour, true)] {
        let decoded = try #require(DecodedPNG(try picture.pngData()))
        #expect(decoded.width == width && decoded.height == height)
        #expect(decoded.hasColours == hasColours)
        #expect(decoded.samples == samples(picture))
      }
    }
  }

  @Test func filesArePublishedWithTheirDirectory() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.file("a/b.png")
    let picture = Picture(width: 4, height: 3, fill: Colour(1, 2, 3))
    try picture.write(to: path)
    #expect(DecodedPNG(try readWholeFile(path))?.samples == samples(picture))
    #expect(try directoryEntries(scratch.file("a")) == ["b.png"])
  }

  @Test func placingCutsAtEveryEdge() {
    let stamp = Picture(width: 2, height: 2, fill: .grey(9))
    for row in -3...4 {
      for column in -3...4 {
        var picture = Picture(width: 3, height: 3)
        picture.place(stamp, row: row, column: column)
        for y in 0..<3 {
          for x in 0..<3 {
            let isCovered = (row..<row + 2).contains(y) && (column..<column + 2).contains(x)
            #expect(picture[y, x] == .grey(isCovered ? 9 : 0))
          }
        }
      }
    }
  }

  @Test func magnifyingRepeatsPixels() {
    var picture = Picture(width: 2, height: 1)
    picture[0, 1] = .grey(7)
    let large = picture.magnified(3)
    #expect(large.width == 6 && large.height == 3)
    for row in 0..<3 {
      for column in 0..<6 { #expect(large[row, column] == .grey(column < 3 ? 0 : 7)) }
    }
  }

  @Test func labelColoursAreBrightAndDiffer() {
    let colours = (1...60).map { Colour.ofLabel($0) }
    #expect(Set(colours).count == 60)
    for colour in colours { #expect(max(colour.red, colour.green, colour.blue) >= 250) }
    #expect(Colour.ofLabel(.max) != Colour.ofLabel(.max - 1))
  }

  @Test func captionsAreDrawnInTheirBoxes() {
    var picture = Picture(width: 20, height: 9)
    BitmapFont.draw("I", on: &picture, row: 1, column: 2, scale: 1, .grey(255))
    let rows = (0..<9).map { row in (0..<20).map { picture[row, $0].red > 0 ? "#" : "." }.joined() }
    #expect(
      rows == [
        "....................", "...###..............", "....#...............", "....#...............",
        "....#...............", "....#...............", "....#...............", "...###..............",
        "....................",
      ])
    // Text beyond the edge is cut, and what it has no glyph for is shown as a question mark.
    BitmapFont.draw("a long caption — µm", on: &picture, row: -3, column: 10, scale: 3, .grey(255))
    var known = Picture(width: 6, height: 7)
    var unknown = known
    BitmapFont.draw("?", on: &known, row: 0, column: 0, scale: 1, .grey(255))
    BitmapFont.draw("—", on: &unknown, row: 0, column: 0, scale: 1, .grey(255))
    #expect(known == unknown)
  }

  @Test func panelsAreSideBySideUnderTheirCaptions() {
    let red = Picture(width: 30, height: 10, fill: Colour(255, 0, 0))
    let blue = Picture(width: 40, height: 20, fill: Colour(0, 0, 255))
    let picture = Montage([[.init("a", red), .init("b", blue)], [.init("c", red)]], textScale: 1).picture()
    #expect(picture.width == 8 + 30 + 8 + 40 + 8)
    #expect(picture.height == 8 + (15 + 20) + 8 + (15 + 10) + 8)
    #expect(picture[8 + 15, 8] == Colour(255, 0, 0) && picture[8 + 15 + 9, 8 + 29] == Colour(255, 0, 0))
    #expect(picture[8 + 15, 46] == Colour(0, 0, 255) && picture[8 + 15 + 19, 46 + 39] == Colour(0, 0, 255))
    #expect(picture.pixels.filter { $0 == Colour(255, 0, 0) }.count == 600)
    #expect(picture.pixels.filter { $0 == Colour(0, 0, 255) }.count == 800)
  }
}
