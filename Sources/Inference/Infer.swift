import Files
import Jobs
import MPI
import Segmentation
import Voxels

/// Segments a volume: probabilities, labels and objects.
///
/// 0. `infer-statistics`: where the volume is no store of `tile`, which has them, its statistics are taken and kept in the
///    output.
/// 1. `infer`: blocks are predicted (`BlockStream`), their probabilities written, their components found.
/// 2. `infer-level-N`: the coarser levels of the probabilities.
/// 3. Rank 0 merges the components of all blocks (`BlockMerging`) and publishes ids and table.
/// 4. `infer-labels`: each block's components are painted with their ids.
/// 5. `infer-labels-level-N`: the coarser levels of the labels.
///
/// Each is a job with a journal of its own, so that an interrupted inference resumes where it was. The bytes of image,
/// labels and table depend on the volume, the network and the settings alone. How the volume is divided into blocks is
/// chosen when the inference begins, for its ranks and memory, and kept when it is resumed. Collective.
///
/// - Parameters:
///   - image: the volume.
///   - outputPath: the store of probabilities to create, uint8 (z, y, x), 0 to 255 for 0 to 1.
///   - defaultTile: the tile in voxels (z, y, x) when the settings give none.
///   - inputs: what is read besides the volume, which the output must not be or contain; nil when the output is part of
///     another one of Sheaf's, whose place has been taken already.
///   - objectsPath: where the table of objects goes; nil for none beside the one kept in the output.
///   - resolved: the command's settings and inputs so far; those of `settings` are added here.
///   - memoryInBytes: what a rank may use when `jobSettings` sets no limit.
/// - Returns: on every rank.
/// - Throws: `Fault.usage` for invalid settings or too little memory, `Fault.badData` or `Fault.noInput` when the volume is
///   damaged, or a store that is not finished, `Fault.cannotCreate` when the output belongs to another command, `Fault.stopped` after a
///   stop.
public func infer(
  _ image: InferenceImage, to outputPath: String, readingAlso inputs: [String]? = [], predictor: any TilePredictor,
  defaultTile: Extent,
  settings: InferenceSettings, objectsPath: String?, resolved: ResolvedSettings, communicator: Communicator,
  jobSettings: JobSettings, memoryInBytes: Int
) throws -> InferenceSummary {
  let preparation = try communicator.everyRank {
    try InferencePreparation(
      image, predictor: predictor, defaultTile: defaultTile, settings: settings, objectsPath: objectsPath,
      resolved: resolved, communicator: communicator, console: jobSettings.console, memoryInBytes: memoryInBytes)
  }
  guard let inputs else { return try preparation.run(outputPath, jobSettings) }
  let request = OutputPlace.Request(outputPath, owner: preparation.owner, inputs: image.places + inputs)
  try communicator.rootOnly {
    try objectsPath.map {
      try refuseTable(at: $0, of: outputPath, reading: request.inputs, overwrite: jobSettings.overwrite)
    }
  }
  return try OutputPlace.write(request, settings: jobSettings, communicator: communicator) { workPath, settings in
    try preparation.run(workPath, replacing: workPath == outputPath ? nil : outputPath, settings)
  }
}

/// As `infer` of an opened volume.
///
/// - Parameter path: a finished store of `tile`, or a volume in any format.
public func infer(
  _ path: String, to outputPath: String, readingAlso inputs: [String]? = [], predictor: any TilePredictor,
  defaultTile: Extent,
  settings: InferenceSettings, objectsPath: String?, resolved: ResolvedSettings, communicator: Communicator,
  jobSettings: JobSettings, memoryInBytes: Int
) throws -> InferenceSummary {
  try infer(
    communicator.everyRank { try InferenceImage(path) }, to: outputPath, readingAlso: inputs, predictor: predictor,
    defaultTile: defaultTile, settings: settings, objectsPath: objectsPath, resolved: resolved,
    communicator: communicator, jobSettings: jobSettings, memoryInBytes: memoryInBytes)
}
