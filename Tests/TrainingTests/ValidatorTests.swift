import Evaluation
import Files
import Foundation
import Inference
import IntensityStatistics
import MPI
import Networks
import Testing
import Training
import Voxels

/// A network that takes what it sees for the probability.
private struct Echo: TilePredictor {
  var tileMultiple = Extent(1)

  func predict(_ tile: UnsafeBufferPointer<Float>, extent: Extent) -> [Float] { Array(tile) }

  func memoryInBytes(tile: Extent, threads: Int) -> Int { 0 }
}

@Suite struct ValidatorTests {
  private func volume(
    _ extent: Extent, _ image: (Int) -> Float, _ classes: (Int) -> UInt8, structure: String = "s", category: String = ""
  ) -> AnnotatedVolume {
    AnnotatedVolume(
      pair: AnnotatedPair(
        name: structure, imagePath: structure, labelPath: "l", structure: structure, category: category),
      image: VoxelBuffer(extent, (0..<extent.count).map(image)),
      normalisation: Normalisation(lowerClip: 0, upperClip: 1, mean: 0, deviation: 1, background: 0, saturation: nil),
      labels: AnnotatedLabels(extent: extent, classes: (0..<extent.count).map(classes)))
  }

  private func validate(_ volumes: [AnnotatedVolume]) throws -> ValidationResult {
    try Validator(volumes, crop: Extent(8), threads: 2, communicator: .single()).validate(Echo())
  }

  @Test func diceOfAKnownPredictionCountsAnnotatedVoxelsOnly() throws {
    let extent = Extent(10, 9, 17)
    // The image is 1 at every even voxel, and that is the prediction.
    func label(_ index: Int) -> UInt8 { index < 100 ? 255 : index % 3 == 0 ? 1 : 0 }
    let result = try validate([volume(extent, { Float(1 - $0 % 2) }, label)])
    let annotated = 100..<extent.count
    let both: Int = annotated.count { $0 % 6 == 0 }
    let predicted: Int = annotated.count { $0 % 2 == 0 }
    let labelled: Int = annotated.count { $0 % 3 == 0 }
    let dice = Double(2 * both) / Double(predicted + labelled)
    #expect(result.volumes[0].truePositives == both)
    #expect(result.scores.dice == dice)
  }

  /// Isolated structures are judged by their objects, contiguous ones by their centrelines, unknown ones by both.
  @Test func scoresFollowTheCategory() throws {
    let extent = Extent(12, 12, 12)
    // Two bars; the prediction, which is the image, lacks the second.
    func isBar(_ index: Int, _ y: Int) -> Bool {
      let p = extent.position(of: index)
      return (y..<(y + 3)).contains(p.y) && (3..<6).contains(p.z) && (1..<11).contains(p.x)
    }
    func found(_ index: Int) -> Float { isBar(index, 1) ? 1 : 0 }
    func label(_ index: Int) -> UInt8 { isBar(index, 1) || isBar(index, 7) ? 1 : 0 }
    let result = try validate(
      ["isolated", "contiguous", ""].map { volume(extent, found, label, structure: "the \($0)", category: $0) })
    // One of two objects is found, exactly: PQ = 1 / (1 + 1/2). All of the found skeleton is right, half is missing.
    let expected: [Double?] = [2.0 / 3, nil, 2.0 / 3]
    #expect(result.volumes.map(\.panopticQuality) == expected)
    #expect(result.volumes.map(\.panopticQualityByDice) == expected)
    #expect(result.volumes[0].centrelineDice == nil)
    for number in [1, 2] {
      let score = result.volumes[number].centrelineDice ?? 0
      #expect(abs(score - 2.0 / 3) < 1e-12)
    }
    #expect(result.scores.panopticQuality == 2.0 / 3)
    #expect(result.groups.map(\.structure) == ["the ", "the contiguous", "the isolated"])
    #expect(result.groups[1].scores.text == "Dice 0.6667, clDice 0.6667")
    let table = try #require(result.table).split(separator: "\n").map(String.init)
    #expect(table.count == 5 && table[0].hasPrefix("structure") && table[3].contains("contiguous"), "\(table)")
  }

