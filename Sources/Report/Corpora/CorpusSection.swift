import Corpus
import Files
import Foundation
import IntensityStatistics
import Pictures
import Voxels
import Zarr

/// What a report says of a corpus: counts, where in each volume the patches lie, and how those of each kind look.
struct CorpusSection {
  private let corpus: PatchCorpus
  private(set) var section: Section

  /// Volumes that are drawn; of more, the first.
  private static let mostSources = 24

  init(_ corpus: PatchCorpus, id: String, title: String) {
    self.corpus = corpus
    section = Section(
      id: id, title: title, kind: "corpus", path: corpus.path,
      origin: Origin(
        in: PrivateDirectory.path(in: corpus.path), last: joinPath(corpus.path, "corpus.json")))
  }

  mutating func write() throws {
    let manifest = corpus.manifest
    section.summary =
      "\(numberText(corpus.takenCount)) of \(counted(corpus.patches.count, "patch", "patches")) of \(counted(manifest.sources.count, "volume"))"
    var rows = manifest.structures.map { structure in
      [
        escaped(structure.structure), numberText(structure.patches), numberText(structure.signal),
        numberText(structure.lowSignal),
        numberText(structure.lowSignalKept), numberText(structure.outside), numberText(structure.nearContrast),
        numberText(structure.taken),
      ]
    }
    func sum(_ number: (StructureSummary) -> Int) -> String {
      numberText(manifest.structures.reduce(0) { $0 + number($1) })
    }
    rows.append([
      "all", sum(\.patches), sum(\.signal), sum(\.lowSignal), sum(\.lowSignalKept), sum(\.outside), sum(\.nearContrast),
      sum(\.taken),
    ])
    section.add(
      table(
        [
          "structure", "patches", "signal", "low-signal", "of these kept", "outside", "near the contrast limit",
          "taken",
        ], rows,
        emphasised: [rows.count - 1]))
    judge()
    writeContrast()
    writeMaps()
    writeMontage()
  }

  private mutating func judge() {
    let patches = corpus.patches
    guard !patches.isEmpty else { return section.find(.error, "the corpus has no patches") }
    if corpus.takenCount == 0 { section.find(.error, "no patch is taken: nothing can be learned from this corpus") }
    for (number, source) in corpus.manifest.sources.enumerated() {
      let own = patches.filter { $0.source == number }
      let threshold = corpus.manifest.contrast(of: source)
      guard own.count >= 8 else { continue }
      let signal = own.count { $0.signalClass == .signal }
      let outside = own.count { $0.signalClass == .outside }
      let anchor = "\(section.id)-maps"
      let contrasts = own.map(\.tailContrast).sorted()
      let place = Double(contrasts.firstIndex { $0 >= threshold } ?? contrasts.count - 1)
      if outside == own.count {
        section.find(
          .error, "\(source.name): all \(own.count) patches are outside; the limit between air and tissue is too high",
          at: anchor)
      } else if signal == 0 {
        section.find(
          .error,
          "\(source.name): none of \(own.count) patches is signal; the largest contrast is \(numberText(contrasts.last!)), the threshold \(numberText(threshold))",
          at: "\(section.id)-contrast", miniature(contrasts, threshold: place))
      } else if threshold < 3.35, signal == own.count {
        section.find(
          .warning,
          "\(source.name): every patch is signal at a contrast threshold of \(numberText(threshold)), which white noise reaches (3.35)",
          at: "\(section.id)-contrast", miniature(contrasts, threshold: place))
      }
      let near = own.count(where: \.isNearContrast)
      if near * 3 > own.count {
        section.find(
          .warning,
          "\(source.name): \(percentText(Double(near) / Double(own.count))) of the patches lie near the contrast threshold of \(numberText(threshold)); another one would change the corpus",
          at: "\(section.id)-contrast", miniature(contrasts, threshold: place))
      }
    }
  }

  /// How the contrast of the patches is distributed, and where the threshold lies.
  private mutating func writeContrast() {
    // Each volume has a threshold of its own.
    let thresholds = corpus.manifest.sources.map(corpus.manifest.contrast)
    let contrasts = corpus.patches.map { $0.tailContrast / thresholds[$0.source] }.filter { $0.isFinite && $0 > 0 }
    guard let least = contrasts.min(), let most = contrasts.max() else { return }
    let (low, high) = (log10(min(least, 1) * 0.9), log10(max(most, 1) * 1.1))
    let count = 40
    let edges = (0...count).map { pow(10, low + (high - low) * Double($0) / Double(count)) }
    var values = [Double](repeating: 0, count: count)
    for contrast in contrasts {
      values[min(count - 1, Int((log10(contrast) - low) / (high - low) * Double(count)))] += 1
    }
    var chart = Chart(
      x: Axis("tail contrast (thresholds of the volume)", edges[0]...edges[count], isLogarithmic: true),
      y: Axis("patches", upTo: values))
    chart.layers = [.bars(edges: edges, values: values, .muted), .vertical(1, "signal from here", .vermillion)]
    section.heading("Contrast of the patches")
    section.add(
      figure(
        chart.svg("Distribution of the contrast of patches"),
        "All patches; those left of the line are low-signal, or outside.",
        id: "\(section.id)-contrast"))
  }

  // MARK: Maps

