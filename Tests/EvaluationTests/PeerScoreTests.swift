import Components
import Evaluation
import Foundation
import Testing
import Voxels

/// One line of Fixtures/peer_scores.json, which Fixtures/make_peer_scores.py writes with panoptica and scikit-image.
private struct PeerScores: Decodable {
  struct Panoptic: Decodable {
    var truePositives: Int
    var falsePositives: Int
    var falseNegatives: Int
    var pq: Double
    var sq: Double?
    var rq: Double
    var pqDice: Double
  }
  var extent: [Int]
  var prediction: String
  var reference: String
  var counted: String
  var skeleton: String
  var components: Int
  var dice: Double?
  var clDice: Double?
  var panoptic: Panoptic?

  static func load() throws -> [PeerScores] {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/peer_scores.json"
    return try JSONDecoder().decode([PeerScores].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }
}

private func bits(_ text: String) -> [UInt8] { text.utf8.map { $0 == UInt8(ascii: "1") ? 1 : 0 } }

@Suite struct PeerScoreTests {
  @Test func scoresEqualThoseOfPanopticaAndScikitImage() throws {
    let cases = try PeerScores.load()
    #expect(cases.count == 15)
    for (number, peer) in cases.enumerated() {
      let extent = Extent(peer.extent[0], peer.extent[1], peer.extent[2])
      let prediction = VoxelBuffer(extent, bits(peer.prediction))
      // Ignored voxels keep a value of their own in the reference.
      let reference = VoxelBuffer(
        extent, zip(bits(peer.reference), bits(peer.counted)).map { $1 == 0 ? UInt8(9) : $0 })
      let classes = VoxelClasses(.labels { $0 == 9 ? VoxelClasses.ignored : UInt8($0) })
      for planes in Set([1, 2, 5, extent.z]) {
        var settings = EvaluationSettings()
        settings.planesAtATime = planes
        settings.threads = 2
        let result = try evaluate(
          EvaluatedVolume(name: "prediction", prediction),
          EvaluatedVolume(name: "reference", reference, classes: classes), settings)
        #expect(result.counts.dice == peer.dice, "case \(number)")
        let centrelineDice = try #require(result.centrelineDice)
        #expect((centrelineDice.score == nil) == (peer.clDice == nil), "case \(number)")
        #expect(abs((centrelineDice.score ?? 0) - (peer.clDice ?? 0)) < 1e-12, "case \(number)")
        guard let panoptic = peer.panoptic, let own = result.panopticQuality else { continue }
        #expect(own.truePositives == panoptic.truePositives, "case \(number)")
        #expect(own.falsePositives == panoptic.falsePositives, "case \(number)")
        #expect(own.falseNegatives == panoptic.falseNegatives, "case \(number)")
        #expect(abs(own.quality! - panoptic.pq) < 1e-12, "case \(number)")
        #expect(abs(own.recognitionQuality! - panoptic.rq) < 1e-12, "case \(number)")
        #expect(abs(own.segmentationQuality - (panoptic.sq ?? 0)) < 1e-12, "case \(number)")
        #expect(abs(own.qualityByDice! - panoptic.pqDice) < 1e-12, "case \(number)")
      }
    }
  }

  @Test func skeletonsAndComponentsEqualThoseOfScikitImageAndCC3D() throws {
    for (number, peer) in try PeerScores.load().enumerated() {
      let extent = Extent(peer.extent[0], peer.extent[1], peer.extent[2])
      let mask = zip(bits(peer.reference), bits(peer.counted)).map { $0 & $1 }
      try mask.withUnsafeBufferPointer {
        for listsForeground in [true, false] {
          let skeleton = try Skeleton($0, extent: extent, listsForeground: listsForeground)
          #expect(skeleton.mask == bits(peer.skeleton), "case \(number)")
        }
        let components = ComponentLabelling($0, extent: extent, connectivity: .corners).count
        #expect(components == peer.components, "case \(number)")
      }
    }
  }
}
