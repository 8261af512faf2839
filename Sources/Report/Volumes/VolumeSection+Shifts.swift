/// What lies beside its place: parts of the volume, single planes, or every plane a little.
extension VolumeSection {
  mutating func findShifts() throws {
    let at = "\(section.id)-projections"
    let displacements = Displacement.find(in: voxels)
    for found in displacements.prefix(4) {
      section.find(
        .error, "the volume is shifted from \(axisName(found.axis)) = \(found.plane) on, by \(found.shiftText)", at: at,
        miniature(found.differences, marked: [found.index]))
    }
    let shifts = try PlaneShifts(store.levels[0], voxels, threads: threads)
    let steps = shifts.steps
    if let drift = shifts.drift {
      let axis = abs(drift.mean.x) >= abs(drift.mean.y) ? 0 : 1
      var sum = 0.0
      let path = steps.map { step -> Double in
        sum += step[axis]
        return sum
      }
      section.find(
        .warning,
        "the planes drift: each lies \(PlaneShifts.text(drift.mean, from: 0.01)) beside the one before, "
          + "\(PlaneShifts.text(drift.total, from: 1)) in all; the stage moved, or everything runs obliquely",
        at: at, miniature(path))
    }
    // Those of displacements are named already.
    let jumps = shifts.jumps.filter { jump in
      !displacements.contains { $0.axis == 0 && abs(Double($0.plane - 1 - jump.index)) <= 2 * voxels.factor[0] }
    }
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