  /// Nothing to find and nothing found is right, and every key of the JSON is there.
  @Test func emptyMasksScoreOne() throws {
    let extent = Extent(1, 5, 3)
    let result = try validate([
      volume(extent, { _ in 0 }, { $0 == 0 ? 255 : 0 }),
      volume(extent, { _ in 0 }, { _ in 0 }, category: "contiguous"),
    ])
    #expect(result.volumes.map(\.dice) == [1, 1])
    let panoptic: [Double?] = [1, nil]
    #expect(result.volumes.map(\.panopticQuality) == panoptic)
    #expect(result.volumes.allSatisfy { $0.centrelineDice == 1 })
    let json = try JSONEncoder().encode(result.volumes[1])
    let keys = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    #expect(keys["panopticQuality"] is NSNull && keys["panopticQualityByDice"] is NSNull && keys["clDice"] is Double)
    #expect(keys.count == 10)
  }

  /// Objects that touch are told apart where the values of the annotation tell them apart, also in a part of it.
  @Test func objectsAreThoseOfTheAnnotation() throws {
    let extent = Extent(4, 4, 8)
    // Two cubes side by side in planes 0 and 1, and one object across the other two planes.
    func label(_ index: Int) -> UInt16 {
      let place = extent.position(of: index)
      return place.z < 2 ? (place.x < 4 ? 700 : 9) : 40
    }
    let values = VoxelBuffer(extent, (0..<extent.count).map(label))
    let classes = [UInt8](repeating: VoxelClasses.foreground, count: extent.count)
    let whole = AnnotatedVolume(
      pair: AnnotatedPair(name: "v", imagePath: "v", labelPath: "l", category: "isolated"),
      image: VoxelBuffer(extent, [Float](repeating: 1, count: extent.count)),
      normalisation: Normalisation(lowerClip: 0, upperClip: 1, mean: 0, deviation: 1, background: 0, saturation: nil),
      labels: AnnotatedLabels(extent: extent, classes: classes),
      objects: AnnotatedObjects(values, classes: classes))
    let part = whole.relabelled(whole.labels.split(holdingBack: [0, 1]).heldBack)
    let scores = try validate([whole, part]).volumes
    // One component is found. Of the three objects, the large one is half of it; of the two of the part, either is.
    #expect(scores[0].panopticQuality.map { abs($0 - 0.5 / 2) < 1e-12 } == true, "\(scores[0])")
    #expect(scores[1].panopticQuality.map { abs($0 - 0.5 / 1.5) < 1e-12 } == true, "\(scores[1])")
  }

  /// What a tile of `infer` shows and what a validation shows are one thing, also where tiles without annotation are left
  /// out.
  @Test func predictionsAreThoseOfWholeVolumes() throws {
    for extent in [Extent(20, 9, 13), Extent(3, 30, 4), Extent(1, 1, 1), Extent(17, 17, 17)] {
      func grey(_ index: Int) -> Int { index * 7919 % 101 }
      func isForeground(_ index: Int) -> Bool { index % 11 == 0 }
      func isAnnotated(_ index: Int) -> Bool { isForeground(index) || index % 5 == 0 }
      let sample = volume(
        extent, { Float(grey($0)) / 101 }, { isForeground($0) ? 1 : isAnnotated($0) ? 0 : 255 })
      let scores = try validate([sample]).volumes[0]
      let found: [Int] = (0..<extent.count).filter { isAnnotated($0) && grey($0) >= 51 }
      let right: Int = found.count(where: isForeground)
      #expect(scores.truePositives == right, "\(extent)")
      #expect(scores.falsePositives == found.count - right, "\(extent)")
    }
  }

