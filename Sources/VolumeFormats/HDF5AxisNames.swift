import Files
import Foundation

/// The names that programs give to the axes of an HDF5 dataset.
enum HDF5AxisNames {
  /// One name for each axis, slowest first; nil when the file has none.
  ///
  /// - h5py and netCDF-4: the labels of dimensions, attribute `DIMENSION_LABELS` (HDF5 Dimension Scale Specification).
  /// - ilastik and vigra: the attribute `axistags`, JSON with a `key` for each axis.
  /// - xarray and others: the attribute `_ARRAY_DIMENSIONS` or `axes`, a list or a text with one letter for each axis.
  static func names(of dataset: HDF5Dataset) throws -> [String?]? {
    let (file, name, rank) = (dataset.file, dataset.name, dataset.shape.count)
    for attribute in ["DIMENSION_LABELS", "_ARRAY_DIMENSIONS", "axes"] {
      guard let labels = try file.texts(attribute, of: name, count: rank), labels.contains(where: { !$0.isEmpty })
      else {
        continue
      }
      return labels.map { $0.isEmpty ? nil : $0 }
    }
    if let tags = try? file.text("axistags", of: name), let names = axisTags(tags), names.count == rank { return names }
    if let letters = try? file.text("axes", of: name), letters.count == rank { return letters.map { String($0) } }
    return nil
  }

  private static func axisTags(_ text: String) -> [String?]? {
    struct Tags: Decodable {
      struct Axis: Decodable { let key: String }
      let axes: [Axis]
    }
    return (try? JSONDecoder().decode(Tags.self, from: Data(text.utf8)))?.axes.map(\.key)
  }
}
