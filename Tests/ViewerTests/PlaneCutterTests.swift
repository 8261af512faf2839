import Files
import Foundation
import Scratch
import TestTraits
import Testing
import Viewer
import VolumeFormats
import Voxels
import Zarr

/// Planes are what is in the volume, whatever their axis, and wherever bricks begin and end.
@Suite struct PlaneCutterTests {
  /// Writes `extent` voxels of a type as NumPy, a format without levels.
  private func write<Scalar: VoxelScalar>(_ voxels: [Scalar], _ extent: Extent, to path: String) throws {
    let types: [VoxelType: String] = [
      .uint8: "|u1", .uint16: "<u2", .int16: "<i2", .uint32: "<u4", .uint64: "<u8", .float32: "<f4",
    ]
    var header =
      "{'descr': '\(types[Scalar.voxelType]!)', 'fortran_order': False, 'shape': (\(extent.z), \(extent.y), \(extent.x)), }"
    while (header.utf8.count + 11) % 64 != 0 { header += " " }
    header += "\n"
    var data = Data(
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)])
    data += Data(header.utf8)
    voxels.withUnsafeBytes { data.append(contentsOf: $0) }
    try data.write(to: URL(fileURLWithPath: path))
  }

  private func numbers(_ piece: PlanePiece) -> [Int] {
    switch piece.numbers {
    case .intensities(let values): values.map(Int.init)
    case .labels(let values): values.map(Int.init)
    }
  }

  /// What a request has to give, from the voxels themselves.
  private func expected(_ request: PlaneRequest, _ extent: Extent, _ voxel: (Int) -> Int) -> [Int] {
    var result: [Int] = []
    for row in request.rows {
      for column in request.columns {
        var position = Coordinate.zero
        position[request.rowAxis] = row
        position[request.columnAxis] = column
        result.append(
          request.planes.map { plane in
            position[request.axis] = plane
            return voxel((position.z * extent.y + position.y) * extent.x + position.x)
          }.max()!)
      }
    }
    return result
  }

  @Test(.randomised) func planesEqualTheVolumeForEveryTypeAndAxis() throws {
    var numbersOfTest = SeededNumbers.ofTest()
    try withTemporaryDirectory { root in
      let extent = Extent(19, 83, 71)
      let values = (0..<extent.count).map { _ in Int(numbersOfTest.next() % 60_000) }
      func check<Scalar: VoxelScalar>(_ convert: (Int) -> Scalar, _ number: (Int) -> Int) throws {
        let path = joinPath(root, "\(Scalar.voxelType).npy")
        try write(values.map(convert), extent, to: path)
        let layers = try ViewedLayer.open(path, kind: nil, options: VolumeOptions(), channel: nil)
        let contents = ViewerContents(title: "", layers: layers, objects: nil)
        let cutter = PlaneCutter(layers: layers, coding: { contents.coding(layer: $0) }, cacheInBytes: 1 << 20)
        for _ in 0..<24 {
          let axis = Int(numbersOfTest.next() % 3)
          func range(_ length: Int) -> Range<Int> {
            let first = Int(numbersOfTest.next() % UInt64(length))
            return first..<first + 1 + Int(numbersOfTest.next() % UInt64(length - first))
          }
          var request = PlaneRequest(layer: 0, level: 0, axis: axis, planes: 0..<1, rows: 0..<1, columns: 0..<1)
          request.planes = range(extent[axis])
          if numbersOfTest.next() % 2 == 0 {
            request.planes = request.planes.lowerBound..<request.planes.lowerBound + 1
          }
          (request.rows, request.columns) = (range(extent[request.rowAxis]), range(extent[request.columnAxis]))
          let piece = try cutter.cut(request)
          #expect(piece.gaps.isEmpty)
          #expect(numbers(piece) == expected(request, extent) { number(values[$0]) }, "\(Scalar.voxelType) \(request)")
        }
      }
      try check({ UInt8(truncatingIfNeeded: $0) }) { $0 & 255 }
      try check({ UInt16($0) }) { $0 }
      try check({ Int16($0 - 30_000) }) { $0 + 2768 }
      // Stretched over 65,536 steps from the smallest to the largest value.
      let (least, most) = (values.min()!, values.max()!)
      let stretched = { (value: Int) in Int((Double(value - least) / (Double(most - least) / 65535)).rounded()) }
      try check({ Float($0) }, stretched)
      try check({ UInt32($0) }, stretched)
    }
  }

  @Test func coarserResolutionsOfPlainFilesAreSampled() throws {
    try withTemporaryDirectory { root in
      let extent = Extent(5, 40, 1100)
      let values = (0..<extent.count).map { UInt16(truncatingIfNeeded: $0 &* 31) }
      let path = joinPath(root, "wide.npy")
      try write(values, extent, to: path)
      let layer = try #require(try ViewedLayer.open(path, kind: nil, options: VolumeOptions(), channel: nil).first)
      #expect(layer.levels.map(\.extent) == [extent, Extent(3, 20, 550), Extent(2, 10, 275)])
      #expect(layer.levels[2].voxelSize == VoxelSize(4, 4, 4))
      let contents = ViewerContents(title: "", layers: [layer], objects: nil)
      let cutter = PlaneCutter(layers: [layer], coding: { contents.coding(layer: $0) }, cacheInBytes: 1 << 20)
      let piece = try cutter.cut(
        PlaneRequest(layer: 0, level: 1, axis: 0, planes: 2..<3, rows: 3..<20, columns: 200..<550))
      let expected = (3..<20).flatMap { y in (200..<550).map { Int(values[(4 * 40 + 2 * y) * 1100 + 2 * $0]) } }
      #expect(numbers(piece) == expected)
    }
  }

  @Test func requestsAreClampedToTheVolume() {
    let request = PlaneRequest(layer: 0, level: 0, axis: 1, planes: 4..<9, rows: 0..<256, columns: 256..<512)
    #expect(
      request.clamped(to: Extent(10, 6, 300))?.region
        == Region(origin: Coordinate(0, 4, 256), extent: Extent(10, 2, 44)))
    #expect(request.clamped(to: Extent(10, 4, 300)) == nil)
    #expect(request.clamped(to: Extent(10, 6, 256)) == nil)
  }

  /// However many gaps there are, each of their voxels stays one, and few rectangles say so.
  @Test(.randomised) func gapsAreMerged() {
    var numbersOfTest = SeededNumbers.ofTest()
    for (share, most) in [(4, 512), (2, 512), (1, 512), (4, 7), (4, 1)] {
      let (cells, edge) = (12, 5)
      // One of `share` cells is sound; the rest is missing, or damaged.
      let kinds = (0..<cells * cells).map { _ in
        numbersOfTest.next() % 4 < UInt64(share) ? Int(numbersOfTest.next() % 8) : -1
      }
      let gaps = kinds.indices.filter { kinds[$0] >= 0 }.map { cell in
        let (row, column) = (cell / cells * edge, cell % cells * edge)
        return PlanePiece.Gap(
          rows: row..<row + edge, columns: column..<column + edge, reason: kinds[cell] == 0 ? "damaged" : nil)
      }
      let merged = PlanePiece.Gap.merged(gaps.shuffled(using: &numbersOfTest), most: most)
      #expect(merged.count <= most && merged.count <= gaps.count)
      func painted(_ gaps: [PlanePiece.Gap]) -> [[String?]: Int] {
        gaps.reduce(into: [:]) { result, gap in
          for row in gap.rows {
            for column in gap.columns { result[["\(row)", "\(column)", gap.reason], default: 0] += 1 }
          }
        }
      }
      if most == 512 {
        #expect(painted(merged) == painted(gaps))
        if share == 4 { #expect(merged.count < gaps.count / 2) }
      } else {
        let covered = Set(painted(merged).keys.map { Array($0.prefix(2)) })
        #expect(covered.isSuperset(of: painted(gaps).keys.map { Array($0.prefix(2)) }))
      }
    }
  }
}
