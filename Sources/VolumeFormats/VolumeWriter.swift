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
  /// What the bytes of a voxel mean in the file: another type of the same size where voxels were converted to one that
  /// Sheaf has no voxels of, such as int8.
  package var storedType: StoredType
  /// Nil when unknown; the file then does not state it.
  package var voxelSizeInMicrometres: VoxelSize?
  /// Where the voxels lie in space; nil where nothing but the voxel size is known.
  package var placement: VolumePlacement?

  package init(
    extent: Extent, voxelType: VoxelType, storedType: StoredType? = nil, voxelSizeInMicrometres: VoxelSize? = nil,
    placement: VolumePlacement? = nil
  ) {
    self.placement = placement
    self.extent = extent
    self.voxelType = voxelType
    self.storedType = storedType ?? StoredType(voxelType)
    self.voxelSizeInMicrometres = voxelSizeInMicrometres
    precondition(self.storedType.byteCount == voxelType.byteCount, "\(self.storedType) is no other \(voxelType)")
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
  let format = try VolumeFileFormat(path: path)
  try format.requireType(layout.storedType, path: path)
  return switch format {
  case .tiffPlanes: try TIFFPlaneWriter(path, layout, isCompressed: isCompressed)
  case .tiff: try TIFFStackWriter(path, layout, isCompressed: isCompressed)
  case .nifti: try NIfTIWriter(path, layout)
  case .metaImage: try MetaImageWriter(path, layout, isCompressed: isCompressed)
  case .numPy: try NumPyWriter(path, layout)
  }
}

extension VolumeFileFormat {
  /// - Throws: `Fault.usage` when the format has no voxels of the type.
  package func requireType(_ type: StoredType, path: String) throws {
    guard [.metaImage, .nifti].contains(self), type == .float16 else { return }
    throw Fault.usage(
      "\(self == .nifti ? "NIfTI" : "MetaImage") has no voxels of 16-bit floating point, which \(path) would need: give "
        + "--type uint8 or float32, or write .tif, .npy or a store")
  }
}
