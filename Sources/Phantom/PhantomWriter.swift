import Files
import Foundation
import Jobs
import MPI
import VolumeFormats
import Voxels

/// Writes a phantom series to disk: a job whose units are slabs of planes and pairs, so any number of ranks write the
/// same bytes and an interrupted run resumes.
package struct PhantomWriter: Sendable {
  package let series: PhantomSeries
  package private(set) var directory: String

  package init(_ series: PhantomSeries, to directory: String) {
    self.series = series
    self.directory = directory
  }

  /// What a unit leaves in the journal.
  private struct UnitResult: Codable {
    let objects: Int
    let labelledVoxels: Int
    /// Of a pair.
    var region: Region?
  }

  /// Writes what is missing, then `phantom.json`. Collective.
  ///
  /// - Returns: on rank 0 the description of what was written; nil on the others.
  /// - Throws: as `Job`.
  package func write(
    resolved: ResolvedSettings, communicator: Communicator, settings: JobSettings
  ) throws -> PhantomDescription? {
    let request = OutputPlace.Request(directory, owner: OutputOwner(resolved), inputs: [])
    return try OutputPlace.write(request, settings: settings, communicator: communicator) { workPath, settings in
      var writer = self
      writer.directory = workPath
      return try writer.writeHere(resolved: resolved, communicator: communicator, settings: settings)
    }
  }

  private func writeHere(
    resolved: ResolvedSettings, communicator: Communicator, settings: JobSettings
  ) throws -> PhantomDescription? {
    let pairBytes =
      series.variedPairCount == 0
      ? 0 : VariedImaging.largestOrganExtent(for: series.pairExtent).count * PhantomSeries.bytesPerVoxel
    let unitBytes = max(series.slabs.cell.count * PhantomSeries.bytesPerVoxel, pairBytes)
    // Shapes, scenes and the compression of a pair take little beside a slab's voxels.
    let memoryOfUnit = unitBytes + (96 << 20)
    let unitsAtOnce = max(1, min(settings.threads, (settings.memoryInBytes ?? .max) / memoryOfUnit))
    let voxels = series.structures.count * (series.extent.count + series.allPairCount * series.pairExtent.count)
    let plan = JobPlan(
      command: "phantom", unitCount: series.unitCount, unitName: "slabs and pairs",
      bytesWritten: voxels * PhantomSeries.bytesPerVoxel, memoryPerRankInBytes: memoryOfUnit,
      description: [
        "organ \(series.extent) voxels, seed \(series.seed): \(series.structures.map(\.rawValue).joined(separator: ", "))",
        "slabs of \(series.slabDepth) planes, \(series.allPairCount) annotated crops of \(series.pairExtent) a structure",
      ])
    let job = try Job(
      plan: plan, directory: PrivateDirectory.path(in: directory), identity: resolved.identity, output: directory,
      communicator: communicator, settings: settings)
    let outcome = try job.run(unitsAtOnce: unitsAtOnce) { try encodePayload(write(unit: $0)) }
    return try communicator.rootOnly { () throws -> PhantomDescription? in
      let description = try describe(outcome.payloads, version: resolved.programVersion)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try publish(try encoder.encode(description) + Data("\n".utf8), to: joinPath(directory, "phantom.json"))
      let listsPairs = series.allPairCount > 0
      if listsPairs { try publish(series.pairList, to: joinPath(directory, PhantomSeries.pairListName)) }
      try resolved.write(to: directory)
      try removePartialFiles(
        in: directory, andBelow: series.structures.map(\.rawValue) + ["pairs", PrivateDirectory.name])
      let own = try OutputContents.ownFiles(in: directory)
      try OutputContents.seal(
        directory, kind: .phantom,
        files: series.files + (listsPairs ? [PhantomSeries.pairListName] : [])
          + ["phantom.json", "settings.json"] + own)
      return description
    }
  }

  private func write(unit index: Int) throws -> UnitResult {
    switch series.unit(index) {
    case .slab(let structure, let index): try writeSlab(index, of: structure)
    case .pair(let structure, let number): try writePair(number, of: structure)
    }
  }

  private func writeSlab(_ index: Int, of structure: Structure) throws -> UnitResult {
    let phantom = try SyntheticOrgan(
      extent: series.extent, seed: series.seed, structure: structure, imaging: series.imaging)
    let region = series.slabs.region(index)
    let slab = phantom.render(region)
    let folder = joinPath(directory, structure.rawValue)
    func writePlanes(_ buffer: VoxelBuffer, to name: String) throws {
      let writer = try TIFFPlaneWriter(
        joinPath(folder, name),
        VolumeLayout(
          extent: series.extent, voxelType: buffer.type,
          voxelSizeInMicrometres: PhantomSeries.voxelSizeInMicrometres),
        isCompressed: false)
      for plane in 0..<region.extent.z { try writer.write(plane: region.origin.z + plane, from: buffer, at: plane) }
    }
    try writePlanes(slab.image, to: "planes")
    try writePlanes(slab.labels, to: "labels")
    return UnitResult(
      objects: phantom.objectCount(in: region), labelledVoxels: labelledVoxelCount(slab.labels))
  }

  private func writePair(_ number: Int, of structure: Structure) throws -> UnitResult {
    let varied = series.variedImaging(ofPair: number, structure)
    let (phantom, region) = try series.organ(ofPair: number, structure, varied)
    let rendered = phantom.render(region)
    let pair =
      varied?.expose(image: rendered.image, labels: rendered.labels, size: series.pairExtent)
      ?? (image: rendered.image, mask: mask(of: rendered.labels))
    for (folder, buffer) in [("images", pair.image), ("labels", pair.mask)] {
      let path = joinPath(directory, series.pairFile(folder, structure, number))
      let layout = VolumeLayout(
        extent: series.pairExtent, voxelType: buffer.type,
        voxelSizeInMicrometres: varied?.voxelSizeInMicrometres ?? PhantomSeries.voxelSizeInMicrometres)
      let writer = try createVolume(path, layout, isCompressed: true)
      try writer.append(buffer)
      try writer.finish()
    }
    return UnitResult(
      objects: phantom.objectCount(in: region), labelledVoxels: labelledVoxelCount(pair.mask), region: region)
  }

  /// 1 where `labels` has any.
  private func mask(of labels: VoxelBuffer) -> VoxelBuffer {
    let mask = VoxelBuffer(.uint8, labels.extent)
    withExtendedLifetime((labels, mask)) {
      let marks = mask.voxels(as: UInt8.self)
      for (voxel, label) in labels.voxels(as: UInt32.self).enumerated() where label != 0 { marks[voxel] = 1 }
    }
    return mask
  }

  private func describe(_ payloads: [Data], version: String) throws -> PhantomDescription {
    let results = try payloads.map { try JSONDecoder().decode(UnitResult.self, from: $0) }
    var description = PhantomDescription(
      version: version, extent: series.extent, seed: series.seed,
      voxelSizeInMicrometres: PhantomSeries.voxelSizeInMicrometres, structures: [], pairs: [])
    let slabCount = series.slabs.count
    for (index, structure) in series.structures.enumerated() {
      let own = results[(index * slabCount)..<((index + 1) * slabCount)]
      description.structures.append(
        .init(
          structure: structure, objects: structure.isContiguous ? nil : own.reduce(0) { $0 + $1.objects },
          labelledVoxels: own.reduce(0) { $0 + $1.labelledVoxels }))
    }
    for index in (series.structures.count * slabCount)..<results.count {
      guard case .pair(let structure, let number) = series.unit(index), let region = results[index].region else {
        continue
      }
      description.pairs.append(
        .init(
          name: "\(structure.rawValue)_\(number)", structure: structure, seed: series.pairSeed(number),
          region: region.description, labelledVoxels: results[index].labelledVoxels,
          imaging: series.variedImaging(ofPair: number, structure)))
    }
    return description
  }
}
