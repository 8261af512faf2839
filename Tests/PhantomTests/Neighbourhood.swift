import Voxels

/// Plain reference geometry on small volumes, 26-connected.
enum Neighbourhood {
  static func of(_ place: Coordinate, in extent: Extent, reach: Int = 1) -> [Coordinate] {
    var found: [Coordinate] = []
    Region(origin: place, extent: Extent(1)).expanded(by: Extent(reach)).intersection(Region(extent)).forEachPosition {
      if $0 != place { found.append($0) }
    }
    return found
  }

  /// The linear indices of every connected piece of a mask.
  static func components(_ mask: [Bool], _ extent: Extent) -> [[Int]] {
    var isOpen = mask
    var pieces: [[Int]] = []
    for start in mask.indices where isOpen[start] {
      var piece = [start]
      isOpen[start] = false
      var next = 0
      while next < piece.count {
        for neighbour in of(extent.position(of: piece[next]), in: extent) {
          let index = extent.index(of: neighbour)
          if isOpen[index] {
            isOpen[index] = false
            piece.append(index)
          }
        }
        next += 1
      }
      pieces.append(piece)
    }
    return pieces
  }

  /// How many separate pieces of the mask cross the surface of a cube around `place`.
  static func branches(from place: Coordinate, _ mask: [Bool], _ extent: Extent) -> Int {
    let reach = 7
    let cube = Region(origin: place, extent: Extent(1)).expanded(by: Extent(reach))
    guard Region(extent).contains(cube) else { return 0 }
    var shell = [Bool](repeating: false, count: cube.count)
    cube.forEachPosition { position in
      let isOnSurface = (0..<3).contains { abs(position[$0] - place[$0]) == reach }
      if isOnSurface, mask[extent.index(of: position)] {
        shell[cube.extent.index(of: position - cube.origin)] = true
      }
    }
    return components(shell, cube.extent).count
  }
}
