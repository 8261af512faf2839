/// What lies beside its place: parts of the volume, single planes, or every plane a little.
extension VolumeSection {
  mutating func findShifts() throws {
    let at = "\(section.id)-projections"
    let shifts = try PlaneShifts(store.levels[0], voxels, threads: threads)
    let steps = shifts.steps
    let all = shifts.jumps
    // A plane beside its place looks like a lasting shift at a coarser level, where it is averaged with its neighbour.
    let undone = all.indices.dropLast().filter {
      all[$0 + 1].index - all[$0].index <= 3 && isSmall(all[$0].step + all[$0 + 1].step, beside: all[$0].step)
    }.map { all[$0].index }
    func isNear(_ found: Displacement, _ index: Int) -> Bool {
      found.axis == 0 && abs(Double(found.plane - 1 - index)) <= 2 * voxels.factor[0]
    }
    let displacements = Displacement.find(in: voxels).filter { found in !undone.contains { isNear(found, $0) } }
    for found in displacements.prefix(4) {
      section.find(
        .error, "the volume is shifted from \(axisName(found.axis)) = \(found.plane) on, by \(found.shiftText)", at: at,
        miniature(found.differences, marked: [found.index]))
    }
    if let drift = shifts.drift {
      let axis = abs(drift.mean.x) >= abs(drift.mean.y) ? 0 : 1
      let path = shifts.path.map { $0[axis] }
      section.find(
        .warning,
        "the planes drift: each lies \(PlaneShifts.text(drift.mean, from: 0.01)) beside the one before, "
          + "\(PlaneShifts.text(drift.total, from: 1)) in all; the stage moved, or everything runs obliquely",
        at: at, miniature(path))
    }
    // Those of displacements are named already.
    let jumps = all.filter { jump in !displacements.contains { isNear($0, jump.index) } }
    guard !jumps.isEmpty else { return }
    let largest = jumps.map { max(abs($0.step.x), abs($0.step.y)) }.max()!
    let marked = miniature(steps.map { abs($0.x) > abs($0.y) ? $0.x : $0.y }, marked: jumps.map(\.index))
    if jumps.count > 6 {
      section.find(
        .error,
        "\(counted(jumps.count, "plane lies", "planes lie")) beside the one before, by up to "
          + "\(numberText(largest, digits: 2)) voxels: the stage jumped between planes",
        at: at, marked)
      return
    }
    var index = 0
    while index < jumps.count {
      let jump = jumps[index]
      let next = index + 1 < jumps.count ? jumps[index + 1] : nil
      if let next, next.index - jump.index <= 3, isSmall(jump.step + next.step, beside: jump.step) {
        let planes = (jump.index + 1)...next.index
        section.find(
          .error,
          (planes.count == 1
            ? "plane \(planes.lowerBound) is shifted against its"
            : "planes \(planes.lowerBound) to \(planes.upperBound) are shifted against their")
            + " neighbours, by \(PlaneShifts.text(jump.step, from: 0.5))", at: at, marked)
        index += 2
      } else {
        section.find(
          .error,
          "the volume is shifted from z = \(jump.index + 1) on, by \(PlaneShifts.text(jump.step, from: 0.5))", at: at,
          marked)
        index += 1
      }
    }
  }

  /// Whether the second step undoes the first.
  private func isSmall(_ sum: SIMD2<Double>, beside step: SIMD2<Double>) -> Bool {
    max(abs(sum.x), abs(sum.y)) < 0.4 * max(abs(step.x), abs(step.y))
  }
}
