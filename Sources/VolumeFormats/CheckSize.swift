import Files
import Foundation
import Voxels

/// Rejects a volume whose size in bytes overflows, before any memory is allocated for it.
func checkSize(_ extent: Extent, _ type: VoxelType, path: String) throws {
  guard !extent.isEmpty, let count = extent.checkedCount,
    !count.multipliedReportingOverflow(by: 8).overflow
  else { throw Fault.badData("\(path) is damaged: expected a volume of at least one voxel, found one of \(extent)") }
}
