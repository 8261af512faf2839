import Files
import VolumeFormats
import Voxels
import Zarr

/// One resolution of a volume, read in bricks: boxes that are decoded once and kept for a while, because neighbouring
/// planes and the two other directions read them again.
package struct BrickSource: Sendable {
  /// In voxels of this resolution.
  package let extent: Extent
  /// Edges of a voxel along (z, y, x), in micrometres, or in voxels of the finest resolution where the size is unknown.
  package let voxelSize: VoxelSize
  let bricks: Lattice
  private let volume: any VolumeSource
  /// Voxels of `volume` along the edge of a voxel of this resolution; more than 1 where the file has no coarser
  /// resolution of its own.
  private let step: Int
  /// Tells whether a part that has no file may still be written; nil where the volume is whole.
  private let isUnfinished: Bool

  /// Bricks hold about this many voxels, so that a slow format is not read again for each plane, and a quick one not
  /// needlessly far.
  private static let voxelsOfBrick = 1 << 18

  init(_ volume: any VolumeSource, voxelSize: VoxelSize, step: Int = 1, isUnfinished: Bool = false) {
    self.volume = volume
    self.voxelSize = voxelSize
    self.step = step
    self.isUnfinished = isUnfinished
    let full = volume.description.extent
    extent = Extent((full.z + step - 1) / step, (full.y + step - 1) / step, (full.x + step - 1) / step)
    bricks = Lattice(
      extent: extent, cell: Self.brick(piece: volume.readingGeometry.piece, of: extent, step: step))
  }

  /// The pieces that the file is decoded in, put together along y and x, then z, until they make a brick; at coarser
  /// resolutions single planes, of which only every `step`-th is read.
  private static func brick(piece: Extent, of extent: Extent, step: Int) -> Extent {
    if step > 1 { return Extent(1, min(extent.y, 256), min(extent.x, 256)) }
    func edge(_ piece: Int, _ least: Int, _ whole: Int) -> Int {
      let piece = min(max(1, piece), max(1, whole))
      return min(whole, (max(piece, least) + piece - 1) / piece * piece)
    }
    let x = edge(piece.x, 64, extent.x)
    let y = edge(piece.y, 64, extent.y)
    let depth = max(1, min(piece.z > 1 ? piece.z : 16, voxelsOfBrick / max(1, x * y)))
    return Extent(min(extent.z, piece.z > 1 ? piece.z : depth), y, x)
  }

  enum Brick: Sendable {
    case voxels(VoxelBuffer)
    /// Zero in the gaps.
    case incomplete(VoxelBuffer, gaps: [Gap])
  }

  /// A box that could not be read.
  struct Gap: Sendable {
    /// In voxels of the resolution.
    let region: Region
    /// Why, as a sentence; nil where the command that makes the store has not written the voxels yet.
    let reason: String?
  }

  /// The boxes that are decoded at a time; of a volume that another command is writing, each is there or not.
  var pieces: Lattice {
    step == 1 ? Lattice(extent: extent, cell: volume.readingGeometry.piece.clamped(to: extent)) : bricks
  }

  /// Whether all files of a box are there.
  func isWritten(_ region: Region) -> Bool {
    volume.files(holding: source(of: region)).allSatisfy(fileExists)
  }

  func read(_ position: Coordinate) -> Brick {
    let region = bricks.region(at: position)
    do {
      return .voxels(try voxels(of: region))
    } catch {
      return readPieces(of: region)
    }
  }

  func voxels(of region: Region) throws -> VoxelBuffer {
    step == 1 ? try volume.read(region) : try readSampled(region)
  }

  /// Piece by piece, so that one that cannot be read hides no other.
  private func readPieces(of region: Region) -> Brick {
    let result = VoxelBuffer(volume.description.voxelType, region.extent)
    var gaps: [Gap] = []
    pieces.positions(intersecting: region).forEachPosition { position in
      let piece = pieces.region(at: position).intersection(region)
      do {
        let voxels = try voxels(of: piece)
        result.copy(Region(piece.extent), of: voxels, to: piece.origin - region.origin)
      } catch {
        let isPending =
          isUnfinished && volume.files(holding: source(of: piece)).contains { !fileExists($0) }
        gaps.append(Gap(region: piece, reason: isPending ? nil : "\(error)"))
      }
    }
    return .incomplete(result, gaps: gaps)
  }

  private func source(of region: Region) -> Region {
    let full = volume.description.extent
    let origin = Coordinate(region.origin.z * step, region.origin.y * step, region.origin.x * step)
    let end = region.end
    return Region(
      origin: origin,
      extent: Extent(
        min(full.z, end.z * step) - origin.z, min(full.y, end.y * step) - origin.y,
        min(full.x, end.x * step) - origin.x))
  }

  /// Every `step`-th voxel along each axis.
  private func readSampled(_ region: Region) throws -> VoxelBuffer {
    let type = volume.description.voxelType
    let result = VoxelBuffer(type, region.extent)
    let source = source(of: region)
    for z in 0..<region.extent.z {
      let plane = Region(
        origin: Coordinate(source.origin.z + z * step, source.origin.y, source.origin.x),
        extent: Extent(1, source.extent.y, source.extent.x))
      let voxels = try volume.read(plane)
      withVoxelScalar(type) { sample(voxels, to: result, z: z, $0) }
    }
    return result
  }

  private func sample<Scalar: VoxelScalar>(
    _ plane: VoxelBuffer, to result: VoxelBuffer, z: Int, _ scalar: Scalar.Type
  ) {
    defer { withExtendedLifetime((plane, result)) {} }
    let (from, to) = (plane.voxels(as: scalar), result.voxels(as: scalar))
    let (rows, columns) = (result.extent.y, result.extent.x)
    for y in 0..<rows {
      let (source, target) = (y * step * plane.extent.x, (z * rows + y) * columns)
      for x in 0..<columns { to[target + x] = from[source + x * step] }
    }
  }
}