  private mutating func writeMaps() {
    section.heading("Where the patches lie")
    var maps = ""
    for (number, source) in corpus.manifest.sources.enumerated().prefix(Self.mostSources) {
      let own = corpus.patches.filter { $0.source == number }
      guard !own.isEmpty, source.place?.patches == nil else { continue }
      maps += figure(map(own, source), "\(escaped(source.name)), \(escaped(source.structure))")
    }
    let key = [
      ("var(--orange)", "signal"), ("var(--sky)", "low-signal"), ("var(--rule)", "outside"),
    ].map { "<span><i style=\"background:\($0.0)\"></i>\($0.1)</span>" }.joined()
    section.add(
      "<div class=\"figures\" id=\"\(section.id)-maps\">\(maps)</div><p class=\"key\">\(key)<span>● taken</span></p><p class=\"note\">A square is a patch; each block of squares is a layer of patches, from the first along z.</p>"
    )
    if corpus.manifest.sources.count > Self.mostSources {
      section.add("<p class=\"note\">The first \(Self.mostSources) of \(corpus.manifest.sources.count) volumes.</p>")
    }
  }

  /// A block of squares for each layer of patches, at most eight layers.
  private func map(_ patches: [Patch], _ source: CorpusSource) -> String {
    let layers = Set(patches.map(\.region.origin.z)).sorted()
    let step = max(1, (layers.count + 7) / 8)
    let shown = stride(from: 0, to: layers.count, by: step).map { layers[$0] }
    let columns = Set(patches.map(\.region.origin.x)).sorted()
    let rows = Set(patches.map(\.region.origin.y)).sorted()
    let column = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($0.element, $0.offset) })
    let row = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($0.element, $0.offset) })
    let edge = min(14.0, max(3, 150 / Double(max(columns.count, rows.count))))
    let (blockWidth, blockHeight) = (Double(columns.count) * edge + 10, Double(rows.count) * edge)
    let width = Double(shown.count) * blockWidth
    var text =
      "<svg viewBox=\"0 0 \(coordinate(width)) \(coordinate(blockHeight + 16))\" width=\"\(coordinate(width))\" style=\"max-width:100%;height:auto\" role=\"img\" aria-label=\"Classes of the patches of \(escaped(source.name))\">"
    for patch in patches {
      guard let block = shown.firstIndex(of: patch.region.origin.z) else { continue }
      let x = Double(block) * blockWidth + Double(column[patch.region.origin.x]!) * edge
      let y = Double(row[patch.region.origin.y]!) * edge
      let ink = patch.signalClass == .signal ? "orange" : patch.signalClass == .lowSignal ? "sky" : "rule"
      text +=
        "<rect x=\"\(coordinate(x))\" y=\"\(coordinate(y))\" width=\"\(coordinate(edge - 1))\" height=\"\(coordinate(edge - 1))\" style=\"fill:var(--\(ink))\"/>"
      if patch.isTaken {
        text +=
          "<circle cx=\"\(coordinate(x + edge / 2 - 0.5))\" cy=\"\(coordinate(y + edge / 2 - 0.5))\" r=\"\(coordinate(max(0.8, edge / 7)))\" style=\"fill:var(--ink)\"/>"
      }
    }
    for (block, z) in shown.enumerated() {
      text +=
        "<text class=\"tick\" x=\"\(coordinate(Double(block) * blockWidth))\" y=\"\(coordinate(blockHeight + 13))\">z \(z)</text>"
    }
    return text + "</svg>"
  }

  // MARK: Montage

  /// Six patches of each kind, spread over the table.
  private mutating func writeMontage() {
    let kinds: [(title: String, note: String, belongs: (Patch) -> Bool)] = [
      ("Taken", "signal", { $0.isTaken && $0.signalClass == .signal }),
      ("Retained", "low-signal, kept by chance", { $0.isTaken && $0.signalClass != .signal }),
      ("Borderline", "near the contrast threshold", { $0.isNearContrast }),
      ("Dropped", "low-signal or outside", { !$0.isTaken }),
    ]
    section.heading("Patches of each kind")
    var failure: String?
    for kind in kinds {
      let all = corpus.patches.indices.filter { kind.belongs(corpus.patches[$0]) }
      guard !all.isEmpty else {
        section.add("<p class=\"note\">\(kind.title): none (\(kind.note)).</p>")
        continue
      }
      var wall = ""
      for place in 0..<min(6, all.count) {
        let index = all[place * all.count / min(6, all.count)]
        do { wall += try thumbnail(corpus.patches[index]) } catch { failure = failure ?? plainText(of: error) }
      }
      section.add(
        "<p><b>\(kind.title)</b>, \(kind.note): \(counted(all.count, "patch", "patches"))</p><div class=\"wall\">\(wall)</div>"
      )
    }
    if let failure { section.find(.note, "some patches cannot be shown: \(failure)") }
    section.add("<p class=\"note\">The middle plane of each patch, with the contrast of its volume.</p>")
  }

  private func thumbnail(_ patch: Patch) throws -> String {
    let source = corpus.manifest.sources[patch.source]
    var plane = patch.region
    plane.origin.z += plane.extent.z / 2
    plane.extent.z = 1
    let buffer = try SourcePlanes.read(plane, of: patch, source, corpus)
    var values = [Float](repeating: 0, count: buffer.extent.count)
    values.withUnsafeMutableBufferPointer { copyNumbers(of: buffer, to: $0) }
    let view = ViewedPlane(width: buffer.extent.x, height: buffer.extent.y, values: values).reduced(to: 160)
    let range = source.normalisation
    let floor = Float(min(range.lowerClip, source.floor.mean))
    let window = ContrastWindow(black: floor, white: Float(max(range.mean + 4 * range.deviation, range.lowerClip + 1)))
    var image = ImageFigure(window.picture(view), voxelSize: source.voxelSizeInMicrometres, rows: 1, columns: 2) {
      axis in
      Double(plane.extent[axis]) / Double(axis == 1 ? view.height : view.width)
    }
    image.longestEdge = 140
    let origin = patch.region.origin
    return figure(
      try image.svg("Patch of \(source.name)"),
      "\(escaped(source.name)) \(origin.z), \(origin.y), \(origin.x)<br>contrast \(numberText(patch.tailContrast))")
  }
}
