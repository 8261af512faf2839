import Files
import Foundation
import Threads
import Voxels
import Zarr

// Reads an array of a store and prints the seconds it took.
// usage: read-store-benchmark ARRAY THREADS [EDGE ORIGINS-FILE]
// With an edge it reads cubes at the origins ("z y x", one per line) instead of the full array.

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count == 2 || arguments.count == 4, let threads = Int(arguments[1]) else {
  throw Fault.usage("read-store-benchmark ARRAY THREADS [EDGE ORIGINS-FILE]")
}
let clock = ContinuousClock()
let start = clock.now
let array = try ZarrArray.open(arguments[0])
if arguments.count == 4, let edge = Int(arguments[2]) {
  let lines = try String(contentsOfFile: arguments[3], encoding: .utf8).split(separator: "\n")
  let origins = lines.map { $0.split(separator: " ").compactMap { Int($0) } }
  try parallelForEach(count: origins.count, threads: threads) { index in
    let origin = Coordinate(origins[index][0], origins[index][1], origins[index][2])
    _ = try array.read(Region(origin: origin, extent: Extent(edge)))
  }
} else {
  let voxels = VoxelBuffer(undefined: array.voxelType, array.extent)
  // Layers of chunks: enough for all threads, each voxel of the result written once.
  let layers = Lattice(
    extent: array.extent, cell: Extent(array.chunks.cell.z, array.shards.cell.y, array.extent.x))
  try parallelForEach(count: layers.count, threads: threads) { index in
    let region = layers.region(index)
    try array.read(region, into: voxels, at: region.origin)
  }
}
print(start.duration(to: clock.now) / .seconds(1))
