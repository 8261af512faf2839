import Evaluation
import Files
import Foundation
import Scratch
import Testing
import Training
import VolumeFormats
import Voxels

/// What a network is trained on does not depend on how the labels are stored.
@Suite struct LabelMeaningTests {
  private let extent = Extent(6, 8, 10)

  /// A NumPy file, format version 1.0.
  private func write<Scalar>(_ type: String, _ voxels: [Scalar], shape: [Int]? = nil, to path: String) throws {
    let edges = (shape ?? [extent.z, extent.y, extent.x]).map(String.init).joined(separator: ", ")
    let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(edges)), }"
    let header = Data((text + String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n").utf8)
    let bytes = voxels.withUnsafeBytes { Data($0) }
    try publish(
      Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, UInt8(header.count & 255), UInt8(header.count >> 8)]) + header
        + bytes, to: path)
  }

  private func pair(in directory: ScratchDirectory) throws -> AnnotatedPair {
    try write("<u2", (0..<extent.count).map { UInt16(100 + $0 * 7 % 50) }, to: directory.file("image.npy"))
    return AnnotatedPair(
      name: "v", imagePath: directory.file("image.npy"), labelPath: directory.file("label.npy"))
  }

  /// Two blocks, each with a value.
  private func blocks(_ first: Int, _ second: Int) -> [Int] {
    (0..<extent.count).map { index in
      let place = extent.position(of: index)
      return place.y < 4 ? 0 : place.x < 4 ? first : place.x < 6 ? 0 : second
    }
  }

  @Test func masksAndInstancesTrainTheSameInEveryType() throws {
    let directory = try ScratchDirectory()
    let pair = try pair(in: directory)
    let label = pair.labelPath
    var seen: [(classes: [UInt8], text: String)] = []
    func add(_ write: () throws -> Void) throws {
      try write()
      let (volume, labels) = try AnnotatedVolume.read(pair, map: nil)
      #expect(labels.doubts.isEmpty)
      seen.append((volume.labels.classes, labels.text))
    }
    try add { try write("|b1", blocks(1, 1).map { UInt8($0) }, to: label) }
    try add { try write("|u1", blocks(255, 255).map { UInt8($0) }, to: label) }
    try add { try write("|i1", blocks(1, 1).map { Int8($0) }, to: label) }
    try add { try write("<i8", blocks(1, 1).map { Int64($0) }, to: label) }
    try add { try write("<f8", blocks(1, 1).map { Double($0) }, to: label) }
    try add { try write("<u1", blocks(3, 200).map { UInt8($0) }, to: label) }
    try add { try write("<i4", blocks(70_000, 2).map { Int32($0) }, to: label) }
    try add { try write("<f4", blocks(1, 2).map { Float($0) }, to: label) }
    #expect(Set(seen.map(\.classes)).count == 1 && seen[0].classes.contains(1))
    #expect(seen[1].text == "mask (one non-zero value, 255)")
    #expect(seen[6].text == "instances (the values 2 and 70000, all foreground)")
  }

  @Test func whatIsNoLabelsIsRefused() throws {
    let directory = try ScratchDirectory()
    let pair = try pair(in: directory)
    func message() -> String {
      do { _ = try AnnotatedVolume.read(pair, map: nil) } catch { return "\(error)" }
      return ""
    }
    try write("<f4", (0..<extent.count).map { Float($0 % 10) / 10 }, to: pair.labelPath)
    #expect(message().contains("apply a threshold first"))
    try write("<i2", blocks(1, -1).map { Int16($0) }, to: pair.labelPath)
    #expect(message().contains("negative value -1"))
    try write("<u2", (0..<extent.count).map { UInt16($0 * 31_337 % 4099) }, to: pair.labelPath)
    #expect(message().contains("image and labels are not exchanged"))
    try write("<f8", blocks(1, 1).map { $0 == 1 ? Double.nan : 0 }, to: pair.labelPath)
    #expect(message().contains("NaN"))
    try write("|u1", [UInt8](repeating: 1, count: 3 * extent.count), shape: [3, 6, 8, 10], to: pair.labelPath)
    #expect(message().contains("3 channels") || message().contains("axes"))
    try write("|u1", [UInt8](repeating: 1, count: extent.count), shape: [10, 8, 6], to: pair.labelPath)
    #expect(message().contains("axes in reverse"))
  }

  @Test func codesAreDoubtedUnlessTheyAreTold() throws {
    let directory = try ScratchDirectory()
    let pair = try pair(in: directory)
    try write("|u1", (0..<extent.count).map { UInt8($0 % 5) }, to: pair.labelPath)
    let (untold, taken) = try AnnotatedVolume.read(pair, map: nil)
    #expect(taken.doubts.count == 1 && taken.doubts[0].contains("all of them foreground"))
    #expect(untold.labels.foregroundCount == extent.count * 4 / 5)
    let (told, classes) = try AnnotatedVolume.read(pair, map: LabelMap(parsing: "2=1,1=0,3=0,*=ignore"))
    #expect(classes.meaning == .classes && classes.doubts.isEmpty)
    #expect(told.labels.foregroundCount == extent.count / 5)
    let sure = try AnnotatedVolume.read(pair, map: nil, options: AnnotationOptions(labelIs: .instances))
    #expect(sure.labels.doubts.isEmpty && sure.volume.labels.classes == untold.labels.classes)
  }

  /// As many voxels as training would sample from, counted before it begins.
  @Test func annotatedVoxelsAreThoseThatTrainingSees() throws {
    let directory = try ScratchDirectory()
    let pair = try pair(in: directory)
    try write("|u1", (0..<extent.count).map { UInt8($0 * 7 % 5) }, to: pair.labelPath)
    for text in ["", "2=1,1=0,3=0,*=ignore", "0=ignore,*=1", "0=0,4=ignore,*=1"] {
      let map = try LabelMap(parsing: text)
      let labels = try AnnotatedVolume.read(pair, map: map).volume.labels
      for planes in [[], [0, 3], [extent.z + 2]] as [Set<Int>] {
        let counted = try AnnotatedVolume.annotatedVoxels(
          of: AnnotatedVolume.open(pair, AnnotationOptions()).labels, map: map, holdingBack: planes)
        #expect(counted == labels.split(holdingBack: planes).training.annotatedCount)
      }
    }
  }

  @Test func linesAreFewForManyVolumes() throws {
    let directory = try ScratchDirectory()
    let pair = try pair(in: directory)
    try write("|u1", blocks(1, 1).map { UInt8($0) }, to: pair.labelPath)
    let labels = try AnnotatedVolume.read(pair, map: nil).labels
    #expect(TakenLabels([("a", labels)]).lines == ["labels a: mask (one non-zero value, 1)"])
    #expect(
      TakenLabels((0..<20).map { ("\($0)", labels) }).lines == ["labels of 20 volumes: mask (one non-zero value, 1)"])
  }
}
