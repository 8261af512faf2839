import Files
import Foundation
import Voxels

/// The bytes of a grid: equal grids give equal bytes, whatever order they were gathered in.
///
/// 1. `SHEAFST1`.
/// 2. Variable-length integers: the voxel type's place in `VoxelType.allCases`; volume z, y, x; run; cell edge.
/// 3. The histogram: number of occupied bins; for each the distance to the one before and the count.
/// 4. The cells: number present; for each the distance to the one before, first coarse bin, number of coarse bins,
///    counts, sum, sum of squares, gradient energy, gradient count.
/// 5. `fnv1aOfWords` of all before, 8 bytes, lowest first.
extension StatisticsGrid {
  private static let magic = Array("SHEAFST1".utf8)

  package func encoded() -> Data {
    var writer = ByteWriter()
    writer.append(raw: Self.magic)
    writer.append(VoxelType.allCases.firstIndex(of: type)!)
    for axis in 0..<3 { writer.append(volume[axis]) }
    writer.append(run)
    writer.append(cells.cell.x)
    writer.append(histogram.count { $0 != 0 })
    var previous = 0
    for (bin, count) in histogram.enumerated() where count != 0 {
      writer.append(bin - previous)
      writer.append(count)
      previous = bin
    }
    writer.append(statistics.count)
    previous = 0
    for index in statistics.numbers.sorted() {
      let cell = statistics[index]!
      writer.append(index - previous)
      previous = index
      writer.append(cell.firstCoarseBin)
      writer.append(cell.counts.count)
      for count in cell.counts { writer.append(UInt64(count)) }
      writer.append(cell.sum)
      writer.append(cell.sumOfSquares)
      writer.append(cell.gradientEnergy)
      writer.append(cell.gradientCount)
    }
    writer.append(fixed: writer.bytes.withUnsafeBytes { fnv1aOfWords($0) })
    return Data(writer.bytes)
  }

  /// - Parameter name: names the data in messages: a path.
  /// - Throws: `Fault.badData` when the bytes are not the result of `encoded()`.
  package static func decode(_ data: Data, name: String) throws -> StatisticsGrid {
    var bytes = [UInt8](data)
    return try decode(&bytes, name: name)
  }

