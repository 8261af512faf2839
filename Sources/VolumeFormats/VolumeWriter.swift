import Files
import Voxels

/// Writes one volume plane by plane, using memory for a few planes; nothing appears under its final name before
/// `finish()`.
public protocol VolumeWriter: AnyObject {
  /// Appends the next planes.
  ///
  /// - Precondition: `slab` has the volume's type, height and width.
  /// - Throws: `Fault.io` when the disk is full or fails.
  func append(_ slab: VoxelBuffer) throws

  /// Completes and publishes the volume.
  ///
  /// - Precondition: all planes of the volume have been appended.
  func finish() throws
}

/// Properties of a volume to be written.
public struct VolumeLayout: Sendable, Equatable {
  package var extent: Extent
  package var voxelType: VoxelType
  /// Nil when unknown; the file then does not state it.
  package var voxelSizeInMicrometres: VoxelSize?

  package init(extent: Extent, voxelType: VoxelType, voxelSizeInMicrometres: VoxelSize? = nil) {
    self.extent = extent
    self.voxelType = voxelType
    self.voxelSizeInMicrometres = voxelSizeInMicrometres
  }

  /// Size of all voxels in bytes.
  package var byteCount: Int { extent.count * voxelType.byteCount }

  func checkSlab(_ slab: VoxelBuffer, after planes: Int) {
    precondition(slab.type == voxelType, "\(slab.type) planes do not fit a volume of \(voxelType)")
    precondition(
      slab.extent.y == extent.y && slab.extent.x == extent.x, "planes of \(slab.extent) do not fit \(extent)")
    precondition(planes + slab.extent.z <= extent.z, "more planes than the volume has")
  }
}

/// The formats in which volumes are written, chosen by file name.
package enum VolumeFileFormat: Sendable, Equatable, CaseIterable {
  case tiffPlanes, tiff, nifti, metaImage, numPy

  /// `.nii` and `.nii.gz`, `.tif` and `.tiff`, `.mha`, `.npy`; a name that ends in `/` or has no extension means a
  /// directory of planes.
  ///
  /// - Throws: `Fault.usage` for any other name.
  package init(path: String) throws {
    let lower = path.lowercased()
    let name = lower.split(separator: "/").last ?? ""
    if lower.hasSuffix("/") || isDirectory(path) || !name.contains(".") {
      self = .tiffPlanes
    } else if lower.hasSuffix(".nii") || lower.hasSuffix(".nii.gz") {
      self = .nifti
    } else if lower.hasSuffix(".tif") || lower.hasSuffix(".tiff") {
      self = .tiff
    } else if lower.hasSuffix(".mha") {
      self = .metaImage
    } else if lower.hasSuffix(".npy") {
      self = .numPy
    } else {
      throw Fault.usage(
        "cannot determine the format of \(path): expected a name that ends in .nii, .nii.gz, .tif, .mha, .npy, or in / for a directory of planes"
      )
    }
  }
}

/// A writer for the format implied by the name of `path`.
///
/// - Parameter isCompressed: whether TIFF and MetaImage voxels are deflated; for NIfTI the file name decides, and NumPy
///   has no compression.
/// - Throws: `Fault.cannotCreate` when the output cannot be created, `Fault.usage` for an unknown extension.
public func createVolume(_ path: String, _ layout: VolumeLayout, isCompressed: Bool) throws -> any VolumeWriter {
  switch try VolumeFileFormat(path: path) {
  case .tiffPlanes: try TIFFPlaneWriter(path, layout, isCompressed: isCompressed)
  case .tiff: try TIFFStackWriter(path, layout, isCompressed: isCompressed)
  case .nifti: try NIfTIWriter(path, layout)
  case .metaImage: try MetaImageWriter(path, layout, isCompressed: isCompressed)
  case .numPy: try NumPyWriter(path, layout)
  }
}
