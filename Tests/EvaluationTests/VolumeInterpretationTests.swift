import Evaluation
import Files
import Testing
import VolumeFormats
import Voxels
import Zarr

/// What volumes are taken for: the same values mean the same in every number type.
@Suite struct VolumeInterpretationTests {
  private let extent = Extent(8, 12, 16)

  private func interpreted(
    _ voxels: VoxelBuffer, _ role: VolumeRole = .prediction, content: DeclaredContent? = nil,
    change: (inout VolumeInterpretation.Context) -> Void = { _ in }
  ) throws -> VolumeInterpretation {
    var description = VolumeDescription(
      path: "v.nii", format: "", extent: voxels.extent, voxelType: voxels.type, voxelSizeInMicrometres: nil, storage: ""
    )
    description.content = content
    var context = VolumeInterpretation.Context(role)
    change(&context)
    return try VolumeInterpretation(of: description, at: "v.nii", ValueCensus(voxels), context)
  }

  /// Values in every type that has them.
  private func inEveryType(_ values: [Int]) -> [VoxelBuffer] {
    func all<Scalar: VoxelScalar & FixedWidthInteger>(_ type: Scalar.Type) -> VoxelBuffer? {
      let voxels = values.compactMap { Scalar(exactly: $0) }
      return voxels.count == values.count ? VoxelBuffer(extent, voxels) : nil
    }
    return [
      all(UInt8.self), all(UInt16.self), all(Int16.self), all(UInt32.self), all(UInt64.self),
      VoxelBuffer(extent, values.map { Float($0) }),
    ].compactMap { $0 }
  }

  /// Two rows of blocks, each with its id or all with one value.
  private func blocks(_ value: (Int) -> Int) -> [Int] {
    (0..<extent.count).map { index in
      let place = extent.position(of: index)
      guard place.x % 4 < 3, place.y % 6 < 4 else { return 0 }
      return value(place.x / 4 + 4 * (place.y / 6) + 1)
    }
  }

  @Test(arguments: [1, 3, 127, 255, 65_535]) func oneValueIsAMask(value: Int) throws {
    for role in [VolumeRole.prediction, .reference, .label, .overlay] {
      for voxels in inEveryType(blocks { _ in value }) {
        let found = try interpreted(voxels, role)
        #expect(found.meaning == .mask && found.maskValue == Int64(value), "\(voxels.type)")
        #expect(found.text == "mask (one non-zero value, \(value))" && found.doubts.isEmpty)
      }
    }
  }

  @Test func severalValuesAreInstances() throws {
    for role in [VolumeRole.prediction, .reference, .overlay] {
      for voxels in inEveryType(blocks { $0 * 3 }) {
        let found = try interpreted(voxels, role)
        #expect(found.meaning == .instances && found.text == "instances (8 values from 3 to 24)", "\(voxels.type)")
        #expect(found.doubts.isEmpty)
      }
    }
  }

  @Test func nothingIsAMask() throws {
    for voxels in inEveryType(blocks { _ in 0 }) {
      #expect(try interpreted(voxels).text == "mask (empty)")
      #expect(try interpreted(voxels, .label).meaning == .mask)
    }
  }

  @Test func fractionsAreProbabilities() throws {
    let voxels = VoxelBuffer(extent, (0..<extent.count).map { Float($0 % 101) / 100 })
    #expect(try interpreted(voxels).meaning == .probabilities)
    for role in [VolumeRole.reference, .label, .overlay] {
      let fault = #expect(throws: Fault.self) { try interpreted(voxels, role) }
      #expect(fault?.message.contains("fractions such as 0.01, which are no labels") == true)
      #expect(fault?.message.contains("--threshold") == false)
    }
  }

  @Test(
    arguments: [
      (-0.5, "no probabilities"), (1.5, "no probabilities"), (.nan, "1 voxel of NaN"), (.infinity, "NaN or infinity"),
      (-.infinity, "NaN or infinity"), (-3, "negative value -3"),
    ] as [(Float, String)])
  func whatCannotBeAPredictionIsRefused(value: Float, words: String) throws {
    var voxels = blocks { _ in 1 }.map { Float($0) }
    voxels[77] = value
    let fault = #expect(throws: Fault.self) { try interpreted(VoxelBuffer(extent, voxels)) }
    #expect(fault?.message.contains(words) == true && fault?.kind == .badData)
  }

  @Test func nearlyWholeLabelsAreRoundedWithAWarning() throws {
    let voxels = VoxelBuffer(extent, blocks { $0 }.map { Float($0) * 0.99999 })
    for role in [VolumeRole.prediction, .reference] {
      let found = try interpreted(voxels, role)
      #expect(found.meaning == .instances && found.doubts.count == 1 && found.doubts[0].contains("such as 0.99999"))
    }
    #expect(try interpreted(VoxelBuffer(extent, blocks { _ in 1 }.map { Float($0) * 0.99999 }), .label).maskValue == 1)
  }

