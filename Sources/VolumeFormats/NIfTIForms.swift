import Foundation

/// The two ways in which a NIfTI header places a volume (nifti1.h), kept as they are for a file of the same kind.
package struct NIfTIForms: Sendable, Codable, Equatable {
  package var qformCode: Int
  package var sformCode: Int
  /// The units of length, as the header has them.
  package var units: Int
  /// `pixdim[0]` to `pixdim[3]`: −1 or 1, and the distances.
  package var edges: [Double]
  /// `quatern_b`, `quatern_c`, `quatern_d`, `qoffset_x`, `qoffset_y`, `qoffset_z`.
  package var quaternion: [Double]
  /// `srow_x`, `srow_y`, `srow_z`, row by row.
  package var rows: [Double]

  /// The steps along x, y, z and the place of the first voxel, in NIfTI's space: of the affine transformation, else of the
  /// quaternion; nil where there is neither.
  var affine: (steps: [[Double]], origin: [Double])? {
    if sformCode > 0 {
      return (
        (0..<3).map { column in (0..<3).map { rows[4 * $0 + column] } }, (0..<3).map { rows[4 * $0 + 3] }
      )
    }
    guard qformCode > 0 else { return nil }
    let (b, c, d) = (quaternion[0], quaternion[1], quaternion[2])
    let a = max(0, 1 - b * b - c * c - d * d).squareRoot()
    let rotation = [
      [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
      [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
      [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
    ]
    let signs = [1, 1, edges[0] < 0 ? -1.0 : 1]
    let steps = (0..<3).map { column in
      (0..<3).map { rotation[$0][column] * abs(edges[column + 1]) * signs[column] }
    }
    return (steps, Array(quaternion[3...]))
  }

  /// The forms of a placement: the affine transformation, and the quaternion where axes are at right angles.
  init(_ placement: VolumePlacement) {
    let millimetres = placement.inMillimetres
    units = placement.unitInMicrometres == nil ? 0 : 2
    // From ITK's space to NIfTI's.
    let flips = placement.isAnatomical ? [-1.0, -1, 1] : [1, 1, 1]
    let directions = millimetres.directions.map { zip($0, flips).map(*) }
    let origin = zip(millimetres.origin, flips).map(*)
    sformCode = 1
    rows = (0..<3).flatMap { row in
      (0..<3).map { directions[$0][row] * millimetres.spacing[$0] } + [origin[row]]
    }
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).map(*).reduce(0, +) }
    let isOrthogonal = [(0, 1), (0, 2), (1, 2)].allSatisfy { abs(dot(directions[$0], directions[$1])) < 1e-5 }
    // Columns are the axes; a mirrored third one makes it a rotation.
    var (x, y, z) = (directions[0], directions[1], directions[2])
    let determinant =
      x[0] * (y[1] * z[2] - y[2] * z[1]) - y[0] * (x[1] * z[2] - x[2] * z[1]) + z[0] * (x[1] * y[2] - x[2] * y[1])
    edges = [determinant < 0 ? -1 : 1] + millimetres.spacing
    if determinant < 0 { z = z.map { -$0 } }
    qformCode = isOrthogonal ? 1 : 0
    let (q0, q1, q2, q3) = Self.quaternion(&x, &y, &z)
    let sign: Double = q0 < 0 ? -1 : 1
    quaternion = isOrthogonal ? [q1 * sign, q2 * sign, q3 * sign] + origin : [0, 0, 0, 0, 0, 0]
  }

  package init(
    qformCode: Int, sformCode: Int, units: Int, edges: [Double], quaternion: [Double], rows: [Double]
  ) {
    self.qformCode = qformCode
    self.sformCode = sformCode
    self.units = units
    self.edges = edges
    self.quaternion = quaternion
    self.rows = rows
  }

  /// Of the rotation with these columns, as `nifti_mat44_to_quatern` takes it.
  private static func quaternion(
    _ x: inout [Double], _ y: inout [Double], _ z: inout [Double]
  ) -> (Double, Double, Double, Double) {
    let trace = x[0] + y[1] + z[2] + 1
    if trace > 0.5 {
      let a = 0.5 * trace.squareRoot()
      return (a, 0.25 * (y[2] - z[1]) / a, 0.25 * (z[0] - x[2]) / a, 0.25 * (x[1] - y[0]) / a)
    }
    let (xd, yd, zd) = (1 + x[0] - y[1] - z[2], 1 + y[1] - x[0] - z[2], 1 + z[2] - x[0] - y[1])
    if xd > 1 {
      let b = 0.5 * xd.squareRoot()
      return (0.25 * (y[2] - z[1]) / b, b, 0.25 * (y[0] + x[1]) / b, 0.25 * (z[0] + x[2]) / b)
    }
    if yd > 1 {
      let c = 0.5 * yd.squareRoot()
      return (0.25 * (z[0] - x[2]) / c, 0.25 * (y[0] + x[1]) / c, c, 0.25 * (z[1] + y[2]) / c)
    }
    let d = 0.5 * zd.squareRoot()
    return (0.25 * (x[1] - y[0]) / d, 0.25 * (z[0] + x[2]) / d, 0.25 * (z[1] + y[2]) / d, d)
  }
}

extension VolumePlacement {
  /// What a NIfTI header says.
  init?(_ forms: NIfTIForms) {
    let unit = [1: 1e6, 2: 1e3, 3: 1.0][forms.units & 7]
    guard let affine = forms.affine else {
      // Neither form: kept for a file of the same kind; elsewhere the axes are taken as they are.
      let edges = forms.edges[1...].map(abs)
      guard edges.allSatisfy({ $0.isFinite && $0 > 0 }) else { return nil }
      self.init(spacing: Array(edges), unitInMicrometres: unit)
      nifti = forms
      return
    }
    let flips = [-1.0, -1, 1]
    self.init(
      steps: affine.steps.map { zip($0, flips).map(*) }, origin: zip(affine.origin, flips).map(*),
      unitInMicrometres: unit)
    nifti = forms
  }
}
