import Foundation
import IntensityStatistics
import Pictures
import Voxels
import Zarr

/// What a report says of a volume: projections, histogram, brightness along z, and what is wrong with it.
struct VolumeSection {
  let store: Store
  let threads: Int
  var section: Section
  private let statistics: StoreStatistics?
  let voxels: LevelVoxels
  /// The value from which on voxels are saturated.
  private var saturation: Double?
  /// Histogram and planes, side by side.
  private var charts = ""
  private let voxelSize: VoxelSize?

  init(_ store: Store, id: String, title: String, threads: Int) throws {
    self.store = store
    self.threads = threads
    section = Section(
      id: id, title: title, kind: "store", path: store.path,
      origin: Origin(in: store.ownDirectory, last: store.lastFile))
    let path = StoreStatistics.path(inStore: store.path)
    statistics = FileManager.default.fileExists(atPath: path) ? try StoreStatistics.load(store.path) : nil
    voxelSize = store.voxelSizeInMicrometres
    voxels = try LevelVoxels(store.levels, threads: threads)
  }

  /// The brightness of no light.
  private var background: Double {
    if let statistics { return statistics.model.noise.level }
    let step = max(1, voxels.values.count / 200_000)
    let sample = stride(from: 0, to: voxels.values.count, by: step).map { voxels.values[$0] }.sorted()
    return Double(sample[sample.count / 100])
  }

  mutating func write() throws {
    let size = voxelSize.map { size in "\(store.extent) voxels of \(size.description)" } ?? "\(store.extent) voxels"
    section.summary = size
    var facts = [["extent", size], ["voxel type", store.voxelType.rawValue]]
    for (name, key) in [("structure", "structure"), ("category", "category")] {
      if let value = store.sheafAttributes[key]?.asString { facts.append([name, escaped(value)]) }
    }
    if let voxelSize {
      let edges = (0..<3).map { axis in lengthText(Double(store.extent[axis]) * voxelSize[axis]) }
      facts.append(["size", edges.joined(separator: " × ")])
    } else if section.origin?.warnings.contains(where: { $0.contains("voxel size is unknown") }) != true {
      section.find(
        .note, "the voxel size is unknown: lengths are in voxels; give it to `sheaf tile` with --voxel-size Z,Y,X")
    }
    facts.append(["levels", "\(store.levels.count), shown from level \(voxels.level)"])
    section.add(factLine(facts))
    try writeProjections()
    writeHistogram()
    try writeAlongZ()
    try findShifts()
  }

  private mutating func writeProjections() throws {
    section.heading("Maximum projections")
    var figures = ""
    let planes = (0..<3).map { voxels.projection($0) }
    // One contrast for all three.
    let all = planes.flatMap(\.values)
    let window = ContrastWindow(ViewedPlane(width: all.count, height: 1, values: all))
    for (axis, plane) in planes.enumerated() {
      let (rows, columns) = (axis == 0 ? 1 : 0, axis == 2 ? 1 : 2)
      let picture = window.picture(plane.reduced(to: 640))
      let shrunk = (Double(plane.height) / Double(picture.height), Double(plane.width) / Double(picture.width))
      let factor = voxels.factor
      var image = ImageFigure(picture, voxelSize: voxelSize, rows: rows, columns: columns) { axis in
        factor[axis] * (axis == rows ? shrunk.0 : shrunk.1)
      }
      image.longestEdge = axis == 0 ? 420 : 280
      figures += figure(
        try image.svg("Maximum along \(axisName(axis)) of \(section.title)"),
        "along \(axisName(axis)): rows are \(axisName(rows)), columns \(axisName(columns))")
    }
    section.add("<div class=\"figures\" id=\"\(section.id)-projections\">\(figures)</div>")
    section.add(
      "<p class=\"note\">Black is \(numberText(Double(window.black))), white \(numberText(Double(window.white))): the 0.5th and 99.7th percentile of the projections\(voxels.planeStride > 1 ? "; of every \(voxels.planeStride)th plane" : "").</p>"
    )
  }

