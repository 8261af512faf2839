import Files
import Foundation
import Voxels

/// The objects of a volume as CSV, one line each by ascending id.
///
/// Positions are those of voxel centres, so that voxel (0, 0, 0) lies at 0 micrometres, as in OME-NGFF; a box in voxels
/// is half-open, and in micrometres it reaches half a voxel beyond the centres of its outermost voxels. Micrometres are
/// left empty where the voxel size is not known.
package enum ObjectTable {
  /// What a writer of the table keeps in memory, in bytes.
  static let bufferInBytes = 1 << 16

  package static let header =
    [
      "id", "voxels", "centroid_z", "centroid_y", "centroid_x", "start_z", "start_y", "start_x", "end_z", "end_y",
      "end_x", "centroid_z_um", "centroid_y_um", "centroid_x_um", "start_z_um", "start_y_um", "start_x_um", "end_z_um",
      "end_y_um", "end_x_um", "mean_intensity",
    ].joined(separator: ",") + "\n"

  /// The line of object `id`.
  static func line(
    _ id: Int, _ object: ComponentStatistics, voxelSizeInMicrometres: VoxelSize?, intensity: IntensityScale
  ) -> String {
    let box = object.boundingBox
    var fields = ["\(id)", "\(object.voxels)"]
    fields += object.centroid.map(decimal)
    fields += (0..<3).map { "\(box.origin[$0])" } + (0..<3).map { "\(box.end[$0])" }
    if let size = voxelSizeInMicrometres {
      fields += (0..<3).map { decimal(object.centroid[$0] * size[$0]) }
      fields += (0..<3).map { decimal((Double(box.origin[$0]) - 0.5) * size[$0]) }
      fields += (0..<3).map { decimal((Double(box.end[$0]) - 0.5) * size[$0]) }
    } else {
      fields += Array(repeating: "", count: 9)
    }
    fields.append(decimal(intensity.mean(sum: object.intensity, count: object.voxels)))
    return fields.joined(separator: ",") + "\n"
  }

  /// Three decimals; for intensities of floating-point volumes, which may be small, as many digits as it takes.
  private static func decimal(_ value: Double) -> String {
    abs(value) < 1 && value != 0 ? "\(value)" : String(format: "%.3f", value)
  }
}

/// Writes the table line by line.
struct ObjectTableWriter {
  private let file: PendingFile
  private let voxelSizeInMicrometres: VoxelSize?
  private let intensity: IntensityScale
  private var text = ObjectTable.header

  init(_ path: String, voxelSizeInMicrometres: VoxelSize?, intensity: IntensityScale) throws {
    file = try PendingFile(path)
    self.voxelSizeInMicrometres = voxelSizeInMicrometres
    self.intensity = intensity
  }

  mutating func append(_ id: Int, _ object: ComponentStatistics) throws {
    text += ObjectTable.line(id, object, voxelSizeInMicrometres: voxelSizeInMicrometres, intensity: intensity)
    if text.utf8.count > ObjectTable.bufferInBytes { try flush() }
  }

  /// Writes what is left.
  ///
  /// - Returns: the digest of the table.
  mutating func finish() throws -> FileDigest {
    try flush()
    return try file.digest()
  }

  func publish() throws { try file.publish() }

  private mutating func flush() throws {
    try file.append(Data(text.utf8))
    text.removeAll(keepingCapacity: true)
  }
}
