import Files
import Foundation
import IntensityStatistics
import Voxels
import Zarr

// Writes made-up volumes of 3.5·10¹⁰ voxels as far as `sheaf corpus` reads them: finished stores without a shard, with
// statistics of 276,480 cells, a third of them air, the others tissue, of which a fifth holds structure.
// usage: made-up-stores-benchmark DIRECTORY COUNT

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count == 2, let count = Int(arguments[1]) else {
  throw Fault.usage("made-up-stores-benchmark DIRECTORY COUNT")
}
let extent = Extent(1500, 4800, 4800)
let edge = StatisticsGrid.cellEdge(of: extent)
let cells = Lattice(extent: extent, cell: Extent(edge))
let binning = Binning.of(.uint16)
try createDirectory(arguments[0])

func next(_ hash: inout FixedHash) -> UInt64 {
  hash.combine(1)
  return hash.value
}

for number in 0..<count {
  var random = FixedHash(seed: UInt64(number))
  var histogram = [UInt64](repeating: 0, count: Binning.binCount)
  var body = ByteWriter()
  body.append(cells.count)
  for index in 0..<cells.count {
    let position = cells.position(of: index)
    let isAir = position.x < cells.counts.x / 3
    let hasStructure = !isAir && next(&random) % 5 == 0
    // A triangle of coarse bins about the mean, and a tail of a thousandth.
    let (centre, half) = isAir ? (binning.coarseBins[100], 12) : (binning.coarseBins[400 + number], 18)
    let first = Int(centre) - half
    var counts = (0...2 * half).map { UInt64(1 + half - abs($0 - half)) * 100 }
    if hasStructure { counts += [UInt64](repeating: 3, count: 50) }
    counts[half] += UInt64(edge * edge * edge) - counts.reduce(0, +)
    body.append(index == 0 ? 0 : 1)
    body.append(first)
    body.append(counts.count)
    for (offset, voxels) in counts.enumerated() {
      body.append(voxels)
      histogram[binning.members[first + offset].lowerBound] += voxels
    }
    for _ in 0..<4 { body.append(UInt64(1_000_000) + next(&random) % 1_000_000) }
  }
  var writer = ByteWriter()
  writer.append(raw: "SHEAFST1".utf8)
  writer.append(VoxelType.allCases.firstIndex(of: .uint16)!)
  for axis in 0..<3 { writer.append(extent[axis]) }
  writer.append(64)
  writer.append(edge)
  writer.append(histogram.count { $0 != 0 })
  var previous = 0
  for (bin, voxels) in histogram.enumerated() where voxels != 0 {
    writer.append(bin - previous)
    writer.append(voxels)
    previous = bin
  }
  writer.append(raw: body.bytes)
  writer.append(fixed: writer.bytes.withUnsafeBytes { fnv1aOfWords($0) })
  let path = joinPath(arguments[0], "volume-\(zeroPadded(number, 2)).zarr")
  let layout = StoreLayout(
    name: "made up", extent: extent, voxelType: .uint16, voxelSizeInMicrometres: VoxelSize(4, 2, 2),
    chunk: Extent(64), shard: Extent(1024), levelCount: 1,
    attributes: ["structure": .string("structure \(number % 4)"), "category": .string("isolated-sparse")])
  let store = try Store.create(path, layout)
  try publish(Data(writer.bytes), to: StoreStatistics.path(inStore: path))
  var empty = EmptyShards(count: store.levels[0].shards.count)
  for shard in 0..<store.levels[0].shards.count { empty.insert(shard) }
  try store.finish(emptyShards: [empty])
}
