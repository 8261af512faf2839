import Voxels

/// What glows without being labelled: haze of things out of focus, debris, and scraps of fibres. A plain threshold
/// takes them for signal.
struct Distractors: Sendable {
  let anatomy: Anatomy
  let structure: Structure

  func shapes(near region: Region) -> [Shape] {
    haze(near: region) + debris(near: region)
  }

  private func haze(near region: Region) -> [Shape] {
    scattered(near: region, purpose: .haze, cell: 44, reach: 40) { place, stream in
      guard stream.uniform() < 0.4 else { return nil }
      let blob = Blob(
        centre: place, radius: stream.uniform(5...11),
        shape: Point(stream.uniform(0.8...1.2), stream.uniform(0.7...1.2), stream.uniform(0.7...1.2)),
        brightness: stream.uniform(50...190), profile: .haze, label: 0)
      return Shape(blob)
    }
  }

  private func debris(near region: Region) -> [Shape] {
    scattered(near: region, purpose: .debris, cell: 26, reach: 20) { place, stream in
      guard stream.uniform() < 0.22 else { return nil }
      let isScrap = structure != .axons && stream.uniform() < 0.5
      let brightness = stream.uniform(120...420)
      if isScrap {
        let length = stream.uniform(5...14)
        return Shape(
          Tube(
            start: place, end: place + stream.direction() * length, startRadius: 0.7, endRadius: 0.3,
            startBrightness: brightness * 0.8, endBrightness: brightness * 0.3, role: .unlabelled))
      }
      return Shape(
        Blob(
          centre: place, radius: stream.uniform(0.8...1.4), shape: Point(1, 1, 1), brightness: brightness * 1.6,
          profile: .solid(softness: 1.1), label: 0))
    }
  }

  /// At most one thing in each cell of a lattice, where there is tissue.
  private func scattered(
    near region: Region, purpose: HashKey.Purpose, cell edge: Int, reach: Int,
    _ make: (Point, inout HashStream) -> Shape?
  ) -> [Shape] {
    let key = HashKey(seed: anatomy.seed, purpose: purpose)[structure.number]
    var found: [Shape] = []
    region.cells(edge: edge, reach: reach).forEachPosition { cell in
      var stream = key[cell.z, cell.y, cell.x].stream
      let place = (Point(cell) + Point(stream.uniform(), stream.uniform(), stream.uniform())) * Double(edge)
      guard let shape = make(place, &stream), !shape.box.intersection(region).isEmpty else { return }
      if anatomy.depth(place) > 4 { found.append(shape) }
    }
    return found
  }
}

extension Structure {
  /// Keeps the random numbers of the structures' images apart.
  var number: Int { Structure.allCases.firstIndex(of: self)! }
}
