import Files
import VolumeFormats
import Voxels
import Zarr

/// Decides what one volume is taken for; see `VolumeInterpretation`.
struct Interpreter {
  let volume: VolumeDescription
  let path: String
  let census: ValueCensus
  let context: VolumeInterpretation.Context

  private var role: VolumeRole { context.role }
  private var type: VoxelType { volume.voxelType }

  func result() throws -> VolumeInterpretation {
    guard census.notFiniteCount == 0 else {
      throw Fault.badData(
        "\(path) holds \(count(census.notFiniteCount, "voxel")) of NaN or infinity: expected \(expected); find out where they come from, or replace them by 0"
      )
    }
    let content = volume.content
    let told = context.told ?? (context.hasThreshold ? .probabilities : nil)
    switch told ?? content.flatMap(declared) {
    case .probabilities?: return try probabilities()
    case .intensities?: throw Fault.usage("\(path): intensities are no \(expected)")
    case let meaning?: return try labels(as: meaning)
    case nil: break
    }
    if census.fractionCount > 0 { return try fractions() }
    return try wholeValues()
  }

  private var expected: String {
    switch role {
    case .prediction: "probabilities, a mask or labels"
    case .reference, .label, .overlay: "a mask or labels"
    }
  }

  private func declared(_ content: DeclaredContent) -> VolumeMeaning? {
    switch content.kind {
    // A map or ignored values give probabilities another meaning.
    case .probabilities: context.map == nil ? .probabilities : nil
    case .objects: context.map == nil ? .instances : nil
    case .labels: nil
    }
  }

  // MARK: Probabilities

  private func probabilities() throws -> VolumeInterpretation {
    guard role == .prediction else { throw noLabels("probabilities") }
    if let one = volume.content?.one { return probabilities(one: one) }
    switch type {
    case .float32:
      try requireProbabilityRange()
      return probabilities(one: 1)
    case .uint8, .uint16:
      let one: Double = type == .uint8 ? 255 : 65_535
      guard census.maximum ?? 0 != 1 else {
        throw Fault.usage(
          "\(path) holds only 0 and 1, which is a mask: probabilities in \(type.rawValue) would go up to \(number(one)); leave out --threshold and --prediction-is"
        )
      }
      return probabilities(one: one)
    case .int16, .uint32, .uint64:
      throw Fault.usage(
        "\(path) holds \(type.rawValue) voxels, which are no probabilities: --threshold is for floating-point, 8-bit and 16-bit predictions"
      )
    }
  }

  private func probabilities(one: Double) -> VolumeInterpretation {
    .taken(.probabilities, "probabilities" + (one == 1 ? "" : ", \(number(one)) being 1")).with { $0.one = one }
  }

  private func requireProbabilityRange() throws {
    guard let least = census.minimum, let most = census.maximum else { return }
    let range = -ValueCensus.tolerance...1 + ValueCensus.tolerance
    guard range.contains(least), range.contains(most) else {
      throw Fault.badData(
        "\(path) holds values from \(number(least)) to \(number(most)), which are no probabilities: expected fractions from 0 to 1; "
          + (least < 0
            ? "apply the sigmoid or softmax first if these are logits"
            : "scale them, or say with \(option) what they are")
      )
    }
  }

  /// Floating-point values that are not all whole.
  private func fractions() throws -> VolumeInterpretation {
    let range = -ValueCensus.tolerance...1 + ValueCensus.tolerance
    let isProbability = range.contains(census.minimum ?? 0) && range.contains(census.maximum ?? 0)
    guard role == .prediction else {
      throw isProbability ? noLabels("fractions such as \(number(census.leastFraction ?? 0))") : noWholeNumber
    }
    try requireProbabilityRange()
    return probabilities(one: 1)
  }

  private func noLabels(_ found: String) -> Fault {
    let advice =
      switch role {
      case .reference: "give the prediction first and the reference second, or apply a threshold first"
      case .overlay: "give probabilities with --probability"
      case .prediction, .label: "apply a threshold first"
      }
    let map = role == .overlay || volume.content == nil ? "" : ", or say with --label-map what its values mean"
    return Fault.badData("\(path) holds \(found), which are no labels: expected a mask or labels; \(advice)\(map)")
  }

  private var noWholeNumber: Fault {
    Fault.badData(
      "\(path) holds the value \(number(census.leastFraction ?? 0)), which is not a whole number and so not a label: expected a mask or labels, found values from \(number(census.minimum ?? 0)) to \(number(census.maximum ?? 0)); labels must not be interpolated when they are resampled, and images are no labels"
    )
  }

  // MARK: Whole numbers

  private func labels(as meaning: VolumeMeaning) throws -> VolumeInterpretation {
    guard census.fractionCount == 0 else { throw noWholeNumber }
    try refuseNegativeValues()
    var result: VolumeInterpretation
    switch meaning {
    case .mask: result = .taken(.mask, "mask (\(valuesText), all foreground)")
    case .instances: result = .taken(.instances, "instances (\(valuesText)\(role == .label ? ", all foreground" : ""))")
    default: result = .taken(.classes, "classes (\(valuesText))")
    }
    addDoubtsAboutNumbers(to: &result)
    return result
  }

