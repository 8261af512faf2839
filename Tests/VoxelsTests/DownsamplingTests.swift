import Scratch
import Testing
import Voxels

@Suite struct DownsamplingTests {
  /// The voxels of `extent` that voxel `position` of the next level covers.
  private func covered(_ position: Coordinate, in extent: Extent) -> [Coordinate] {
    let box = Region(origin: Coordinate(2 * position.z, 2 * position.y, 2 * position.x), extent: Extent(2))
    var found: [Coordinate] = []
    box.intersection(Region(extent)).forEachPosition { found.append($0) }
    return found
  }

  private func roundedHalfToEven(_ sum: Int128, over count: Int) -> Int128 {
    let divisor = Int128(count)
    let floor = sum >= 0 ? sum / divisor : -((-sum + divisor - 1) / divisor)
    let twice = 2 * (sum - floor * divisor)
    return twice > divisor || (twice == divisor && floor % 2 != 0) ? floor + 1 : floor
  }

  private func checkIntegerMean<Scalar: VoxelScalar & FixedWidthInteger>(_ scalar: Scalar.Type) {
    var random = SeededNumbers(seed: 11)
    for extent in extents(upTo: 5) {
      for narrow in [false, true] {
        // A narrow range makes ties frequent; the full range finds overflow.
        let voxels = (0..<extent.count).map { _ in
          narrow ? Scalar.random(in: 0...3, using: &random) : Scalar.random(in: Scalar.min...Scalar.max, using: &random)
        }
        let buffer = VoxelBuffer(extent, voxels)
        let half = buffer.downsampled(.mean)
        #expect(half.extent == extent.halvedRoundingUp)
        let expected = positions(of: half.extent).map { position -> Scalar in
          let box = covered(position, in: extent)
          let sum = box.reduce(Int128(0)) { $0 + Int128(voxels[extent.index(of: $1)]) }
          return Scalar(roundedHalfToEven(sum, over: box.count))
        }
        #expect(half.array(of: Scalar.self) == expected, "extent \(extent)")
      }
    }
  }

  @Test func meanOfIntegersRoundsHalfToEvenOverWhatExists() {
    checkIntegerMean(UInt8.self)
    checkIntegerMean(UInt16.self)
    checkIntegerMean(Int16.self)
    checkIntegerMean(UInt32.self)
    checkIntegerMean(UInt64.self)
  }

  @Test func extremesDoNotOverflow() {
    let extent = Extent(3)
    #expect(
      VoxelBuffer(extent, [UInt64](repeating: .max, count: 27)).downsampled(.mean).array(of: UInt64.self)
        .allSatisfy { $0 == .max })
    #expect(
      VoxelBuffer(extent, [Int16](repeating: .min, count: 27)).downsampled(.mean).array(of: Int16.self)
        .allSatisfy { $0 == .min })
    let huge = [Float](repeating: .greatestFiniteMagnitude, count: 27)
    #expect(
      VoxelBuffer(extent, huge).downsampled(.mean).array(of: Float.self)
        .allSatisfy { $0 == .greatestFiniteMagnitude })
  }

  @Test func meanOfFloatsOverWhatExists() {
    var random = SeededNumbers(seed: 12)
    for extent in extents(upTo: 5) {
      // Multiples of 1/16 are summed without rounding, so the order of summation cannot matter.
      let voxels = (0..<extent.count).map { _ in Float(Int.random(in: -4096...4096, using: &random)) / 16 }
      let half = VoxelBuffer(extent, voxels).downsampled(.mean)
      let expected = positions(of: half.extent).map { position -> Float in
        let box = covered(position, in: extent)
        return Float(box.reduce(0.0) { $0 + Double(voxels[extent.index(of: $1)]) } / Double(box.count))
      }
      #expect(half.array(of: Float.self) == expected, "extent \(extent)")
    }
  }

  private func checkMode<Scalar: VoxelScalar & FixedWidthInteger>(_ scalar: Scalar.Type) {
    var random = SeededNumbers(seed: 13)
    for extent in extents(upTo: 5) {
      for labelCount in 1...4 {
        let labels = (0..<labelCount).map { Scalar.max / 4 &* Scalar($0) }
        let voxels = (0..<extent.count).map { _ in labels.randomElement(using: &random)! }
        let half = VoxelBuffer(extent, voxels).downsampled(.mode)
        let expected = positions(of: half.extent).map { position -> Scalar in
          var counts: [Scalar: Int] = [:]
          for voxel in covered(position, in: extent) { counts[voxels[extent.index(of: voxel)], default: 0] += 1 }
          let most = counts.values.max()!
          return counts.filter { $0.value == most }.keys.min()!
        }
        #expect(half.array(of: Scalar.self) == expected, "extent \(extent)")
      }
    }
  }

  @Test func modeIsTheMostFrequentLabelAndTheSmallestOfSeveral() {
    checkMode(UInt8.self)
    checkMode(UInt16.self)
    checkMode(UInt32.self)
    checkMode(UInt64.self)
  }

  /// Halving piece by piece, from one buffer into another at offsets, equals halving at once.
  @Test func piecesWithEvenOriginsEqualTheWhole() {
    var random = SeededNumbers(seed: 14)
    let extent = Extent(5, 7, 6)
    let voxels = (0..<extent.count).map { _ in UInt16.random(in: 0...9, using: &random) }
    let buffer = VoxelBuffer(extent, voxels)
    for method in Downsampling.allCases {
      let whole = buffer.downsampled(method)
      for piece in extents(upTo: 3) {
        let pieces = Lattice(extent: extent, cell: piece * 2)
        let assembled = VoxelBuffer(.uint16, whole.extent)
        for index in 0..<pieces.count {
          let region = pieces.region(index)
          let origin = Coordinate(region.origin.z / 2, region.origin.y / 2, region.origin.x / 2)
          buffer.downsample(method, region: region, into: assembled, at: origin)
        }
        #expect(assembled.array(of: UInt16.self) == whole.array(of: UInt16.self), "\(method) by \(piece)")
      }
    }
  }

  @Test func longRowsTakeTheSamePathAsShortOnes() {
    // Long enough for every vector width, at an odd width.
    let extent = Extent(2, 2, 1001)
    let voxels = (0..<extent.count).map { UInt16(truncatingIfNeeded: $0 &* 40503) }
    let half = VoxelBuffer(extent, voxels).downsampled(.mean).array(of: UInt16.self)
    for x in 0..<501 {
      let box = covered(Coordinate(0, 0, x), in: extent)
      let sum = box.reduce(Int128(0)) { $0 + Int128(voxels[extent.index(of: $1)]) }
      #expect(half[x] == UInt16(roundedHalfToEven(sum, over: box.count)))
    }
  }
}
