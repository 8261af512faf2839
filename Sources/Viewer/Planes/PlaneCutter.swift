import Files
import Voxels

/// Cuts planes out of layers, through the cache of bricks.
package final class PlaneCutter: Sendable {
  let layers: [ViewedLayer]
  private let coding: @Sendable (_ layer: Int) -> SampleCoding
  private let cache: BrickCache

  package init(
    layers: [ViewedLayer], coding: @escaping @Sendable (_ layer: Int) -> SampleCoding, cacheInBytes: Int
  ) {
    self.layers = layers
    self.coding = coding
    cache = BrickCache(limitInBytes: cacheInBytes)
  }

  /// - Precondition: the request lies inside the level's extent.
  /// - Throws: `CancellationError` when `isCancelled` says so between two bricks.
  package func cut(_ request: PlaneRequest, isCancelled: () -> Bool = { false }) throws -> PlanePiece {
    let layer = layers[request.layer]
    let level = layer.levels[request.level]
    let count = request.rows.count * request.columns.count
    var gaps: [PlanePiece.Gap] = []
    func forEachBrick(_ body: (VoxelBuffer, BrickShare) -> Void) throws {
      let positions = level.bricks.positions(intersecting: request.region)
      try positions.forEachPosition { position in
        if isCancelled() { throw CancellationError() }
        let share = BrickShare(request, brick: level.bricks.region(at: position))
        switch brick(position, of: level, request) {
        case .voxels(let voxels): body(voxels, share)
        case .incomplete(let voxels, let missing):
          body(voxels, share)
          gaps += missing.filter { !$0.region.intersection(request.region).isEmpty }.map { gap in
            let place = BrickShare(request, brick: gap.region)
            return PlanePiece.Gap(rows: place.rows, columns: place.columns, reason: gap.reason)
          }
        }
      }
    }
    let numbers: PlanePiece.Numbers
    let coding = coding(request.layer)
    if layer.kind == .labels {
      var values = [UInt32](repeating: 0, count: count)
      try values.withUnsafeMutableBufferPointer { values in try forEachBrick { addLabels($0, $1, values) } }
      numbers = .labels(values)
    } else {
      var values = [UInt16](repeating: 0, count: count)
      try values.withUnsafeMutableBufferPointer { values in
        try forEachBrick { addIntensities($0, $1, coding, values) }
      }
      numbers = .intensities(values)
    }
    return PlanePiece(
      rows: request.rows.count, columns: request.columns.count, numbers: numbers, coding: coding, gaps: gaps)
  }

  /// Reads what the request needs into the cache, for a plane that will probably be asked for next.
  func prepare(_ request: PlaneRequest, isCancelled: () -> Bool) {
    let level = layers[request.layer].levels[request.level]
    level.bricks.positions(intersecting: request.region).forEachPosition { position in
      if !isCancelled() { _ = brick(position, of: level, request) }
    }
  }

  /// Whether `prepare` would read anything.
  func isPrepared(_ request: PlaneRequest) -> Bool {
    var result = true
    let level = layers[request.layer].levels[request.level]
    level.bricks.positions(intersecting: request.region).forEachPosition { position in
      result = result && cache.contains(.init(layer: request.layer, level: request.level, position: position))
    }
    return result
  }

  private func brick(_ position: Coordinate, of level: BrickSource, _ request: PlaneRequest) -> BrickSource.Brick {
    cache.brick(.init(layer: request.layer, level: request.level, position: position)) { level.read(position) }
  }
}

/// What a brick contributes to a piece.
struct BrickShare {
  /// In rows and columns of the piece.
  let rows: Range<Int>
  let columns: Range<Int>
  let pieceColumns: Int
  /// The first voxel of the brick that counts, and the steps to the next plane, row and column, in voxels of its buffer.
  let first: Int
  let planes: Int
  let planeStep: Int
  let rowStep: Int
  let columnStep: Int

  init(_ request: PlaneRequest, brick: Region) {
    let part = brick.intersection(request.region)
    let local = part.origin - brick.origin
    let steps = [brick.extent.y * brick.extent.x, brick.extent.x, 1]
    first = local.z * steps[0] + local.y * steps[1] + local.x
    planes = part.extent[request.axis]
    (planeStep, rowStep, columnStep) = (steps[request.axis], steps[request.rowAxis], steps[request.columnAxis])
    let row = part.origin[request.rowAxis] - request.rows.lowerBound
    let column = part.origin[request.columnAxis] - request.columns.lowerBound
    rows = row..<row + part.extent[request.rowAxis]
    columns = column..<column + part.extent[request.columnAxis]
    pieceColumns = request.columns.count
  }

  /// Calls `body` with the place in the piece and the place in the brick of every voxel.
  @inline(__always)
  func forEachVoxel(_ body: (_ target: Int, _ source: Int) -> Void) {
    for plane in 0..<planes {
      for row in 0..<rows.count {
        let target = (rows.lowerBound + row) * pieceColumns + columns.lowerBound
        let source = first + plane * planeStep + row * rowStep
        for column in 0..<columns.count { body(target + column, source + column * columnStep) }
      }
    }
  }
}

private func addLabels(_ voxels: VoxelBuffer, _ share: BrickShare, _ values: UnsafeMutableBufferPointer<UInt32>) {
  func add<Scalar: FixedWidthInteger & VoxelScalar>(_ type: Scalar.Type) {
    let from = voxels.voxels(as: type)
    share.forEachVoxel { values[$0] = max(values[$0], UInt32(truncatingIfNeeded: from[$1])) }
  }
  withExtendedLifetime(voxels) {
    switch voxels.type {
    case .uint8: add(UInt8.self)
    case .uint16: add(UInt16.self)
    case .int16: add(Int16.self)
    case .uint32: add(UInt32.self)
    case .uint64: add(UInt64.self)
    case .float32: preconditionFailure("labels are integers: checked when the layer was opened")
    }
  }
}

private func addIntensities(
  _ voxels: VoxelBuffer, _ share: BrickShare, _ coding: SampleCoding, _ values: UnsafeMutableBufferPointer<UInt16>
) {
  withExtendedLifetime(voxels) {
    switch voxels.type {
    case .uint8:
      let from = voxels.voxels(as: UInt8.self)
      share.forEachVoxel { values[$0] = max(values[$0], coding.encode(from[$1])) }
    case .uint16:
      let from = voxels.voxels(as: UInt16.self)
      share.forEachVoxel { values[$0] = max(values[$0], coding.encode(from[$1])) }
    case .int16:
      let from = voxels.voxels(as: Int16.self)
      share.forEachVoxel { values[$0] = max(values[$0], coding.encode(from[$1])) }
    case .uint32:
      let from = voxels.voxels(as: UInt32.self)
      share.forEachVoxel { values[$0] = max(values[$0], coding.encode(Double(from[$1]))) }
    case .uint64:
      let from = voxels.voxels(as: UInt64.self)
      share.forEachVoxel { values[$0] = max(values[$0], coding.encode(Double(from[$1]))) }
    case .float32:
      let from = voxels.voxels(as: Float.self)
      share.forEachVoxel { values[$0] = max(values[$0], coding.encode(Double(from[$1]))) }
    }
  }
}