  private mutating func writeHistogram() {
    guard let statistics else { return }
    let (binning, histogram) = (statistics.grid.binning, statistics.grid.histogram)
    let floor = statistics.floor
    let counts = histogram.enumerated().filter { $0.element > 0 && $0.offset <= binning.lastBin }
    let total = counts.reduce(0.0) { $0 + Double($1.element) }
    var (below, top) = (0.0, 0)
    for (bin, count) in counts {
      below += Double(count)
      top = bin
      if below > 0.9999 * total { break }
    }
    guard let first = counts.first?.offset, top > first else {
      section.find(.error, "all voxels have the same value, \(numberText(binning.middle(top)))", at: section.id)
      return
    }
    let (low, high) = (binning.lowest(first), max(binning.highest(top), statistics.model.surround.limit))
    let barCount = min(160, max(1, top - first + 1))
    let edges = (0...barCount).map { low + (high - low) * Double($0) / Double(barCount) }
    var values = [Double](repeating: 0, count: barCount)
    for (bin, count) in counts where bin <= top {
      values[min(barCount - 1, max(0, Int((binning.middle(bin) - low) / (high - low) * Double(barCount))))] += Double(
        count)
    }
    var chart = Chart(
      x: Axis("intensity (counts)", low...high),
      y: Axis("voxels", 0.8...(values.max()! * 1.5), isLogarithmic: true))
    chart.layers = [
      .band((floor.mean - floor.deviation)...(floor.mean + floor.upperDeviation), .sky),
      .bars(edges: edges, values: values, .muted), .vertical(floor.mean, "noise floor", .sky),
    ]
    let surround = statistics.model.surround
    if surround.kind == .air { chart.layers.append(.vertical(surround.limit, "tissue from here", .green)) }
    chart.layers.append(.vertical(statistics.normalisation.upperClip, "clipped from here", .purple))
    let saturation =
      statistics.normalisation.saturation ?? pileUp(counts.map { (binning.middle($0.offset), Double($0.element)) })
    self.saturation = saturation
    if let saturation { chart.layers.append(.vertical(saturation, "saturated", .vermillion)) }
    let id = "\(section.id)-histogram"
    chart.width = 500
    charts += figure(
      chart.svg("Histogram of \(section.title)"),
      "Noise floor \(numberText(floor.mean)) ± \(numberText(floor.deviation)) counts; \(escaped(surround.text(digits: 3))). Networks see \(numberText(statistics.normalisation.lowerClip)) to \(numberText(statistics.normalisation.upperClip)), mean \(numberText(statistics.normalisation.mean)), standard deviation \(numberText(statistics.normalisation.deviation)).",
      id: id)
    if statistics.notANumberCount > 0 {
      section.find(
        .warning,
        "\(counted(statistics.notANumberCount, "voxel is", "voxels are")) not a number and count as background", at: id)
    }
    if surround.kind == .everything, statistics.signal(of: Region(store.extent)).signalClass != .signal {
      section.find(.error, "the volume holds nothing but noise: no cell of it shows structure", at: id)
    }
    if let overlap = surround.overlap, overlap > 0.5 {
      section.find(
        .warning,
        "air and tissue are hardly told apart: between them lie \(percentText(overlap)) as many cells as in the lower peak",
        at: id)
    }
    if let saturation {
      let saturated = counts.filter { binning.lowest($0.offset) >= saturation }.reduce(0.0) { $0 + Double($1.element) }
      let share = saturated / total
      if share >= 0.0005 {
        let shape = values.map { log10($0 + 1) }
        section.find(
          share >= 0.01 ? .error : .warning,
          "\(percentText(share)) of the voxels are saturated at \(numberText(saturation, digits: 5)) counts: bright structures have lost their differences",
          at: id, miniature(shape, marked: [shape.count - 1]))
      }
    }
  }

  /// The largest value, where voxels pile up at it: more than twice as many as in the last fiftieth below, of many values.
  private func pileUp(_ counts: [(value: Double, count: Double)]) -> Double? {
    guard counts.count >= 64, let last = counts.last else { return nil }
    let near = counts.dropLast().filter { $0.value > last.value * 0.98 }.reduce(0) { $0 + $1.count }
    let total = counts.reduce(0) { $0 + $1.count }
    return last.count > 2 * near && last.count > 0.0001 * total ? last.value : nil
  }

  private mutating func writeAlongZ() throws {
    let profile = try PlaneMeans(
      store.levels[0], voxels, saturation: saturation, threads: threads)
    let background = self.background
    let faults = PlaneFaults(profile.means, background: background)
    let id = "\(section.id)-planes"
    var chart = Chart(
      x: Axis("plane (z, from 0)", 0...Double(max(1, profile.means.count - 1))),
      y: Axis("mean intensity (counts)", upTo: profile.means + [background], fromZero: false))
    for run in faults.runs {
      chart.layers.append(
        .band((Double(run.planes.lowerBound) - 0.5)...(Double(run.planes.upperBound) + 0.5), .vermillion))
    }
    chart.layers.append(.horizontal(background, "no light", .sky))
    let points = profile.means.enumerated().map { Chart.Point(x: Double($0.offset), y: $0.element) }
    chart.layers.append(.line(thinned(points), .blue))
    let saturated = profile.saturatedShares.enumerated().filter { $0.element >= 0.02 }
    for (z, _) in saturated.prefix(64) {
      chart.layers.append(.vertical(Double(z), "", .orange))
    }
    chart.width = 500
    let reading =
      profile.coverage >= 1
      ? "Means of whole planes" : "Means of the brightest part of each plane, \(percentText(profile.coverage)) of it"
    charts += figure(
      chart.svg("Mean intensity of each plane of \(section.title)"),
      "\(reading). Planes usually differ by \(percentText(faults.flicker)) from what their neighbours let expect\(faults.runs.isEmpty ? "" : "; the shaded planes do not fit them").",
      id: id)
    section.heading("Histogram, noise floor and thresholds; mean intensity along z")
    section.add("<div class=\"figures pair\">\(charts)</div>")
    report(faults, profile, at: id)
    let shares = profile.saturatedShares
    if !saturated.isEmpty, let worst = saturated.max(by: { $0.element < $1.element }) {
      let usual = median(shares)
      // Where all planes are alike, the volume's share says it.
      if worst.element > 4 * usual + 0.01 {
        section.find(
          .warning,
          "\(planesText(saturated.map(\.offset))) saturated: in plane \(worst.offset) \(percentText(worst.element)) of the voxels",
          at: id,
          miniature(shares, marked: saturated.map(\.offset)))
      }
    }
    if faults.flicker > 0.08 {
      section.find(
        .note, "brightness flickers from plane to plane by \(percentText(faults.flicker))", at: id,
        miniature(profile.means))
    }
    findDriftAndStripes(background, at: id)
  }

