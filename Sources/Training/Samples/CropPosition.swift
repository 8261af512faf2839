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
    in places: CropPlaces, crop: Extent, foregroundFraction: Double, random: inout RandomStream
  ) -> Coordinate {
    let wantsForeground = random.happens(withProbability: foregroundFraction)
    if wantsForeground && !places.foreground.isEmpty {
      let centre = places.extent.position(of: places.foreground[random.integer(below: places.foreground.count)])
      return clamped(centre - Coordinate(crop.z / 2, crop.y / 2, crop.x / 2), places.extent, crop)
    }
    if places.isSparse && !places.annotated.isEmpty {
      let inside = places.extent.position(of: places.annotated[random.integer(below: places.annotated.count)])
      // Anywhere in the crop, so that the annotated voxels are not always in its middle.
      let offset = Coordinate(
        random.integer(below: crop.z), random.integer(below: crop.y), random.integer(below: crop.x))
      return clamped(inside - offset, places.extent, crop)
    }
    var origin = Coordinate.zero
    for axis in 0..<3 {
      let room = places.extent[axis] - crop[axis]
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
