import Files
import Networks
import Voxels

/// Chooses where a training crop is cut from an annotated volume.
enum CropPosition {
  /// The origin of a crop; it may be negative, and the crop may reach beyond the volume, where the volume is smaller
  /// than the crop.
  ///
  /// With `foregroundFraction` the crop is centred on a foreground voxel (moved inside the volume as far as needed).
  /// Otherwise it lies anywhere in a densely annotated volume, and around an annotated voxel in a sparse one.
  static func choose(
    in centres: CropCentres, crop: Extent, foregroundFraction: Double, random: inout RandomStream
  ) -> Coordinate {
    let wantsForeground = random.happens(withProbability: foregroundFraction)
    if wantsForeground && !centres.foreground.isEmpty {
      let centre = centres.extent.position(of: centres.foreground[random.integer(below: centres.foreground.count)])
      return clamped(centre - Coordinate(crop.z / 2, crop.y / 2, crop.x / 2), centres.extent, crop)
    }
    if centres.isSparse && !centres.annotated.isEmpty {
      let inside = centres.extent.position(of: centres.annotated[random.integer(below: centres.annotated.count)])
      // Anywhere in the crop, so that the annotated voxels are not always in its middle.
      let offset = Coordinate(
        random.integer(below: crop.z), random.integer(below: crop.y), random.integer(below: crop.x))
      return clamped(inside - offset, centres.extent, crop)
    }
    var origin = Coordinate.zero
    for axis in 0..<3 {
      let room = centres.extent[axis] - crop[axis]
      origin[axis] = room > 0 ? random.integer(below: room + 1) : centredOrigin(room)
    }
    return origin
  }

  private static func clamped(_ origin: Coordinate, _ extent: Extent, _ crop: Extent) -> Coordinate {
    var moved = origin
    for axis in 0..<3 {
      let room = extent[axis] - crop[axis]
      moved[axis] = room > 0 ? min(max(0, origin[axis]), room) : centredOrigin(room)
    }
    return moved
  }

  /// Puts a volume smaller than the crop into its middle; `room` is negative or zero.
  private static func centredOrigin(_ room: Int) -> Int { -(-room / 2) }
}