  private mutating func report(_ faults: PlaneFaults, _ profile: PlaneMeans, at id: String) {
    for run in faults.runs.prefix(6) {
      let planes =
        run.planes.count == 1
        ? "plane \(run.planes.lowerBound) is" : "planes \(run.planes.lowerBound) to \(run.planes.upperBound) are"
      let change = percentText(abs(run.change))
      section.find(
        abs(run.change) >= 0.5 ? .error : .warning,
        run.change <= -0.98
          ? "\(planes) dark: no light above the background, where the neighbours have it"
          : "\(planes) \(run.change < 0 ? "darker" : "brighter") than the neighbours by \(change)", at: id,
        miniature(profile.means, marked: Array(run.planes)))
    }
    for jump in faults.jumps.prefix(4) {
      let change = jump.ratio > 1 ? jump.ratio - 1 : 1 - jump.ratio
      section.find(
        .warning,
        "brightness jumps \(jump.ratio > 1 ? "up" : "down") by \(percentText(change)) between planes \(jump.after) and \(jump.after + 1), and stays",
        at: id, miniature(profile.means, marked: [jump.after, jump.after + 1]))
    }
    if faults.runs.count > 6 {
      section.find(
        .error, "\(counted(faults.runs.count - 6, "more plane", "more places along z")) do not fit their neighbours",
        at: id,
        miniature(profile.means, marked: faults.runs.map(\.planes.lowerBound)))
    }
  }

  /// A brightness that tissue exceeds also where it has faded: a third of that of the brighter voxels.
  private func tissueLimit(_ background: Double) -> Double {
    let step = max(1, voxels.values.count / 200_000)
    let sample = stride(from: 0, to: voxels.values.count, by: step).map { Double(voxels.values[$0]) }
    let mean = sample.reduce(0, +) / Double(sample.count)
    let bright = sample.filter { $0 > mean }
    return background + 0.35 * ((bright.isEmpty ? mean : median(bright)) - background)
  }

  private mutating func findDriftAndStripes(_ background: Double, at id: String) {
    let limit = tissueLimit(background)
    let voxels = self.voxels
    let light = (0..<voxels.extent.z).map { z -> Double in
      let plane = voxels.plane(0, z, bin: 1).values
      let step = max(1, plane.count / 20_000)
      let tissue = stride(from: 0, to: plane.count, by: step).map { Double(plane[$0]) }.filter { $0 >= limit }
      return tissue.count * step * 10 >= plane.count ? median(tissue) - background : .nan
    }
    if let drift = Drift(light), drift.ratio < 0.6 || drift.ratio > 1 / 0.6 {
      let (first, last) = (drift.planes.lowerBound, drift.planes.upperBound)
      let at0 = { (index: Int) in Int(Double(index) * voxels.factor[0]) }
      let (change, word) =
        drift.ratio < 1 ? (1 - drift.ratio, "darker") : (1 - 1 / drift.ratio, "brighter")
      section.find(
        .note,
        "tissue gets \(word) from plane \(at0(first)) to \(at0(last)), by \(percentText(change)): bleaching, or attenuation with depth",
        at: id, miniature(light))
    }
    if let stripes = Stripes(voxels, background: background) {
      for (along, across, share) in [("x", stripes.columns, stripes.rows), ("y", stripes.rows, stripes.columns)]
      where share > 0.05 && share > 2.5 * across {
        section.find(
          .note, "stripes along \(along): neighbouring lines differ by \(percentText(share)) of the light",
          at: "\(section.id)-projections")
      }
    }
  }
}

extension Surround {
  /// As `text`, with rounded numbers.
  func text(digits: Int) -> String {
    kind == .air ? "air, tissue from \(numberText(limit, digits: digits)) on" : text
  }
}
