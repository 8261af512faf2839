import Components
import Foundation
import Pictures
import Synchronization
import Threads
import Voxels
import Zarr

/// Predictions over the image where it matters: the largest, the smallest and the least certain objects, and those that
/// blocks were stitched across.
struct ObjectGallery {
  private let volume: PredictedVolume
  private let columns: ObjectColumns?
  private let threads: Int
  private static let perKind = 6
  /// Objects whose certainty is measured; of more, a sample.
  private static let mostMeasured = 400
  /// The widest view, in voxels.
  private static let widest = 600

  init(_ volume: PredictedVolume, _ objects: ObjectList, threads: Int) {
    self.volume = volume
    columns = ObjectColumns(objects)
    self.threads = threads
  }

  mutating func write(into section: inout Section) throws {
    guard let columns, let labels = volume.labels?.levels[0] else { return }
    section.heading("Objects")
    let bySize = (0..<columns.count).sorted {
      columns.voxels[$0] == columns.voxels[$1] ? $0 < $1 : columns.voxels[$0] > columns.voxels[$1]
    }
    add("Largest", Array(bySize.prefix(Self.perKind)), labels, &section) {
      "\(numberText(Int(columns.voxels[$0]))) voxels"
    }
    add("Smallest", bySize.suffix(Self.perKind).reversed(), labels, &section) {
      "\(numberText(Int(columns.voxels[$0]))) voxels"
    }
    let certainty = try certainties(columns, labels)
    if !certainty.isEmpty {
      let least = certainty.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value < $1.value }.prefix(Self.perKind)
      let note = certainty.count < columns.count ? "Least certain of \(numberText(certainty.count))" : "Least certain"
      add(note, least.map(\.key), labels, &section) { "mean probability \(String(format: "%.2f", certainty[$0]!))" }
    }
    try writeSeams(columns, labels, &section)
  }

  private func add(
    _ title: String, _ rows: [Int], _ labels: ZarrArray, _ section: inout Section, _ note: (Int) -> String
  ) {
    var wall = ""
    for row in rows {
      guard let svg = try? view(of: row, labels) else { continue }
      wall += figure(svg, "object \(numberText(Int(columns!.ids[row])))<br>\(note(row))")
    }
    if !wall.isEmpty { section.add("<p><b>\(escaped(title))</b></p><div class=\"wall\">\(wall)</div>") }
  }

  /// The plane through the object's centre, a little more than the object, with outlines.
  private func view(of row: Int, _ labels: ZarrArray, seam: (axis: Int, at: Int)? = nil) throws -> String? {
    guard let columns, let box = columns.box(row, in: labels.extent) else { return nil }
    let centre = columns.centroids.map { $0[row] }
    var plane = Region(labels.extent)
    let z = min(max(box.origin.z, Int(centre[0].isFinite ? centre[0].rounded() : 0)), box.end.z - 1)
    (plane.origin.z, plane.extent.z) = (z, 1)
    for axis in 1...2 {
      let edge = min(labels.extent[axis], min(Self.widest, max(48, box.extent[axis] * 3 / 2)))
      let middle = seam?.axis == axis ? seam!.at : box.origin[axis] + box.extent[axis] / 2
      plane.origin[axis] = min(max(0, middle - edge / 2), labels.extent[axis] - edge)
      plane.extent[axis] = edge
    }
    let ids = try LabelNumbers.of(labels.read(plane))
    let (width, height) = (plane.extent.x, plane.extent.y)
    var grey = Picture(width: width, height: height, fill: .grey(24))
    if let image = volume.image {
      let buffer = try image.read(plane)
      var values = [Float](repeating: 0, count: buffer.extent.count)
      values.withUnsafeMutableBufferPointer { copyNumbers(of: buffer, to: $0) }
      let brightness = ViewedPlane(width: width, height: height, values: values)
      grey = ContrastWindow(brightness, low: 1, high: 99.8).picture(brightness)
    }
    let own = UInt64(columns.ids[row])
    // The object in one colour, others in another.
    let shown = ViewedPlane(
      width: width, height: height, values: ids.map { id -> UInt64 in id == 0 ? 0 : id == own ? 1 : 2 })
    let magnification = max(1, 280 / max(width, height))
    let picture = Self.outlined(shown, over: grey, magnification)
    var figure = ImageFigure(picture, voxelSize: volume.voxelSize, rows: 1, columns: 2) { _ in 1 / Double(magnification)
    }
    figure.longestEdge = 140
    if let seam {
      let at = Double(seam.at - plane.origin[seam.axis]) / Double(plane.extent[seam.axis])
      figure.lines = [seam.axis == 1 ? (0, at, 1, at) : (at, 0, at, 1)]
    }
    return try figure.svg("Object \(own)")
  }

  private static func outlined(_ labels: ViewedPlane<UInt64>, over picture: Picture, _ magnification: Int) -> Picture {
    var result = picture.magnified(magnification)
    func id(_ row: Int, _ column: Int) -> UInt64 {
      guard (0..<result.height).contains(row), (0..<result.width).contains(column) else { return 0 }
      return labels[row / magnification, column / magnification]
    }
    for row in 0..<result.height {
      for column in 0..<result.width {
        let own = id(row, column)
        guard own != 0,
          [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)].contains(where: {
            id($0.0, $0.1) != own
          })
        else { continue }
        result[row, column] = (own == 1 ? Palette.orange : Palette.sky).colour
      }
    }
    return result
  }

  // MARK: Certainty

  /// The mean probability of the voxels of objects, by row.
  private func certainties(_ columns: ObjectColumns, _ labels: ZarrArray) throws -> [Int: Double] {
    guard let store = volume.probabilities, store.extent == labels.extent else { return [:] }
    let array = store.levels[0]
    let one = store.declaredContent?.one ?? 1
    let step = max(1, (columns.count + Self.mostMeasured - 1) / Self.mostMeasured)
    let rows = stride(from: 0, to: columns.count, by: step).filter {
      (columns.box($0, in: labels.extent)?.count ?? .max) <= 1 << 18
    }
    let found = Mutex<[Int: Double]>([:])
    try parallelForEach(count: rows.count, threads: threads) { index in
      let box = columns.box(rows[index], in: labels.extent)!
      let ids = try LabelNumbers.of(labels.read(box))
      let buffer = try array.read(box)
      var values = [Float](repeating: 0, count: box.count)
      values.withUnsafeMutableBufferPointer { copyNumbers(of: buffer, to: $0) }
      let own = UInt64(columns.ids[rows[index]])
      var (sum, count) = (0.0, 0)
      for (place, id) in ids.enumerated() where id == own {
        sum += Double(values[place])
        count += 1
      }
      if count > 0 { found.withLock { $0[rows[index]] = sum / Double(count) / one } }
    }
    return found.withLock { $0 }
  }

  // MARK: Seams

  /// Objects across the borders of blocks, and whether borders cut objects: far more objects that end at a border than one
  /// voxel before or behind it were not stitched.
  private func writeSeams(_ columns: ObjectColumns, _ labels: ZarrArray, _ section: inout Section) throws {
    let block = labels.shards.cell
    var across: [(row: Int, axis: Int, at: Int)] = []
    var (atBorder, besideBorder) = (0, 0)
    for row in 0..<columns.count {
      for axis in 0..<3 where block[axis] < labels.extent[axis] {
        let (start, end) = (Int(exactly: columns.start(axis, row)) ?? 0, Int(exactly: columns.end(axis, row)) ?? 0)
        let at = (start / block[axis] + 1) * block[axis]
        if axis > 0, at > start, at < end { across.append((row, axis, at)) }
        for edge in [start, end] where edge > 1 && edge < labels.extent[axis] - 1 {
          switch edge % block[axis] {
          case 0: atBorder += 1
          case 2, block[axis] - 2: besideBorder += 1
          default: break
          }
        }
      }
    }
    let id = "\(section.id)-seams"
    if !across.isEmpty {
      let step = max(1, across.count / Self.perKind)
      var wall = ""
      for number in 0..<min(Self.perKind, across.count) {
        let one = across[number * step]
        guard let svg = try view(of: one.row, labels, seam: (one.axis, one.at)) else { continue }
        wall += figure(svg, "object \(numberText(Int(columns.ids[one.row])))<br>\(axisName(one.axis)) = \(one.at)")
      }
      section.add(
        "<p id=\"\(id)\"><b>Block seams</b>: \(counted(across.count, "place")) where an object crosses the border of a block (dashed)</p><div class=\"wall\">\(wall)</div>"
      )
    }
    // Two neighbouring positions make `besideBorder` twice as likely as one at the border.
    if atBorder >= 12, atBorder > 3 * (besideBorder / 2 + 2) {
      section.find(
        .error,
        "\(counted(atBorder, "object ends", "objects end")) exactly at the border of a block, \(numberText(besideBorder / 2)) would be usual: objects are cut there",
        at: across.isEmpty ? section.id : id)
    }
  }
}
