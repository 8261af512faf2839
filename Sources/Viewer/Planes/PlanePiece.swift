import Voxels

/// The rectangle that was cut: a number a voxel, row after row, and where there is none.
package struct PlanePiece: Sendable {
  /// Where the voxels could not be read, in rows and columns of the piece.
  package struct Gap: Sendable, Equatable {
    package var rows: Range<Int>
    package var columns: Range<Int>
    /// Why, as a sentence; nil where the voxels are not written yet.
    package var reason: String?

    package init(rows: Range<Int>, columns: Range<Int>, reason: String?) {
      self.rows = rows
      self.columns = columns
      self.reason = reason
    }
  }

  package enum Numbers: Sendable {
    case intensities([UInt16])
    case labels([UInt32])
  }

  package var rows: Int
  package var columns: Int
  package var numbers: Numbers
  /// What the numbers of intensities mean.
  package var coding: SampleCoding
  package var gaps: [Gap]

  /// Little-endian bytes of the numbers.
  var bytes: [UInt8] {
    switch numbers {
    case .intensities(let values): values.withUnsafeBytes { Array($0) }
    case .labels(let values): values.withUnsafeBytes { Array($0) }
    }
  }
}