  private func wholeValues() throws -> VolumeInterpretation {
    try refuseNegativeValues()
    var result: VolumeInterpretation
    let found = foreground
    if listsForeground {
      result = .taken(.classes, "classes, told by the label map (\(valuesText))")
    } else if census.hasMoreValues {
      guard census.unequalShare <= 0.5 else { throw looksLikeIntensities }
      result = .taken(.instances, "instances (\(valuesText)\(role == .label ? ", all foreground" : ""))")
    } else if found.isEmpty {
      result = .taken(.mask, "mask (empty)")
    } else if found.count == 1 {
      let value = found[0].value
      result =
        volume.content?.kind == .labels
        ? .taken(.instances, "instances (one, \(value))") : .taken(.mask, "mask (one non-zero value, \(value))")
      result.maskValue = value
    } else {
      result = .taken(.instances, "instances (\(valuesText)\(role == .label ? ", all foreground" : ""))")
      try doubtInstances(found, &result)
    }
    addDoubtsAboutNumbers(to: &result)
    return result
  }

  /// The values other than 0 that are foreground.
  private var foreground: [ValueCensus.Entry] {
    census.values.filter { entry in
      !context.ignored.contains(entry.value)
        && (context.map?.mappedClass(of: entry.value) ?? (entry.value == 0 ? 0 : 1)) == VoxelClasses.foreground
    }
  }

  /// Whether the label map names what is foreground value by value, as it does for classes and annotation codes.
  private var listsForeground: Bool {
    guard let map = context.map else { return false }
    return map.otherwise != VoxelClasses.foreground && map.classes.values.contains(VoxelClasses.foreground)
  }

  /// Values that lie all over the volume are hardly those of objects.
  private func doubtInstances(_ found: [ValueCensus.Entry], _ result: inout VolumeInterpretation) throws {
    guard context.map == nil else { return }
    let areSpread = census.areSpread(found)
    if found.count > 32, census.unequalShare > (areSpread ? 0.25 : 0.5) { throw looksLikeIntensities }
    guard areSpread else { return }
    let (consequence, remedy) =
      switch role {
      case .prediction: ("each of them one object", "--prediction-is classes")
      case .reference:
        (
          "each of them one object",
          "--reference-is classes, or with --label-map what each means, such as 2=1,1=0,*=ignore"
        )
      case .label: ("all of them foreground", "--label-map what each means, such as 2=1,1=0,*=ignore")
      case .overlay: ("each in its colour", "")
      }
    if role == .overlay { return }
    result.doubts.append(
      "\(path) has \(valuesText), each of them in many places: they are taken for instances, \(consequence); if they are classes or annotation codes, say with \(remedy); if not, with \(option) instances"
    )
  }

  private var looksLikeIntensities: Fault {
    let isPrediction = role == .prediction
    return Fault.badData(
      "\(path) holds \(valuesText) that change from voxel to voxel, as in an image: expected \(expected)"
        + (isPrediction
          ? "; if they are probabilities, of which the largest \(type.rawValue) is 1, say so with --prediction-is probabilities"
          : "; check that image and labels are not exchanged")
        + (role.option.map { "; if each value is an object, say so with \($0) instances" } ?? ""))
  }

  private func refuseNegativeValues() throws {
    guard context.map == nil, let least = census.minimum, least < -ValueCensus.tolerance else { return }
    let listed = census.values.first { $0.value < 0 && !context.ignored.contains($0.value) }?.value
    guard let value = listed ?? (census.hasMoreValues ? Int64(least.rounded()) : nil) else { return }
    throw Fault.badData(
      "\(path) holds the negative value \(value), which is no label: expected \(expected)"
        + (role == .prediction || role == .overlay
          ? "" : "; say what it means, such as --label-map=\(value)=ignore,0=0,*=1")
    )
  }

  private func addDoubtsAboutNumbers(to result: inout VolumeInterpretation) {
    if [.reference, .label].contains(role), context.map == nil, context.told == nil, census.minimum ?? 0 > 0 {
      result.doubts.append(
        "no voxel of \(path) is 0, so that all of it is foreground; if one of its values is background, say with --label-map which, such as 1=0,2=1"
      )
    }
    if let value = census.leastInexact {
      result.doubts.append(
        "\(path) holds \(count(census.inexactCount, "voxel")) such as \(number(value)), taken for the nearest whole number"
      )
    }
    if type == .float32, result.meaning == .instances, let most = census.maximum, most > 16_777_216 {
      result.doubts.append(
        "\(path) holds labels up to \(number(most)) as floating-point numbers, which are read with 24 bits: ids beyond 16777216 may have become equal; write them as integers"
      )
    }
  }

  // MARK: Words

  private var option: String { role.option ?? "another volume" }

  /// Of those that count as foreground: `the values 1, 2 and 3`, `231 values from 1 to 260`.
  private var valuesText: String {
    if census.hasMoreValues {
      return
        "more than \(ValueCensus.mostValues) values from \(number(census.minimum ?? 0)) to \(number(census.maximum ?? 0))"
    }
    let values = foreground.map(\.value)
    switch values.count {
    case 0: return "no foreground"
    case 1: return "the value \(values[0])"
    case 2...6: return "the values \(values.dropLast().map(String.init).joined(separator: ", ")) and \(values.last!)"
    default: return "\(values.count) values from \(values[0]) to \(values.last!)"
    }
  }

  private func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  private func number(_ value: Double) -> String {
    if let whole = Int64(exactly: value) { return "\(whole)" }
    return "\(Float(value))"
  }
}