  /// Faint objects that are right and specks that are not: a lower threshold and a minimum size are chosen, whose scores are
  /// those of what `infer` would find with them; where structures are contiguous, no size is.
  @Test func thresholdAndSizeAreChosen() throws {
    let extent = Extent(24, 24, 24)
    func isCube(_ p: Coordinate) -> Bool {
      [p.z, p.y, p.x].allSatisfy { [2, 3, 4, 5, 14, 15, 16, 17].contains($0) }
    }
    func isSpeck(_ p: Coordinate) -> Bool { [p.z, p.y, p.x].allSatisfy { $0 == 9 || $0 == 21 } }
    func image(_ index: Int) -> Float {
      let p = extent.position(of: index)
      return isCube(p) ? 0.35 : isSpeck(p) ? 0.8 : 0.2
    }
    func label(_ index: Int) -> UInt8 { isCube(extent.position(of: index)) ? 1 : 0 }
    for (category, size) in [("isolated", 8), ("contiguous", 0), ("", 0)] {
      let volumes = [volume(extent, image, label, category: category)]
      let validator = Validator(volumes, crop: Extent(8), threads: 2, communicator: .single())
      #expect(try validator.validate(Echo()).chosen == nil)
      let result = try validator.validate(Echo(), choosing: true)
      #expect(result.scores.dice == 0)
      let chosen = try #require(result.chosen)
      // 0.35 is stored as 89, which 0.34 · 255 = 86.7 lies below and 0.35 · 255 = 89.25 above.
      #expect(chosen.general.threshold == 0.34, "\(category)")
      #expect(chosen.general.minimumObjectSize == size, "\(category)")
      let found = 8 * 64 + (size > 0 ? 0 : 8)
      #expect(chosen.scores.dice == Double(2 * 8 * 64) / Double(8 * 64 + found), "\(category)")
      if category == "isolated" { #expect(chosen.scores.panopticQuality == 1) }
      #expect(try ValidationResult(json: result.json()) == result)
      let json = try #require(try JSONSerialization.jsonObject(with: result.json()) as? [String: Any])
      let structures = try #require(json["structures"] as? [[String: Any]])
      #expect(structures.count == 1 && structures[0]["volumes"] as? Int == 1)
      #expect(structures[0]["structure"] as? String == "s")
      let inFile = try #require(json["chosen"] as? [String: Any])
      #expect(inFile["threshold"] as? Double == 0.34 && inFile["minimumObjectSize"] as? Int == size)
    }
  }

  /// Each of several structures has a choice of its own, beside the one for all others; the scores are those that they give.
  @Test func structuresHaveChoicesOfTheirOwn() throws {
    let extent = Extent(24, 24, 24)
    func isCube(_ p: Coordinate, _ edge: Int) -> Bool {
      [p.z, p.y, p.x].allSatisfy { (2..<(2 + edge)).contains($0) || (13..<(13 + edge)).contains($0) }
    }
    func isSpeck(_ p: Coordinate) -> Bool { [p.z, p.y, p.x].allSatisfy { $0 >= 20 && $0 < 22 } }
    func volume(_ structure: String, edge: Int, _ value: Float, category: String) -> AnnotatedVolume {
      self.volume(
        extent,
        { index in
          let p = extent.position(of: index)
          return isCube(p, edge) ? value : isSpeck(p) ? 0.8 : 0.2
        }, { isCube(extent.position(of: $0), edge) ? 1 : 0 }, structure: structure, category: category)
    }
    let volumes = [
      volume("nuclei", edge: 4, 0.35, category: "isolated"), volume("vessels", edge: 3, 0.45, category: "contiguous"),
      volume("plaques", edge: 6, 0.9, category: "isolated"),
    ]
    let result = try Validator(volumes, crop: Extent(8), threads: 2, communicator: .single())
      .validate(Echo(), choosing: true)
    let chosen = try #require(result.chosen)
    #expect(chosen.general.threshold == 0.34 && chosen.general.minimumObjectSize == 0)
    // A speck has 8 voxels, which half of the candidates keep.
    #expect(chosen.ofStructures["nuclei"] == ObjectChoice(threshold: 0.34, minimumObjectSize: 16))
    #expect(chosen.ofStructures["vessels"] == ObjectChoice(threshold: 0.45, minimumObjectSize: 0))
    #expect(chosen.ofStructures["plaques"] == ObjectChoice(threshold: 0.5, minimumObjectSize: 16))
    #expect(chosen.volumes.map(\.panopticQuality) == [1, nil, 1])
    #expect(chosen.volumes[1].falsePositives == 8 && chosen.volumes[1].falseNegatives == 0)
    #expect(
      chosen.text
        == "foreground from a probability of 0.34; of nuclei from 0.34, objects from 16 voxels; of plaques from 0.5, "
        + "objects from 16 voxels; of vessels from 0.45")
    #expect(try ValidationResult(json: result.json()) == result)
    // Without names, and with one name, there is one choice.
    for names in [["", ""], ["nuclei", "nuclei"], ["", "nuclei"]] {
      let two = names.map { self.volume(extent, { _ in 0.6 }, { $0 < 9 ? 1 : 0 }, structure: $0) }
      let result = try Validator(two, crop: Extent(8), threads: 1, communicator: .single())
        .validate(Echo(), choosing: true)
      #expect(result.chosen?.ofStructures == [:])
    }
  }

