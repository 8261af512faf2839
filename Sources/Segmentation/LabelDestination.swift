import Files
import Jobs
import MPI
import Zarr

/// Where labels are written.
public enum LabelDestination: Sendable, Equatable {
  /// A store of their own.
  case store(String)
  /// `labels/<name>` of the image in a store.
  case image(String, name: String)

  package var path: String {
    switch self {
    case .store(let path): path
    case .image(let path, let name): joinPath(path, "labels", name)
    }
  }

  /// Creates the label image, or opens it for writing when an earlier run did. Collective.
  func create(_ layout: StoreLayout, _ communicator: Communicator) throws -> Store {
    try communicator.rootOnly {
      switch self {
      case .store(let path): _ = try Store.create(path, layout)
      case .image(let path, _): _ = try Store.open(path).createLabel(layout)
      }
    }
    return try communicator.everyRank { try Store.create(path, layout) }
  }
}
