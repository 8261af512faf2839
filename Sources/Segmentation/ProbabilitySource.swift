import Components
import Files
import Foundation
import IntensityStatistics
import Jobs
import Threads
import Tiling
import Voxels
import Zarr

/// Probabilities that `infer` has written, and the image they were predicted from.
struct ProbabilitySource: Sendable {
  let store: Store
  let image: Store
  let intensity: IntensityScale
  /// How `infer` lays out what it writes for this volume.
  let layout: StoreLayout
  /// What is doubtful about the probabilities.
  let doubts: [String]

  /// - Parameter imagePath: nil for the image that the settings beside the probabilities name.
  /// - Throws: `Fault.noInput` when the image is not there, `Fault.usage` when it is another one or the voxels are not
  ///   stored probabilities, `Fault.badData` when either store is damaged or not finished.
  init(_ path: String, imagePath: String?) throws {
    let store = try Store.open(path)
    guard store.voxelType == .uint8 else {
      throw Fault.usage(
        "\(path) holds \(store.voxelType.rawValue) voxels, but probabilities are stored as uint8, 0 to 255: give an "
          + "output of `sheaf infer`")
    }
    let content = store.declaredContent
    let isImage = content == nil && store.isOurs && (try? RecordedSettings(in: store.ownDirectory))?.command != "infer"
    guard content?.kind ?? .probabilities == .probabilities, !isImage else {
      throw Fault.usage(
        "\(path) holds \(content?.kind.rawValue ?? "an image"), not probabilities: give an output of `sheaf infer`")
    }
    guard !store.isOurs || store.isFinished else {
      throw Fault.badData("\(path) is not finished: run the `sheaf infer` that writes it to its end first")
    }
    doubts =
      content == nil && !store.isOurs
      ? ["\(path) does not say that it holds probabilities: its values are taken for 0 to 1 in steps of 1/255"] : []
    let imagePath = try ProbabilitySource.image(of: store, given: imagePath)
    let image = try Store.open(imagePath)
    guard image.extent == store.extent else {
      throw Fault.usage(
        "the image \(imagePath) is \(image.extent) voxels, but the probabilities \(path) are \(store.extent)")
    }
    let statistics = try StoreStatistics.load(imagePath)
    self.store = store
    self.image = image
    intensity = IntensityScale(of: statistics.grid)
    let chunk = store.levels[0].chunks.cell
    var layout = StoreLayout(
      name: "probability", extent: store.extent, voxelType: .uint8,
      voxelSizeInMicrometres: store.voxelSizeInMicrometres, chunk: chunk,
      shard: OutputLayout.shard(of: store.extent, chunk: chunk), compression: .zstd(level: 3),
      attributes: store.sheafAttributes.filter { ["structure", "category", "placement"].contains($0.key) })
    // The labels lie where the probabilities lie.
    if store.sheafAttributes["placement"] != nil
      || store.multiscale.translationInMicrometres(level: 0)?.contains(where: { $0 != 0 }) == true
    {
      layout.originInMicrometres = store.multiscale.translationInMicrometres(level: 0)
    }
    self.layout = layout
  }

  /// The image store: the one given, else the one recorded, and never another than the recorded one.
  private static func image(of store: Store, given: String?) throws -> String {
    let recorded = (try? RecordedSettings(in: store.ownDirectory))?.input("store")
    guard let path = given ?? recorded.map({ ProbabilitySource.storePath($0.path) }) else {
      if let volume = (try? RecordedSettings(in: store.ownDirectory))?.input("volume") {
        throw Fault.usage(
          "\(store.path) was predicted from \(volume.path), which is no store: tile it, and give the store with --image, for "
            + "the mean intensities of the objects")
      }
      throw Fault.usage(
        "\(store.path) does not say which image it was predicted from: give the image's store with --image, for the "
          + "mean intensities of the objects")
    }
    let statistics = joinPath(path, ".sheaf", "statistics")
    guard fileExists(statistics) else {
      throw Fault.noInput(
        "the image \(path) has no statistics of `sheaf tile`: expected the store that \(store.path) was predicted from; "
          + "give it with --image")
    }
    if let recorded, try !recorded.matches(storeIdentity(path), legacyPath: statistics) {
      throw Fault.usage(
        "\(path) is not the image that \(store.path) was predicted from (\(ProbabilitySource.storePath(recorded.path)), "
          + "or it has changed since; give the original with --image")
    }
    return path
  }

  /// Earlier versions of `infer` recorded the statistics of the image, `<store>/.sheaf/statistics`.
  private static func storePath(_ recorded: String) -> String {
    let suffix = "/.sheaf/statistics"
    return recorded.hasSuffix(suffix) ? String(recorded.dropLast(suffix.count)) : recorded
  }
}

extension ZarrArray {
  /// Reads `region` into `buffer` from its first voxel on, every chunk by one of `threads` threads.
  func read(_ region: Region, into buffer: VoxelBuffer, threads: Int) throws {
    let chunks = chunks.positions(intersecting: region)
    try parallelForEach(count: chunks.count, threads: threads) { index in
      let chunk = chunks.extent.position(of: index) + chunks.origin
      let piece = self.chunks.region(at: chunk).intersection(region)
      try read(piece, into: buffer, at: piece.origin - region.origin)
    }
  }
}
