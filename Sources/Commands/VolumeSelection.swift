import ArgumentParser
import VolumeFormats
import Voxels

/// `Z,Y,X` in micrometres, or one number for a cube.
package struct VoxelSizeArgument: ExpressibleByArgument {
  package let voxelSize: VoxelSize

  package init?(argument: String) {
    let edges = argument.split(separator: ",", omittingEmptySubsequences: false).compactMap { Double($0) }
    guard edges.count == 3 || edges.count == 1, argument.split(separator: ",").count == edges.count else { return nil }
    let size = edges.count == 1 ? VoxelSize(edges[0], edges[0], edges[0]) : VoxelSize(edges[0], edges[1], edges[2])
    guard size.isMeaningful else { return nil }
    voxelSize = size
  }
}

/// Which volume of a file to read.
package struct VolumeSelection: ParsableArguments {
  package init() {}

  @Option(
    help: ArgumentHelp(
      "Voxel size in micrometres, in place of what the file says.", valueName: "z,y,x"))
  package var voxelSize: VoxelSizeArgument?

  @Option(help: ArgumentHelp("Channel, counted from 0. (default: 0)", valueName: "number"))
  package var channel: Int?

  @Option(help: ArgumentHelp("Time point, counted from 0.", valueName: "number"))
  package var timePoint = 0

  @Option(
    help: ArgumentHelp(
      "Image or array inside a Zarr or N5 container, dataset inside an HDF5 file, or image of an OME-TIFF file by name "
        + "or number. (default: the only or first image)",
      valueName: "path"))
  package var dataset: String?

  @Option(
    help: ArgumentHelp(
      "Which files of a directory are planes, such as '*_C00_*.tif'. (default: all images)", valueName: "glob"))
  package var planes: String?

  package var options: VolumeOptions {
    VolumeOptions(
      voxelSizeInMicrometres: voxelSize?.voxelSize, channel: channel ?? 0, timePoint: timePoint, dataset: dataset,
      planes: planes)
  }
}
