import Files
import Foundation
import Phantom
import Report
import Scratch
import Testing
import Voxels

/// What is wrong with a volume stands first in its report, with its figure; a clean one has no findings.
@Suite struct PlantedFaultTests {
  private let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  private func findings(_ buffer: VoxelBuffer) throws -> [ReportFinding] {
    let path = scratch.file("s\(buffer.extent.count)-\(UInt(bitPattern: buffer.bytes.baseAddress!.hashValue)).zarr")
    return try report(writeStore(path, buffer)).findings
  }

  @Test(arguments: Structure.allCases) func aCleanOrganHasNone(_ structure: Structure) throws {
    let found = try findings(organ(structure))
    #expect(found.isEmpty, "\(found.map(\.text))")
  }

  @Test(arguments: [(0.0, "plane 30 is dark"), (0.6, "plane 30 is darker"), (1.5, "plane 30 is brighter")])
  func aPlaneThatDoesNotFitIsNamed(_ share: Double, _ words: String) throws {
    let faulty = changed(try organ(.vessels)) { value, z, _, _ in z == 30 ? 100 + (value - 100) * share : value }
    let found = try findings(faulty)
    let first = try #require(found.first)
    #expect(first.text.contains(words) && found.count == 1, "\(found.map(\.text))")
    #expect(first.severity == (share == 0.6 ? .warning : share == 1.5 ? .error : .error), "\(first)")
  }

  @Test func threePlanesInARowAreOneFinding() throws {
    let faulty = changed(try organ(.nuclei)) { value, z, _, _ in (20...22).contains(z) ? 0 : value }
    let found = try findings(faulty)
    #expect(
      found.contains { $0.text.contains("planes 20 to 22 are dark") && $0.severity == .error }, "\(found.map(\.text))")
  }

  @Test(arguments: [(250.0, 65_535.0, "65 535"), (8, 4_095, "4095")])
  func aSaturatedChannelIsNamed(_ gain: Double, _ end: Double, _ words: String) throws {
    let faulty = changed(try organ(.vessels)) { value, _, _, _ in min(value * gain, end) }
    let found = try findings(faulty)
    let first = try #require(found.first)
    #expect(first.severity == .error && first.text.contains("saturated"), "\(found.map(\.text))")
    #expect(first.text.replacing("\u{202F}", with: " ").contains(words), "\(first.text)")
  }

  @Test(arguments: [0, 1, 2]) func aShiftedHalfIsNamed(_ axis: Int) throws {
    let whole = try organ(.vessels)
    let middle = whole.extent[axis] / 2
    let faulty = moved(whole) { z, y, x in
      switch axis {
      case 0: z < middle ? (z, y, x) : (z, y, x - 9)
      case 1: y < middle ? (z, y, x) : (z - 5, y, x)
      default: x < middle ? (z, y, x) : (z, y + 7, x)
      }
    }
    let found = try findings(faulty)
    let first = try #require(found.first)
    let shift = ["9 voxels along x", "5 voxels along z", "7 voxels along −y"][axis]
    #expect(first.severity == .error, "\(found.map(\.text))")
    #expect(
      first.text.contains("shifted from \(["z", "y", "x"][axis]) = \(middle) on, by \(shift)"), "\(found.map(\.text))")
  }

  @Test(arguments: [0.5, 1.0]) func planesThatDriftAreNamed(_ voxelsPerPlane: Double) throws {
    let whole = try organ(.vessels)
    let faulty = moved(whole) { z, y, x in (z, y, x - Int((Double(z) * voxelsPerPlane).rounded(.down))) }
    let found = try findings(faulty)
    #expect(
      found.contains { $0.text.hasPrefix("the planes drift") && $0.text.contains("along x") }, "\(found.map(\.text))")
  }

  @Test func aStageThatJumpsIsNamed() throws {
    let whole = try organ(.vessels)
    let offsets = [0, 3, -2, 2, -3, 1, 4, -1]
    let faulty = moved(whole) { z, y, x in (z, y - offsets[z % 8], x + offsets[(z * 3 + 1) % 8]) }
    let found = try findings(faulty)
    #expect(
      found.contains { $0.severity == .error && $0.text.contains("the stage jumped between planes") },
      "\(found.map(\.text))")
  }

  @Test func aPlaneBesideItsPlaceIsNamed() throws {
    let whole = try organ(.vessels)
    let found = try findings(moved(whole) { z, y, x in z == 30 ? (z, y + 4, x) : (z, y, x) })
    let first = try #require(found.first)
    #expect(first.severity == .error && found.count == 1, "\(found.map(\.text))")
    #expect(first.text.contains("plane 30 is shifted against its neighbours, by 4"), "\(found.map(\.text))")
    #expect(first.text.contains("along −y"), "\(found.map(\.text))")
  }

  @Test func bleachingAndStripesAreNotes() throws {
    let whole = try organ(.vessels)
    let bleached = try findings(changed(whole) { value, z, _, _ in 100 + (value - 100) * pow(0.97, Double(z)) })
    #expect(
      bleached.contains { $0.text.contains("tissue gets darker") && $0.severity == .note }, "\(bleached.map(\.text))")
    let striped = try findings(
      changed(whole) { value, z, y, _ in 100 + (value - 100) * (1 + 0.25 * sin(Double(y * y + z))) })
    #expect(striped.contains { $0.text.contains("stripes along x") }, "\(striped.map(\.text))")
  }

  @Test func theFirstScreenHasThem() throws {
    let faulty = changed(try organ(.vessels)) { value, z, _, _ in z == 30 ? 0 : value }
    let page = try report(writeStore(scratch.file("s.zarr"), faulty)).html
    let text = try #require(page.range(of: "plane 30 is dark"))
    let overview = try #require(page.range(of: "What was run"))
    #expect(text.lowerBound < overview.lowerBound)
  }

  @Test func theSameInputsGiveTheSameBytes() throws {
    let store = try writeStore(scratch.file("s.zarr"), organ(.nuclei))
    let first = try report(store, threads: 1)
    #expect(try report(store, threads: 3).html == first.html)
    #expect(!first.html.contains("<script") && !first.html.contains("http"))
  }
}
