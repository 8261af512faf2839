import Architectures
import Files
import Inference
import Networks
import Scratch
import Testing
import Torch
import Voxels

/// Means over several networks and over mirrored tiles.
@Suite struct EnsembleTests {
  private let extent = Extent(8, 8, 12)
  private var tile: [Float] { (0..<extent.count).map { Float(($0 * 7919 + 13) % 1009) / 500 - 1 } }

  private func save(
    _ scratch: ScratchDirectory, _ name: String, seed: UInt64, classes: Int = 2, crop: [Int] = [8, 8, 12],
    normalisation: NormalisationRecipe = .init(), mirrorAxes: [Int]? = nil
  ) throws -> String {
    let architecture = ArchitectureDescription(
      features: [2, 3], blocks: [1, 1], classes: classes, deepSupervision: false)
    let network = try ResidualEncoderUNet(architecture, seed: seed)
    try createDirectory(scratch.file(name))
    try Model.save(
      network,
      ModelDescription(
        task: .segmentation, architecture: architecture, normalisation: normalisation, crop: crop,
        mirrorAxes: mirrorAxes), inDirectory: scratch.file(name))
    return scratch.file(name)
  }

  private func predict(_ predictor: ModelPredictor, _ tile: [Float]) throws -> [Float] {
    try tile.withUnsafeBufferPointer { try predictor.predict($0, extent: extent) }
  }

  /// A tile mirrored along some axes.
  private func mirrored(_ values: [Float], _ axes: [Int]) -> [Float] {
    var result = values
    Region(extent).forEachPosition { position in
      var other = position
      for axis in axes { other[axis] = extent[axis] - 1 - other[axis] }
      result[extent.index(of: position)] = values[extent.index(of: other)]
    }
    return result
  }

  /// In the order given, in single precision: sum, then division.
  private func mean(_ members: [[Float]]) -> [Float] {
    members[0].indices.map { index in
      var sum = members[0][index]
      for member in members.dropFirst() { sum += member[index] }
      return members.count == 1 ? sum : sum / Float(members.count)
    }
  }

  @Test func probabilitiesAreAveragedInTheOrderGiven() throws {
    let scratch = try ScratchDirectory()
    let models = try (0..<5).map { try Model.load(save(scratch, "\($0)", seed: UInt64($0))) }
    let alone = try models.map { try predict(ModelPredictor($0), tile) }
    #expect(Set(alone).count == 5)
    for order in [[0], [1, 0], [2, 4, 1], [4, 3, 2, 1, 0]] {
      let predictor = try ModelPredictor(order.map { models[$0] })
      #expect(try predict(predictor, tile) == mean(order.map { alone[$0] }))
      #expect(predictor.settings.map(\.value) == (order.count > 1 ? ["\(order.count)"] : []))
    }
  }

