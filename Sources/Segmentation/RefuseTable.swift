import Files
import Jobs

/// Makes sure that the table of objects may be copied to `path`, before anything is computed. Rank 0 only.
///
/// A table that the same command has copied there before is the one kept in `output`, and may be written again.
///
/// - Parameters:
///   - output: the directory that the command writes.
///   - inputs: what it reads.
/// - Throws: `Fault.cannotCreate` when something else is at `path`, or `path` is in the output or among the inputs.
package func refuseTable(at path: String, of output: String, reading inputs: [String], overwrite: Bool) throws {
  try refuseReservedPlace(path)
  try InputPlaces(inputs).refuse(output: path, kind: .file)
  try refuseOverlap(of: path, and: output)
  let kept = joinPath(PrivateDirectory.path(in: output), "objects.csv")
  if !overwrite, fileExists(path), !isDirectory(path), fileExists(kept),
    try readWholeFile(path, limit: 1 << 40) == readWholeFile(kept, limit: 1 << 40)
  {
    return
  }
  try OutputFileFormat.objectTable.refuseToReplace(path, overwrite: overwrite)
}