  @Test func aMapThatListsForegroundMakesClasses() throws {
    let codes = VoxelBuffer(extent, (0..<extent.count).map { UInt8($0 % 5) })
    for role in [VolumeRole.reference, .label] {
      let told = try interpreted(codes, role) { $0.map = try? LabelMap(parsing: "2=1,1=0,3=0,*=ignore") }
      #expect(told.meaning == .classes && told.doubts.isEmpty)
      let untold = try interpreted(codes, role)
      #expect(untold.meaning == .instances && untold.doubts.count == 1)
      #expect(untold.doubts[0].contains("the values 1, 2, 3 and 4") && untold.doubts[0].contains("--label-map"))
    }
    // All others are foreground: ids beside a value to ignore.
    let instances = VoxelBuffer(extent, blocks { $0 == 8 ? 255 : $0 }.map { UInt8($0) })
    let mapped = try interpreted(instances, .reference) { $0.map = try? LabelMap(parsing: "0=0,255=ignore,*=1") }
    #expect(mapped.meaning == .instances && mapped.text.contains("7 values from 1 to 7"))
    let ignored = try interpreted(instances, .reference) { $0.ignored = [255] }
    #expect(ignored.text.contains("7 values from 1 to 7"))
  }

  @Test func ignoredValuesMayBeNegative() throws {
    let voxels = VoxelBuffer(extent, blocks { $0 % 2 == 0 ? 1 : -1 }.map { Int16($0) })
    let fault = #expect(throws: Fault.self) { try interpreted(voxels, .reference) }
    #expect(fault?.message.contains("--label-map=-1=ignore") == true)
    #expect(try interpreted(voxels, .reference) { $0.ignored = [-1] }.meaning == .mask)
    #expect(
      try interpreted(voxels, .label) { $0.map = try? LabelMap(parsing: "-1=ignore,0=0,*=1") }.maskValue == 1)
  }

  @Test func imagesAreNoLabels() throws {
    var state: UInt64 = 1
    let noise = (0..<extent.count).map { _ -> UInt16 in
      state = state &* 6_364_136_223_846_793_005 &+ 1
      return UInt16(100 + state >> 54)
    }
    for role in [VolumeRole.prediction, .reference, .label] {
      let fault = #expect(throws: Fault.self) { try interpreted(VoxelBuffer(extent, noise), role) }
      #expect(fault?.message.contains("from voxel to voxel, as in an image") == true)
      #expect(try interpreted(VoxelBuffer(extent, noise), role) { $0.told = .instances }.meaning == .instances)
    }
    #expect(try interpreted(VoxelBuffer(extent, noise)) { $0.told = .probabilities }.one == 65_535)
  }

  @Test func storesSayWhatTheyHold() throws {
    let bytes = VoxelBuffer(extent, blocks { $0 * 30 }.map { UInt8($0) })
    let probabilities = DeclaredContent(.probabilities, one: 255)
    #expect(try interpreted(bytes, content: probabilities).one == 255)
    let fault = #expect(throws: Fault.self) { try interpreted(bytes, .reference, content: probabilities) }
    #expect(fault?.message.contains("probabilities") == true)
    let one = VoxelBuffer(extent, blocks { _ in 1 }.map { UInt32($0) })
    #expect(try interpreted(one, content: DeclaredContent(.objects)).meaning == .instances)
    #expect(try interpreted(one, content: DeclaredContent(.labels)).meaning == .instances)
    #expect(try interpreted(one, content: DeclaredContent(.objects)) { $0.told = .mask }.meaning == .mask)
  }

  @Test func thresholdsAreForProbabilities() throws {
    func with(_ voxels: VoxelBuffer) throws -> VolumeInterpretation {
      try interpreted(voxels) { $0.hasThreshold = true }
    }
    #expect(try with(VoxelBuffer(extent, blocks { _ in 255 }.map { UInt8($0) })).one == 255)
    #expect(try with(VoxelBuffer(extent, blocks { _ in 1 }.map { Float($0) })).meaning == .probabilities)
    for wrong in [
      VoxelBuffer(extent, blocks { _ in 1 }.map { UInt8($0) }), VoxelBuffer(extent, blocks { $0 }.map { UInt32($0) }),
    ] {
      let fault = #expect(throws: Fault.self) { try with(wrong) }
      #expect(fault?.kind == .usage && fault?.message.contains("--threshold") == true)
    }
  }
}
