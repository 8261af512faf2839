import Evaluation
import Files
import Inference
import IntensityStatistics
import VolumeFormats
import Voxels

/// An annotated volume in memory.
package final class AnnotatedVolume: SampledVolume {
  package let pair: AnnotatedPair
  /// Voxels as they are in the file; crops are normalised when they are cut.
  package let image: VoxelBuffer
  package let normalisation: Normalisation
  /// Which tiles a validation takes for background, as `infer` does; nil for none.
  private let background: BackgroundRule?
  package let labels: AnnotatedLabels
  /// The objects that the label volume tells apart; nil where they are the components of its foreground.
  private let objects: AnnotatedObjects?

  package init(
    pair: AnnotatedPair, image: VoxelBuffer, normalisation: Normalisation, background: BackgroundRule? = nil,
    labels: AnnotatedLabels, objects: AnnotatedObjects? = nil
  ) {
    precondition(image.extent == labels.extent)
    self.pair = pair
    self.image = image
    self.normalisation = normalisation
    self.background = background
    self.labels = labels
    self.objects = objects
  }

  package var extent: Extent { image.extent }
  package var centres: CropCentres { labels.centres }

  /// The same image with other labels, as a split of the annotation makes.
  package func relabelled(_ labels: AnnotatedLabels) -> AnnotatedVolume {
    AnnotatedVolume(
      pair: pair, image: image, normalisation: normalisation, background: background, labels: labels,
      objects: objects)
  }

  /// What `infer` would segment.
  var input: VolumeInput {
    VolumeInput(
      name: pair.imagePath, extent: extent, voxelType: image.type, chunk: Extent(1, extent.y, extent.x),
      normalisation: normalisation, background: background, intensity: .identity
    ) { [image] region, buffer, origin in buffer.copy(region, of: image, to: origin) }
  }

  /// What `evaluate` would compare a segmentation with.
  var reference: EvaluatedVolume {
    objects?.reference(labels, name: pair.labelPath)
      ?? EvaluatedVolume(
        name: pair.labelPath, VoxelBuffer(extent, labels.classes),
        classes: VoxelClasses(.labels { UInt8(exactly: $0) }))
  }

  /// How many objects are annotated, and how many of them are known to have fewer voxels than each of
  /// `sizes`, cut by no face of the volume.
  package func annotatedObjects(smallerThan sizes: [Int]) -> (count: Int, smaller: [Int]) {
    if let objects { return objects.count(in: labels, smallerThan: sizes) }
    let components = MeasuredObjects(extent) { [classes = labels.classes] in classes[$0] == VoxelClasses.foreground }
    return (components.count, sizes.map(components.count(smallerThan:)))
  }

  /// Reads image and labels.
  ///
  /// - Parameters:
  ///   - map: nil when nobody has said what the values mean: everything but 0 is foreground.
  ///   - source: the volume that this one was cut from, which it is normalised as; nil for the volume's own histogram.
  /// - Returns: the volume, and what its labels were taken for.
  /// - Throws: `Fault.badData` when the extents differ, naming both files, a label is not in the map, or the source has no
  ///   such values; as `VolumeInterpretation.init`.
  package static func read(
    _ pair: AnnotatedPair, map: LabelMap?, options: AnnotationOptions = AnnotationOptions(),
    source: SourceNormalisation? = nil
  ) throws -> (volume: AnnotatedVolume, labels: VolumeInterpretation) {
    let (imageSource, labelSource) = try open(pair, options)
    let image = try imageSource.readAll()
    let labelVoxels = try labelSource.readAll()
    var context = VolumeInterpretation.Context(.label)
    context.map = map
    context.told = options.labelIs
    let interpretation = try VolumeInterpretation(
      of: labelSource.description, at: pair.labelPath, ValueCensus(labelVoxels), context)
    let map = map ?? .standard
    let labels = AnnotatedLabels(
      extent: image.extent, classes: try map.rule.classes(of: labelVoxels, name: pair.labelPath))
    guard labels.annotatedCount > 0 else {
      throw Fault.badData(
        "\(pair.labelPath) has no annotated voxel: the label map '\(map.text)' ignores all of them")
    }
    let grid = StatisticsGrid(volume: image.extent, type: image.type, run: image.extent.x)
    grid.add(image, at: .zero)
    let statistics = try StoreStatistics(grid, name: pair.imagePath)
    try source?.require(statistics, name: pair.imagePath)
    let volume = AnnotatedVolume(
      pair: pair, image: image, normalisation: source?.constants ?? statistics.normalisation,
      background: BackgroundRule(statistics), labels: labels,
      // As `evaluate` decides it.
      objects: interpretation.meaning == .instances
        ? AnnotatedObjects(labelVoxels, classes: labels.classes) : nil)
    return (volume, interpretation)
  }

  /// Opens both volumes and compares their extents, reading no voxels.
  package static func open(
    _ pair: AnnotatedPair, _ options: AnnotationOptions
  ) throws -> (image: any VolumeSource, labels: any VolumeSource) {
    let image = try options.choice(for: pair.image).open(pair.imagePath, dataset: pair.image.dataset)
    let labels = try options.choice(for: pair.label).open(pair.labelPath, dataset: pair.label.dataset)
    try options.choice(for: pair.label).requireOneChannel(of: labels.description)
    let (imageExtent, labelExtent) = (image.description.extent, labels.description.extent)
    guard imageExtent == labelExtent else {
      throw Fault.badData(
        "\(pair.imagePath) has \(imageExtent) voxels (z, y, x) but its labels \(pair.labelPath) have "
          + "\(labelExtent); expected the same extent\(Comparison.reversalAdvice(imageExtent, labelExtent))")
    }
    guard !imageExtent.isEmpty else {
      throw Fault.badData("\(pair.imagePath) has no voxels: its extent is \(imageExtent)")
    }
    return (image, labels)
  }

  /// How many voxels of a label volume are annotated outside of planes that are held back; it is read where the map ignores
  /// values.
  ///
  /// - Throws: `Fault.badData` when a label is not in the map, or of a file that cannot be read.
  package static func annotatedVoxels(
    of labels: any VolumeSource, map: LabelMap, holdingBack planes: Set<Int>
  ) throws -> Int {
    let extent = labels.description.extent
    let kept = (0..<extent.z).filter { !planes.contains($0) }
    let planeCount = extent.y * extent.x
    guard map.ignoresValues else { return kept.count * planeCount }
    let classes = try map.rule.classes(of: labels.readAll(), name: labels.description.path)
    return kept.reduce(0) { count, z in
      count + classes[(z * planeCount)..<((z + 1) * planeCount)].count { $0 != VoxelClasses.ignored }
    }
  }

  /// What is doubtful about two opened volumes as a pair.
  static func doubts(_ image: VolumeDescription, _ labels: VolumeDescription) -> [String] {
    var doubts = [image, labels].flatMap { $0.doubts(voxelSizeMatters: false) }
    if let content = image.content {
      doubts.append(
        "\(image.path) says that it holds \(content.kind.rawValue), but it is given as an image; check that image and labels are not exchanged"
      )
    }
    if let first = image.voxelSizeInMicrometres, let second = labels.voxelSizeInMicrometres,
      (0..<3).contains(where: { abs(first[$0] - second[$0]) > 0.01 * max(first[$0], second[$0]) })
    {
      doubts.append(
        "the voxels of \(image.path) are \(first), those of its labels \(labels.path) \(second), although they have one extent; check that they show the same part at the same resolution"
      )
    }
    return doubts
  }

  /// Memory for the volume and its labels, in bytes.
  static func memoryInBytes(_ description: VolumeDescription) -> Int {
    description.byteCount + description.extent.count
  }

  package func cut(_ region: Region) -> (image: [Float], classes: [UInt8]) {
    let inside = region.intersection(Region(extent))
    let target = inside.relative(to: region.origin).origin
    var image = [Float](repeating: Float(normalisation.background), count: region.count)
    var classes = [UInt8](repeating: VoxelClasses.ignored, count: region.count)
    if inside.isEmpty { return (image, classes) }
    image.withUnsafeMutableBufferPointer {
      normalisation.apply(to: inside, of: self.image, into: $0.baseAddress!, extent: region.extent, at: target)
    }
    for z in 0..<inside.extent.z {
      for y in 0..<inside.extent.y {
        let from = extent.index(of: inside.origin + Coordinate(z, y, 0))
        let to = region.extent.index(of: target + Coordinate(z, y, 0))
        for x in 0..<inside.extent.x { classes[to + x] = labels.classes[from + x] }
      }
    }
    return (image, classes)
  }
}
