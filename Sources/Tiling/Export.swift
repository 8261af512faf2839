import Files
import Jobs
import Synchronization
import Threads
import VolumeFormats
import Voxels

/// Writes a box of a volume to a file or a directory of planes, slab after slab.
///
/// While one slab is written the next is read. The file's bytes do not depend on the slabs.
public struct Export: Sendable {
  package let source: any VolumeSource
  package let region: Region
  /// The output as the user gave it.
  package let path: String
  package let isCompressed: Bool
  /// Nil for the voxels as they are.
  package let conversion: VoxelConversion?
  package let threads: Int
  /// Planes of a slab.
  package let slabDepth: Int
  /// What it takes in memory.
  package let memoryInBytes: Int

  /// - Throws: `Fault.usage` when the region is not inside the volume, when the name tells no format, or when not even
  ///   two planes fit into `memoryInBytes`.
  package init(
    _ source: any VolumeSource, region: Region?, to path: String, isCompressed: Bool,
    conversion: VoxelConversion? = nil, threads: Int, memoryInBytes: Int
  ) throws {
    let extent = source.description.extent
    let region = region ?? Region(extent)
    guard !region.isEmpty, Region(extent).contains(region) else {
      throw Fault.usage(
        "the region \(region) is not inside \(source.description.path): expected one within \(Region(extent))")
    }
    try VolumeFileFormat(path: path).requireType(
      conversion?.type ?? StoredType(source.description.voxelType), path: path)
    let geometry = source.readingGeometry
    let voxelBytes = source.description.voxelType.byteCount + (conversion?.type.byteCount ?? 0)
    let planeInBytes = region.extent.y * region.extent.x * voxelBytes
    let fixed =
      TilingMemory.programInBytes + geometry.residentInBytes + threads * (geometry.scratchInBytes + (1 << 20))
      + (16 << 20)
    let depths = (memoryInBytes - fixed) / (2 * planeInBytes)
    guard depths >= 1 else {
      let least = fixed + 2 * planeInBytes
      throw Fault.usage(
        "export needs \(ByteSize(bytes: least).enough) of memory, but \(ByteSize(bytes: memoryInBytes)) are allowed; \(ByteSize(bytes: least).memoryAdvice)"
      )
    }
    // Whole pieces, so that each is decoded once; and not much more than keeps all threads busy.
    let piece = geometry.piece.z
    let wanted = max(piece, (threads * 4 + piece - 1) / piece * piece)
    let depth = min(wanted, depths)
    slabDepth = min(region.extent.z, depth >= piece ? depth / piece * piece : depth)
    self.source = source
    self.region = region
    self.path = path
    self.isCompressed = isCompressed
    self.conversion = conversion
    self.threads = threads
    self.memoryInBytes = fixed + 2 * planeInBytes * slabDepth
  }

  /// - Parameters:
  ///   - workPath: where to write: the path itself, or what stands for it until it is whole.
  ///   - progress: told how many planes are written.
  ///   - isStopRequested: asked before every slab.
  /// - Throws: `Fault.stopped` after a stop.
  package func run(
    to workPath: String, progress: (Int) -> Void = { _ in }, isStopRequested: () -> Bool = { false }
  ) throws {
    let layout = VolumeLayout(
      extent: region.extent, voxelType: conversion?.carrier ?? source.description.voxelType,
      storedType: conversion?.type, voxelSizeInMicrometres: source.description.voxelSizeInMicrometres,
      placement: source.description.placement?.moved(to: region.origin))
    let writer = try createVolume(workPath, layout, isCompressed: isCompressed)
    let reader = SlabReader(source: source, threads: threads)
    let slabs = slabs
    let digests = Mutex<[String: FileDigest]>([:])
    if writer is TIFFPlaneWriter { try OutputContents.begin(workPath) }
    var next = Background { try reader.read(slabs[0]) }
    for (number, slab) in slabs.enumerated() {
      let read = try next.wait()
      if isStopRequested() { throw Fault.stopped("export was stopped; run the same command again") }
      if number + 1 < slabs.count { next = Background { try reader.read(slabs[number + 1]) } }
      let voxels = try conversion?.convert(read, of: source.description.path) ?? read
      if let planes = writer as? TIFFPlaneWriter {
        // Every plane is a file of its own: all threads can write.
        let first = slab.origin.z - region.origin.z
        try parallelForEach(count: slab.extent.z, threads: threads) {
          let name = try planes.write(plane: first + $0, from: voxels, at: $0)
          let digest = try FileDigest(of: joinPath(workPath, name))
          digests.withLock { $0[name] = digest }
        }
      } else {
        try writer.append(voxels)
      }
      progress(slab.end.z - region.origin.z)
    }
    if writer is TIFFPlaneWriter {
      try OutputContents(kind: .planes, files: digests.withLock { $0 }).publish(in: workPath)
    } else {
      try writer.finish()
    }
  }

  /// The region in slabs that begin at multiples of their depth in the volume, as pieces of the source do.
  private var slabs: [Region] {
    var slabs: [Region] = []
    var z = region.origin.z
    while z < region.end.z {
      let end = min((z / slabDepth + 1) * slabDepth, region.end.z)
      slabs.append(
        Region(from: Coordinate(z, region.origin.y, region.origin.x), to: Coordinate(end, region.end.y, region.end.x)))
      z = end
    }
    return slabs
  }
}
