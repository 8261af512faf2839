import Components
import Foundation
import Pictures
import Voxels

/// How large the objects are, how many there are where, and a map of that.
struct ObjectDistributions {
  private let volume: PredictedVolume
  private let columns: ObjectColumns?

  init(_ volume: PredictedVolume, _ objects: ObjectList) {
    self.volume = volume
    columns = ObjectColumns(objects)
  }

  func write(into section: inout Section) {
    guard let columns, columns.count >= 2 else { return }
    section.heading("Sizes and density")
    var figures = sizes(columns, section)
    figures += densities(columns, section)
    section.add("<div class=\"figures pair\">\(figures)</div>")
    if let map = map(columns, section) { section.add(map) }
  }

  private func sizes(_ columns: ObjectColumns, _ section: Section) -> String {
    let size = volume.voxelSize
    let voxelVolume = size.map { $0.z * $0.y * $0.x }
    // The diameter of a ball of the same volume; in voxels where lengths are unknown.
    let values = columns.voxels.filter { $0 > 0 }.map { voxels in
      voxelVolume.map { pow(6 * voxels * $0 / .pi, 1.0 / 3) } ?? voxels
    }
    guard let least = values.min(), let most = values.max() else { return "" }
    let (low, high) = (log10(least * 0.95), log10(max(most, least * 1.2) * 1.05))
    let count = 36
    let edges = (0...count).map { pow(10, low + (high - low) * Double($0) / Double(count)) }
    var bars = [Double](repeating: 0, count: count)
    for value in values { bars[min(count - 1, Int((log10(value) - low) / (high - low) * Double(count)))] += 1 }
    let title = size == nil ? "size (voxels)" : "diameter of a ball of the same volume (µm)"
    var chart = Chart(x: Axis(title, edges[0]...edges[count], isLogarithmic: true), y: Axis("objects", upTo: bars))
    let middle = median(values)
    chart.layers = [
      .bars(edges: edges, values: bars, .blue), .vertical(middle, "median \(numberText(middle))", .vermillion),
    ]
    chart.width = 500
    return figure(
      chart.svg("Sizes of the objects"), "Sizes of \(counted(columns.count, "object"))", id: "\(section.id)-sizes")
  }

  /// Boxes of about equal edges along all axes: about six objects in each on average, at most 16 along the longest axis.
  private var cells: (counts: [Int], edges: [Double]) {
    let extent = volume.extent
    let lengths = (0..<3).map { Double(extent[$0]) * (volume.voxelSize?[$0] ?? 1) }
    let boxes = Double(max(1, columns?.count ?? 1)) / 6
    let edge = max(lengths.max()! / 16, pow(lengths.reduce(1, *) / max(8, boxes), 1.0 / 3))
    let counts = lengths.map { max(1, Int(($0 / edge).rounded())) }
    return (counts, zip(lengths, counts).map { $0 / Double($1) })
  }

  private func densities(_ columns: ObjectColumns, _ section: Section) -> String {
    let (counts, edges) = cells
    var found = [Double](repeating: 0, count: counts.reduce(1, *))
    for row in 0..<columns.count {
      var index = 0
      for axis in 0..<3 { index = index * counts[axis] + cell(columns.centroids[axis][row], axis, counts[axis]) }
      found[index] += 1
    }
    let unit = volume.voxelSize == nil ? "10⁶ voxels" : "mm³"
    let cellVolume = edges.reduce(1, *) / (volume.voxelSize == nil ? 1e6 : 1e9)
    let densities = found.map { $0 / cellVolume }
    let used = densities.filter { $0 > 0 }
    guard let most = used.max() else { return "" }
    let count = 24
    let barEdges = (0...count).map { most * 1.0001 * Double($0) / Double(count) }
    var bars = [Double](repeating: 0, count: count)
    for density in used { bars[min(count - 1, Int(density / most / 1.0001 * Double(count)))] += 1 }
    var chart = Chart(x: Axis("objects per \(unit)", 0...barEdges[count]), y: Axis("boxes", upTo: bars))
    chart.layers = [.bars(edges: barEdges, values: bars, .green)]
    chart.width = 500
    let box = edges.map { volume.voxelSize == nil ? numberText($0) : lengthText($0) }.joined(separator: " × ")
    return figure(
      chart.svg("Local density of the objects"),
      "Local density in boxes of \(box); \(counted(densities.count - used.count, "box", "boxes")) of \(numberText(densities.count)) without an object"
    )
  }

  private func cell(_ place: Double, _ axis: Int, _ count: Int) -> Int {
    guard place.isFinite else { return 0 }
    let share = min(max((place + 0.5) / Double(volume.extent[axis]), 0), 1)
    return min(count - 1, Int(share * Double(count)))
  }

  /// Objects in columns along z.
  private func map(_ columns: ObjectColumns, _ section: Section) -> String? {
    let extent = volume.extent
    let lengths = (0..<3).map { Double(extent[$0]) * (volume.voxelSize?[$0] ?? 1) }
    // Three objects in each column on average.
    let edge = max(
      max(lengths[1], lengths[2]) / 64, (lengths[1] * lengths[2] / max(16, Double(columns.count) / 3)).squareRoot())
    let (rows, width) = (max(1, Int((lengths[1] / edge).rounded())), max(1, Int((lengths[2] / edge).rounded())))
    var counts = [Double](repeating: 0, count: rows * width)
    for row in 0..<columns.count {
      counts[cell(columns.centroids[1][row], 1, rows) * width + cell(columns.centroids[2][row], 2, width)] += 1
    }
    let unit = volume.voxelSize == nil ? "10⁶ voxels" : "mm³"
    let column =
      lengths[0] * (lengths[1] / Double(rows)) * (lengths[2] / Double(width)) / (volume.voxelSize == nil ? 1e6 : 1e9)
    let most = counts.max() ?? 0
    guard most > 0 else { return nil }
    var picture = Picture(width: width, height: rows)
    for row in 0..<rows { for x in 0..<width { picture[row, x] = .ofDensity(counts[row * width + x] / most) } }
    var image = ImageFigure(picture, voxelSize: volume.voxelSize, rows: 1, columns: 2) { axis in
      Double(extent[axis]) / Double(axis == 1 ? rows : width)
    }
    image.longestEdge = 420
    guard let svg = try? image.svg("Density map of the objects") else { return nil }
    let bar =
      "<span>0 <i style=\"width:120px;background:linear-gradient(90deg,#00224e,#243d6c,#575d6d,#7c7b78,#a59b73,#d2c060,#fee838)\"></i>\(numberText(most / column)) objects per \(unit)</span>"
    return figure(
      svg + "<p class=\"key\">\(bar)</p>", "Density map, along z; rows are y, columns x", id: "\(section.id)-map")
  }
}
