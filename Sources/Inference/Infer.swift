import Files
import Jobs
import MPI
import Segmentation
import Voxels

/// Segments a store: probabilities, labels and objects.
///
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
///   - path: a finished store of `tile`.
///   - outputPath: the store of probabilities to create, uint8 (z, y, x), 0 to 255 for 0 to 1.
///   - defaultTile: the tile in voxels (z, y, x) when the settings give none.
///   - inputs: what is read besides the store, which the output must not be or contain; nil when the output is part of
///     another one of Sheaf's, whose place has been taken already.
///   - objectsPath: where the table of objects goes; nil for none beside the one kept in the output.
///   - resolved: the command's settings and inputs so far; those of `settings` are added here.
///   - memoryInBytes: what a rank may use when `jobSettings` sets no limit.
/// - Returns: on every rank.
/// - Throws: `Fault.usage` for invalid settings or too little memory, `Fault.badData` or `Fault.noInput` when the store is
///   damaged or not finished, `Fault.cannotCreate` when the output belongs to another command, `Fault.stopped` after a
///   stop.
public func infer(
  _ path: String, to outputPath: String, readingAlso inputs: [String]? = [], predictor: any TilePredictor,
  defaultTile: Extent,
  settings: InferenceSettings, objectsPath: String?, resolved: ResolvedSettings, communicator: Communicator,
  jobSettings: JobSettings, memoryInBytes: Int
) throws -> InferenceSummary {
  let run = try communicator.everyRank {
    try InferenceRun(
      path, to: outputPath, predictor: predictor, defaultTile: defaultTile, settings: settings,
      objectsPath: objectsPath, resolved: resolved, communicator: communicator, jobSettings: jobSettings,
      memoryInBytes: memoryInBytes)
  }
  guard let inputs else { return try run.run() }
  let request = OutputPlace.Request(outputPath, owner: run.owner, inputs: [path] + inputs)
  try communicator.rootOnly {
    try objectsPath.map {
      try refuseTable(at: $0, of: outputPath, reading: request.inputs, overwrite: jobSettings.overwrite)
    }
  }
  return try OutputPlace.write(request, settings: jobSettings, communicator: communicator) { workPath, settings in
    var run = run
    run.outputPath = workPath
    run.jobSettings = settings
    return try run.run()
  }
}
