import Files
import Foundation
import Jobs
import MPI
import VolumeFormats
import Voxels

extension PatchCorpus {
  /// Writes every taken patch as a NIfTI file below `directory`, as the SELMA3D organisers lay theirs out:
  /// `<isolated|contiguous>_structures/<structure>/patchvolume_<number>.nii.gz`, numbered as in the table. Collective.
  ///
  /// - Throws: `Fault.cannotCreate` when `directory` holds something else; `Fault.badData` naming a damaged chunk; what
  ///   `Job` throws.
  package func exportNIfTI(
    to directory: String, programVersion: String, communicator: Communicator, settings: JobSettings
  ) throws {
    var resolved = ResolvedSettings(
      command: "corpus", programVersion: programVersion, warnings: settings.console.warnings)
    resolved.add("export", "nifti")
    try communicator.everyRank { try resolved.add(input: "corpus", path: CorpusPaths.table(path)) }
    let request = OutputPlace.Request(
      directory, owner: OutputOwner(resolved), inputs: [path] + manifest.sources.map(storePath))
    try OutputPlace.write(request, settings: settings, communicator: communicator) { [resolved] workPath, settings in
      try exportNIfTI(to: workPath, resolved: resolved, communicator: communicator, settings: settings)
    }
  }

  private func exportNIfTI(
    to directory: String, resolved: ResolvedSettings, communicator: Communicator, settings: JobSettings
  ) throws {
    let units = takenPatches.flatMap { $0 }
    let reader = try communicator.everyRank { try PatchReader(self) }
    let bytes = units.reduce(0) { $0 + patches[$1].region.count * voxelType(ofPatch: $1).byteCount }
    let patchBytes = units.map { patches[$0].region.count * 8 }.max() ?? 0
    let ownDirectory = CorpusPaths.ownDirectory(directory)
    let job = try Job(
      plan: JobPlan(
        command: resolved.command, name: "\(resolved.command)-export", unitCount: units.count, unitName: "patches",
        bytesRead: bytes, bytesWritten: bytes, memoryPerRankInBytes: patchMemoryInBytes(patchBytes),
        diskNeededInBytes: bytes / 3),
      directory: ownDirectory, identity: resolved.identity, output: directory, communicator: communicator,
      settings: settings)
    _ = try job.run(unitsAtOnce: patchesAtOnce(settings, patchBytes: patchBytes)) { unit in
      let patch = units[unit]
      let voxels = try reader.read(patch: patch)
      let layout = VolumeLayout(
        extent: voxels.extent, voxelType: voxels.type,
        voxelSizeInMicrometres: manifest.sources[patches[patch].source].voxelSizeInMicrometres)
      let writer = try NIfTIWriter(joinPath(directory, exportName(ofPatch: patch)), layout)
      try writer.append(voxels)
      try writer.finish()
      return Data()
    }
    try communicator.rootOnly {
      try resolved.write(to: ownDirectory)
      try removePartialFiles(below: directory)
      try OutputContents.seal(
        directory, kind: .patches, files: units.map(exportName) + OutputContents.ownFiles(in: directory))
    }
  }

  private func voxelType(ofPatch patch: Int) -> VoxelType { manifest.sources[patches[patch].source].voxelType }

  /// Where a patch goes below the directory it is exported to.
  package func exportName(ofPatch patch: Int) -> String {
    let source = manifest.sources[patches[patch].source]
    let kind = source.category.split(separator: "-").first.map(String.init) ?? source.category
    return joinPath(
      "\(CorpusPaths.fileName(kind))_structures", CorpusPaths.fileName(source.structure),
      "patchvolume_\(patch).nii.gz")
  }
}
