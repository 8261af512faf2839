import Files
import IntensityStatistics

/// What the statistics pass over a source that is read in place leaves of one unit, in the journal and then beside the
/// output.
package struct MeasuredUnit: Codable, Equatable, Sendable {
  /// Of the unit's voxels.
  package var digest: UInt64
  /// Whether all voxels of a patch in floating point are whole numbers from 0 to 65,535.
  package var isIntegral: Bool?
  /// Why a patch cannot be used.
  package var fault: String?

  package init(digest: UInt64 = 0, isIntegral: Bool? = nil, fault: String? = nil) {
    self.digest = digest
    self.isIntegral = isIntegral
    self.fault = fault
  }
}

/// The units of the statistics pass over one source.
package protocol InPlacePass: Sendable {
  var unitCount: Int { get }
  var unitName: String { get }
  /// How many units a rank has in hand at once.
  func unitsAtOnce(threads: Int, memoryInBytes: Int?) -> Int
  var memoryInBytes: Int { get }
  /// Reads a unit and leaves its statistics in `partial`.
  ///
  /// - Throws: `Fault.badData` for damage that concerns the whole source, `Fault.stopped` after a stop.
  func measure(_ unit: Int, _ partial: [PartialStatistics]) throws -> MeasuredUnit
  /// The digest of the unit's voxels as they are now.
  func digest(ofUnit unit: Int) throws -> UInt64
  func files(ofUnit unit: Int) -> [String]
  /// The statistics of the source.
  func sum(_ units: [MeasuredUnit], _ partial: [PartialStatistics]) throws -> StatisticsGrid
}

/// Over a volume, in the units of tiling.
package struct VolumePass: InPlacePass {
  package let survey: VolumeSurvey

  package init(survey: VolumeSurvey) { self.survey = survey }

  package var unitCount: Int { survey.unitCount }
  package var unitName: String { "units" }
  package func unitsAtOnce(threads: Int, memoryInBytes: Int?) -> Int { 1 }
  package var memoryInBytes: Int { survey.memoryInBytes }

  package func measure(_ unit: Int, _ partial: [PartialStatistics]) throws -> MeasuredUnit {
    let (statistics, digest) = try survey.measure(unit)
    try partial[0].save(statistics, unit: unit)
    return MeasuredUnit(digest: digest)
  }

  package func digest(ofUnit unit: Int) throws -> UInt64 { try survey.digest(ofUnit: unit) }
  package func files(ofUnit unit: Int) -> [String] { survey.files(ofUnit: unit) }

  package func sum(_ units: [MeasuredUnit], _ partial: [PartialStatistics]) throws -> StatisticsGrid {
    try partial[0].sum(unitCount: units.count, survey.emptyStatistics)
  }
}