  /// The grid in a file.
  ///
  /// - Throws: as `decode(_:name:)`, and when the file cannot be read.
  package static func read(_ path: String) throws -> StatisticsGrid {
    let file = try ReadableFile(path)
    guard file.size <= 8 << 30 else { throw Fault.badData("\(path) is too large to hold volume statistics") }
    var bytes = try [UInt8](unsafeUninitializedCapacity: file.size) { buffer, count in
      try file.read(
        into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<file.size]), at: 0)
      count = file.size
    }
    return try decode(&bytes, name: path)
  }

  private static func decode(_ bytes: inout [UInt8], name: String) throws -> StatisticsGrid {
    let end = bytes.count - 8
    try bytes.withUnsafeBytes { bytes in
      guard bytes.count >= magic.count + 8, bytes.starts(with: magic) else {
        throw Fault.badData("\(name) does not hold volume statistics; write it again with `sheaf tile`")
      }
      let stored = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: end, as: UInt64.self))
      guard fnv1aOfWords(UnsafeRawBufferPointer(rebasing: bytes[..<end])) == stored else {
        throw Fault.badData("\(name) is damaged: its checksum is wrong; write it again with `sheaf tile`")
      }
    }
    bytes.removeLast(8)
    var reader = ByteReader(bytes, name: name, remedy: "write it again with `sheaf tile`")
    _ = try reader.raw(magic.count)
    return try decode(&reader)
  }

  /// The bytes of encoded statistics that hold the shape of the grid, at most.
  package static let longestHead = 8 + 6 * ByteReader.longestNumber

  /// Whether encoded statistics have the cells that new ones of the same volume have: those of earlier versions may not.
  ///
  /// - Parameter head: its first bytes, `longestHead` or all.
  package static func hasCellsOfToday(head: Data, name: String) throws -> Bool {
    var reader = ByteReader([UInt8](head), name: name, remedy: "write it again with `sheaf tile`")
    guard head.starts(with: magic) else { throw reader.malformed("it does not begin as volume statistics do") }
    _ = try reader.raw(magic.count)
    let shape = try decodeShape(&reader)
    return shape.cells.cell == Extent(cellEdge(of: shape.volume))
  }

  private static func decodeShape(
    _ reader: inout ByteReader
  ) throws -> (type: VoxelType, volume: Extent, voxelCount: Int, run: Int, cells: Lattice) {
    let types = VoxelType.allCases
    let type = types[try reader.integer(in: 0...(types.count - 1), "a voxel type")]
    let edges = 0...(1 << 40)
    let volume = Extent(
      z: try reader.integer(in: edges, "a volume edge"), y: try reader.integer(in: edges, "a volume edge"),
      x: try reader.integer(in: edges, "a volume edge"))
    guard let voxelCount = volume.checkedCount else { throw reader.malformed("the volume \(volume) is too large") }
    let run = try reader.integer(in: 1...(1 << 40), "a run")
    let known = knownCellEdges(of: volume)
    let edge = try reader.integer(in: known.min()!...known.max()!, "the cell edge")
    guard known.contains(edge) else { throw reader.malformed("cells of \(edge) voxels do not belong to \(volume)") }
    return (type, volume, voxelCount, run, Lattice(extent: volume, cell: Extent(edge)))
  }

  private static func decode(_ reader: inout ByteReader) throws -> StatisticsGrid {
    let (type, volume, voxelCount, run, cells) = try decodeShape(&reader)
    var histogram = [UInt64](repeating: 0, count: Binning.binCount)
    var seen: UInt64 = 0
    var bin = 0
    for index in 0..<(try reader.integer(in: 0...Binning.binCount, "a number of bins")) {
      bin += try reader.integer(in: (index == 0 ? 0 : 1)...Binning.binCount, "a distance of bins")
      guard bin < Binning.binCount else { throw reader.malformed("bin \(bin) does not exist") }
      histogram[bin] = UInt64(try reader.integer(in: 1...max(1, voxelCount), "a count of voxels"))
      let (sum, overflow) = seen.addingReportingOverflow(histogram[bin])
      guard !overflow, sum <= UInt64(voxelCount) else {
        throw reader.malformed("the histogram holds more voxels than the volume's \(voxelCount)")
      }
      seen = sum
    }

    let coarseBinCount = Binning.of(type).coarseBinCount
    let cellCount = try reader.integer(in: 0...cells.count, "a number of cells")
    var statistics: [CellStatistics] = []
    var numbers: [Int] = []
    statistics.reserveCapacity(cellCount)
    numbers.reserveCapacity(cellCount)
    // Voxels along each axis of a cell, by its position.
    let edgesOfCells = (0..<3).map { axis in
      (0..<cells.counts[axis]).map { min(cells.cell[axis], volume[axis] - $0 * cells.cell[axis]) }
    }
    let (row, plane) = (cells.counts.x, cells.counts.y * cells.counts.x)
    var cell = 0
    var inCells: UInt64 = 0
    // One array for the counts of all cells, of which each has a slice. Each takes a byte at least.
    var ends: [Int] = []
    ends.reserveCapacity(cellCount)
    let counts = try [UInt32](unsafeUninitializedCapacity: reader.rest.count) { counts, used in
      for index in 0..<cellCount {
        cell += try reader.integer(in: (index == 0 ? 0 : 1)...max(1, cells.count), "a distance of cells")
        guard cell < cells.count else { throw reader.malformed("cell \(cell) of \(cells.count) does not exist") }
        var value = CellStatistics()
        value.firstCoarseBin = try reader.integer(in: 0...(coarseBinCount - 1), "a coarse bin")
        let count = try reader.integer(in: 1...(coarseBinCount - value.firstCoarseBin), "a number of coarse bins")
        guard count <= counts.count - used else { throw reader.malformed("the file ends inside a cell") }
        let limit = edgesOfCells[0][cell / plane] * edgesOfCells[1][cell % plane / row] * edgesOfCells[2][cell % row]
        let total = try reader.read(count, atMost: limit, to: counts.baseAddress! + used, "a count of voxels")
        used += count
        value.voxelCount = total
        value.sum = try reader.unsigned()
        value.sumOfSquares = try reader.unsigned()
        value.gradientEnergy = try reader.unsigned()
        value.gradientCount = try reader.unsigned()
        inCells += UInt64(total)
        ends.append(used)
        statistics.append(value)
        numbers.append(cell)
      }
    }
    var start = 0
    for (place, end) in ends.enumerated() {
      statistics[place].counts = counts[start..<end]
      start = end
    }
    guard inCells == seen else {
      throw reader.malformed("the cells hold \(inCells) voxels but the histogram \(seen)")
    }
    guard reader.isAtEnd else { throw reader.malformed("bytes were left over") }
    return StatisticsGrid(
      volume: volume, type: type, run: run, cells: cells, histogram: histogram,
      statistics: CellTable(cellCount: cells.count, numbers: numbers, values: statistics))
  }
}
