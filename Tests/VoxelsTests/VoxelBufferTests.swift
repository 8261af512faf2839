import Testing
import Voxels

@Suite struct VoxelBufferTests {
  @Test func startsAsZerosOfTheRightSize() {
    for type in VoxelType.allCases {
      let buffer = VoxelBuffer(type, Extent(2, 3, 5))
      #expect(buffer.byteCount == 30 * type.byteCount)
      #expect(buffer.bytes.allSatisfy { $0 == 0 })
      #expect(Int(bitPattern: buffer.bytes.baseAddress!) % 64 == 0)
    }
    #expect(VoxelBuffer(.float32, Extent(0, 4, 4)).byteCount == 0)
  }

  private func checkCopies<Scalar: VoxelScalar>(_ scalar: Scalar.Type) {
    let extent = Extent(3, 4, 5)
    let source = VoxelBuffer(extent, (0..<extent.count).map { Scalar(exactly: $0 + 1)! })
    for origin in positions(of: extent) {
      for size in extents(upTo: 3) {
        let region = Region(origin: origin, extent: size).intersection(Region(extent))
        let crop = source.cropped(to: region)
        let target = VoxelBuffer(Scalar.voxelType, Extent(4, 5, 6))
        target.copy(region, of: source, to: Coordinate(1, 1, 1))
        for position in positions(of: region.extent) {
          let expected = source.voxels(as: Scalar.self)[extent.index(of: region.origin + position)]
          #expect(crop.voxels(as: Scalar.self)[region.extent.index(of: position)] == expected)
          let there = target.extent.index(of: Coordinate(1, 1, 1) + position)
          #expect(target.voxels(as: Scalar.self)[there] == expected)
        }
        let written = target.array(of: Scalar.self).filter { $0 != 0 }.count
        #expect(written == region.count)
      }
    }
  }

  @Test func boxesAreCopiedForEveryType() {
    checkCopies(UInt8.self)
    checkCopies(UInt16.self)
    checkCopies(Int16.self)
    checkCopies(UInt32.self)
    checkCopies(UInt64.self)
    checkCopies(Float.self)
  }

  @Test func everyTypeOpensAsItsScalar() {
    for type in VoxelType.allCases {
      #expect(withVoxelScalar(type) { $0.voxelType } == type)
    }
  }
}