  /// What a face cuts may be as large as any other: small remains of it do not keep specks from being dropped.
  @Test func objectsThatAFaceCutsHaveNoSize() throws {
    let extent = Extent(24, 24, 24)
    // Nine whole objects of 27 voxels, and twelve of which 3 voxels are left at a face; of each the number, from 1.
    func object(_ p: Coordinate) -> Int {
      if (4..<7).contains(p.z), p.y % 6 >= 3, p.x % 6 >= 3, p.y < 18, p.x < 18 { return 1 + p.y / 6 * 3 + p.x / 6 }
      if p.z == 23, p.y % 8 == 2, p.x % 6 >= 2, p.x % 6 < 5 { return 10 + p.y / 8 * 4 + p.x / 6 }
      return 0
    }
    func isSpeck(_ p: Coordinate) -> Bool { p.z == 12 && p.y % 4 == 1 && p.x % 4 == 1 }
    let numbers = (0..<extent.count).map { UInt32(object(extent.position(of: $0))) }
    for isNumbered in [false, true] {
      let plain = volume(
        extent,
        { index in
          let p = extent.position(of: index)
          return object(p) > 0 || isSpeck(p) ? 0.9 : 0.1
        }, { numbers[$0] > 0 ? 1 : 0 }, category: "isolated")
      let volume =
        isNumbered
        ? AnnotatedVolume(
          pair: plain.pair, image: plain.image, normalisation: plain.normalisation, labels: plain.labels,
          objects: AnnotatedObjects(VoxelBuffer(extent, numbers), classes: plain.labels.classes)) : plain
      let annotated = volume.annotatedObjects(smallerThan: [8, 32])
      #expect(annotated.count == 21 && annotated.smaller == [0, 9], "\(annotated)")
      let chosen = try Validator([volume], crop: Extent(8), threads: 1, communicator: .single())
        .validate(Echo(), choosing: true).chosen
      #expect(chosen?.general.minimumObjectSize == 8, "\(isNumbered)")
    }
  }

  /// A volume in which nothing is annotated says nothing about thresholds.
  @Test func withoutForegroundNothingIsChosen() throws {
    let extent = Extent(9, 8, 7)
    let volumes = [volume(extent, { _ in 0.4 }, { _ in 0 })]
    let validator = Validator(volumes, crop: Extent(8), threads: 1, communicator: .single())
    #expect(try validator.validate(Echo(), choosing: true).chosen == nil)
  }

  /// Files of earlier versions have no choice and no structures.
  @Test func earlierFilesAreRead() throws {
    let text = """
      {"formatVersion": 2, "scores": {"dice": 0.5, "panopticQuality": null, "panopticQualityByDice": null, "clDice": null},
       "volumes": [{"image": "a", "structure": "s", "category": "", "dice": 0.5, "panopticQuality": null,
       "panopticQualityByDice": null, "clDice": null, "truePositives": 1, "falsePositives": 1, "falseNegatives": 1}]}
      """
    let result = try ValidationResult(json: Data(text.utf8))
    #expect(result.chosen == nil && result.scores.dice == 0.5 && result.groups.count == 1)
  }
}