  @Test func mirroredTilesAreMirroredBackAndAveraged() throws {
    let scratch = try ScratchDirectory()
    for (number, axes) in [nil, [0, 1, 2], [2], [0, 1]].enumerated() {
      let model = try Model.load(save(scratch, "\(number)", seed: 7, mirrorAxes: axes))
      let single = try ModelPredictor(model)
      let used = axes ?? [0, 1, 2]
      let passes = try (0..<(1 << used.count)).map { combination in
        let some = used.indices.filter { combination >> $0 & 1 == 1 }.map { used[$0] }
        return mirrored(try predict(single, mirrored(tile, some)), some)
      }
      let predictor = try ModelPredictor([model], mirroring: true)
      #expect(try predict(predictor, tile) == mean(passes))
      #expect(
        predictor.planLines == [
          "computes in fp32",
          "tiles also mirrored along \(used.map { "zyx".map(String.init)[$0] }.joined(separator: ",")), \(passes.count) passes",
        ])
      #expect(predictor.settings.map(\.name) == ["mirror"])
      // A mirrored tile gives the mirrored probabilities, up to the order of sums.
      let there = try predict(predictor, mirrored(tile, used))
      let back = mirrored(there, used)
      let reference = try predict(predictor, tile)
      #expect(zip(back, reference).allSatisfy { abs($0 - $1) < 1e-6 })
    }
    let never = try Model.load(save(scratch, "never", seed: 7, mirrorAxes: []))
    #expect(fault { _ = try ModelPredictor([never], mirroring: true) }?.kind == .usage)
  }

  @Test func membersWithOtherAxesCountAlike() throws {
    let scratch = try ScratchDirectory()
    let models = try [[0], [0, 1, 2]].enumerated().map { number, axes in
      try Model.load(save(scratch, "\(number)", seed: UInt64(number), mirrorAxes: axes))
    }
    let each = try models.map { try predict(ModelPredictor([$0], mirroring: true), tile) }
    #expect(try predict(ModelPredictor(models, mirroring: true), tile) == mean(each))
  }

  @Test func membersThatDoNotBelongTogetherAreRefused() throws {
    let scratch = try ScratchDirectory()
    let first = try Model.load(save(scratch, "first", seed: 1))
    func refusal(_ other: String) throws -> String? {
      fault { _ = try ModelPredictor([first, Model.load(other)]).naturalTile() }?.message
    }
    #expect(try refusal(save(scratch, "alike", seed: 2)) == nil)
    // One channel is the probability of foreground, as that of two classes is.
    #expect(try refusal(save(scratch, "one", seed: 2, classes: 1)) == nil)
    for (other, words) in [
      (try save(scratch, "three", seed: 2, classes: 3), ["2", "3", "classes"]),
      (
        try save(scratch, "clipped", seed: 2, normalisation: .init(lowerPercentile: 1, upperPercentile: 99)),
        ["0.5 and 99.99", "1.0 and 99.0"]
      ),
      (try save(scratch, "crop", seed: 2, crop: [16, 16, 16]), ["8 × 8 × 12", "16 × 16 × 16", "--tile-size"]),
      (scratch.file("first"), ["twice"]),
    ] {
      let message = try #require(try refusal(other))
      for word in words + [scratch.file("first")] { #expect(message.contains(word), "\(message)") }
    }
    // Tiles that are given settle the matter.
    #expect(throws: Never.self) { try ModelPredictor([first, Model.load(scratch.file("crop"))]) }
  }

  @Test func tilesFitEveryMember() throws {
    let scratch = try ScratchDirectory()
    let shallow = try Model.load(save(scratch, "a", seed: 1))
    var architecture = ArchitectureDescription(
      features: [2, 3, 4], blocks: [1, 1, 1], classes: 2, deepSupervision: false)
    architecture.strides = [[1, 1, 1], [1, 3, 2], [2, 1, 2]]
    let deep = Model(
      try ResidualEncoderUNet(architecture, seed: 2),
      ModelDescription(task: .segmentation, architecture: architecture, crop: [8, 8, 12]))
    #expect(try ModelPredictor([shallow, deep]).tileMultiple == Extent(2, 6, 4))
  }

  /// Threshold and minimum size are the means of what the validations chose; what has chosen nothing has the defaults.
  @Test func choicesOfValidationsAreAveraged() throws {
    func chosen(_ models: [(threshold: Double?, size: Int?)]) -> ChosenObjects {
      ChosenObjects(
        models.enumerated().map { number, model in
          let description = ModelDescription(
            task: .segmentation, architecture: nil, crop: [8, 8, 8], threshold: model.threshold,
            minimumObjectSize: model.size)
          return ("model \(number)", description)
        })
    }
    let none = chosen([(nil, nil), (nil, nil)])
    #expect(none.threshold == nil && none.leastVoxels == nil)
    #expect(none.text(withThreshold: true, withSize: true) == nil)
    let one = chosen([(0.42, 16)])
    #expect(one.threshold == 0.42 && one.leastVoxels == 16)
    #expect(
      one.text(withThreshold: true, withSize: true)
        == "foreground from a probability of 0.42, objects from 16 voxels, as the validation of model 0 chose")
    #expect(one.text(withThreshold: false, withSize: false) == nil)
    let several = chosen([(0.3, 0), (nil, nil), (0.33, 64)])
    #expect(several.threshold == 0.377 && several.leastVoxels == 21)
    let text = try #require(several.text(withThreshold: true, withSize: false))
    #expect(text == "foreground from a probability of 0.377, the mean of what the validations of 3 networks chose")
    #expect(chosen([(0.5, 0)]).leastVoxels == 1)
  }

  /// A network that knows nothing of a structure counts with what it chose for all, or the defaults.
  @Test func choicesForAStructureAreAveraged() throws {
    func network(_ threshold: Double?, _ choices: [String: ObjectChoice]) -> ModelDescription {
      ModelDescription(
        task: .segmentation, architecture: nil, crop: [8, 8, 8], threshold: threshold, structureChoices: choices)
    }
    let plaques = ObjectChoice(threshold: 0.7, minimumObjectSize: 128)
    let one = ChosenObjects([("m", network(0.4, ["plaques": plaques]))])
    #expect(one.threshold == 0.4 && one.leastVoxels == nil)
    #expect(one.of(structure: "plaques").threshold == 0.7 && one.of(structure: "plaques").leastVoxels == 128)
    #expect(one.of(structure: "nuclei") == one && one.of(structure: nil) == one)
    #expect(
      one.of(structure: "plaques").text(withThreshold: true, withSize: true)
        == "foreground from a probability of 0.7, objects from 128 voxels, as the validation of m chose for plaques")
    let several = ChosenObjects([
      ("m", network(0.4, ["plaques": plaques])), ("n", network(0.3, [:])), ("o", network(nil, [:])),
    ])
    #expect(several.threshold == 0.4)
    #expect(several.of(structure: "plaques").threshold == 0.5 && several.of(structure: "plaques").leastVoxels == 43)

    var settings = InferenceSettings()
    settings.take(one)
    #expect(settings.objects.threshold == 0.4 && settings.objectsOfStructures["plaques"]?.leastVoxels == 128)
    settings.take(one, threshold: 0.2, leastVoxels: 5)
    let own = try #require(settings.objectsOfStructures["plaques"])
    #expect(own.threshold == 0.2 && own.leastVoxels == 5 && !settings.leastVoxelsAreOfNetwork)
  }
}
