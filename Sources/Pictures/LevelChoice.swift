import Voxels

/// Which level of a pyramid a picture is made of: the finest one that is quick to read and not much larger than the
/// picture; the coarsest when all are larger.
///
/// - Parameter levels: extents, the finest first; not empty.
package func levelForPicture(of levels: [Extent], _ view: VolumeView, longestEdge: Int) -> Int {
  precondition(!levels.isEmpty, "a pyramid has a level")
  let mostVoxels = 1 << 28
  return levels.firstIndex { extent in
    max(extent[view.rowAxis], extent[view.columnAxis]) <= 2 * longestEdge
      && (view.region(of: extent).extent.checkedCount ?? .max) <= mostVoxels
  } ?? levels.count - 1
}
