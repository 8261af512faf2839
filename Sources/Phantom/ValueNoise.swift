import Voxels

/// A smooth random function of space: random values on an integer lattice, blended between the nodes with a quintic
/// (Perlin, "Improving noise", SIGGRAPH 2002, for the blending; values rather than gradients, which is cheaper and
/// smooth enough here).
struct ValueNoise: Sendable {
  let key: HashKey

  /// Between −1 and 1; features are about one unit of `point` apart.
  func callAsFunction(_ point: Point) -> Double {
    let floor = point.rounded(.down)
    let offset = point - floor
    let weight = offset * offset * offset * (offset * (offset * 6 - 15) + 10)
    let (z, y, x) = (Int(floor[0]), Int(floor[1]), Int(floor[2]))
    func alongX(_ z: Int, _ y: Int) -> Double {
      let row = key[z][y]
      let first = row[x].symmetric
      return first + (row[x + 1].symmetric - first) * weight[2]
    }
    func alongY(_ z: Int) -> Double {
      let first = alongX(z, y)
      return first + (alongX(z, y + 1) - first) * weight[1]
    }
    let first = alongY(z)
    return first + (alongY(z + 1) - first) * weight[0]
  }
}

/// Values on the nodes of a lattice anchored at the volume's origin, interpolated linearly for rows of voxels.
///
/// A voxel's value depends on its position and the nodes around it alone, not on the region that is requested.
struct NodeField {
  let region: Region
  let spacing: Extent
  private let first: Coordinate
  private let counts: Extent
  private let nodes: [Float]
  /// How far each of the `spacing.x` voxels between two nodes has come towards the second.
  private let shares: [Float]

  /// - Parameter value: of the node at these lattice indices, that is at voxel index · spacing.
  init(_ region: Region, spacing: Extent, value: (Coordinate) -> Float) {
    self.region = region
    self.spacing = spacing
    first = Coordinate(region.origin.z / spacing.z, region.origin.y / spacing.y, region.origin.x / spacing.x)
    let last = Coordinate(
      (region.end.z - 1) / spacing.z + 1, (region.end.y - 1) / spacing.y + 1, (region.end.x - 1) / spacing.x + 1)
    let box = Region(from: first, to: last + Extent(1))
    counts = box.extent
    var values: [Float] = []
    values.reserveCapacity(box.count)
    box.forEachPosition { values.append(value($0)) }
    nodes = values
    shares = (0..<spacing.x).map { Float($0) / Float(spacing.x) }
  }

  /// The values of the voxels of the region's row (z, y), coordinates of the volume.
  ///
  /// - Parameter scratch: room for the nodes of a row, at most two more than the row has voxels.
  func row(_ z: Int, _ y: Int, scratch: UnsafeMutablePointer<Float>, into output: UnsafeMutablePointer<Float>) {
    let nodeZ = z / spacing.z
    let nodeY = y / spacing.y
    let shareZ = Float(z - nodeZ * spacing.z) / Float(spacing.z)
    let shareY = Float(y - nodeY * spacing.y) / Float(spacing.y)
    nodes.withUnsafeBufferPointer { nodes in
      let near = ((nodeZ - first.z) * counts.y + nodeY - first.y) * counts.x
      let far = near + counts.y * counts.x
      for x in 0..<counts.x {
        let a = nodes[near + x]
        let b = nodes[near + counts.x + x]
        let c = nodes[far + x]
        let d = nodes[far + counts.x + x]
        let nearPlane = a + (b - a) * shareY
        let farPlane = c + (d - c) * shareY
        scratch[x] = nearPlane + (farPlane - nearPlane) * shareZ
      }
    }
    shares.withUnsafeBufferPointer { shares in
      var x = region.origin.x
      var node = x / spacing.x - first.x
      while x < region.end.x {
        let nodeStart = (node + first.x) * spacing.x
        let end = min(nodeStart + spacing.x, region.end.x)
        let from = scratch[node]
        let step = scratch[node + 1] - from
        for position in x..<end { output[position - region.origin.x] = from + step * shares[position - nodeStart] }
        x = end
        node += 1
      }
    }
  }
}
