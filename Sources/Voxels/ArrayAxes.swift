/// What the axes of an array are, from the names that a file gives them: the one place where that is decided for all
/// formats.
///
/// 1. Names of the field count, in any order, spelling and case (`z`, `depth`; `c`, `channel`; `t`, `time` …), and the
///    types `channel` and `time` of OME-NGFF.
/// 2. Without names, the last three axes are z, y, x, and those before are time and channels; a last axis of at most four
///    behind longer ones is taken for colours. Where that could be otherwise, `doubts` says so.
/// 3. Further axes are passed over if their length is 1, and refused otherwise.
package struct ArrayAxes: Equatable, Sendable {
  /// Indices of axes of the array; nil where there is none.
  package let z: Int?
  package let y: Int
  package let x: Int
  package let channel: Int?
  package let time: Int?
  package let shape: [Int]
  /// Why this may be wrong, as sentences.
  package let doubts: [String]

  package var channels: Int { channel.map { shape[$0] } ?? 1 }
  package var timePoints: Int { time.map { shape[$0] } ?? 1 }

  /// The array's axes in their order, for people: `t, c, z, y, x`.
  package var text: String {
    shape.indices.map { axis in
      switch axis {
      case z: "z"
      case y: "y"
      case x: "x"
      case channel: "c"
      case time: "t"
      default: "?"
      }
    }.joined(separator: ", ")
  }

  /// The volume of one channel and time point, which must exist.
  package func volume(channel: Int, timePoint: Int) -> VolumeAxes {
    var fixed = [Int](repeating: 0, count: shape.count)
    if let axis = self.channel { fixed[axis] = channel }
    if let axis = time { fixed[axis] = timePoint }
    return VolumeAxes(z: z, y: y, x: x, fixed: fixed)
  }

  /// Why the axes of an array are not those of a volume.
  package struct Problem: Error {
    package let message: String
  }

  /// - Parameters:
  ///   - names: one for each axis, slowest first; nil where there is none.
  ///   - types: `space`, `time`, `channel` or others, as in OME-NGFF.
  ///   - shape: the lengths of the axes.
  /// - Throws: `Problem` when they are not those of a volume.
  package init(names: [String?]?, types: [String?]? = nil, shape: [Int]) throws {
    guard (2...8).contains(shape.count) else {
      throw Problem(message: "expected 2 to 8 axes, found \(shape.count)")
    }
    let names = names ?? [String?](repeating: nil, count: shape.count)
    let types = types ?? [String?](repeating: nil, count: shape.count)
    guard names.count == shape.count, types.count == shape.count else {
      throw Problem(message: "expected a name for each of \(shape.count) axes, found \(names.count)")
    }
    let roles = zip(names, types).map { AxisRole(name: $0, type: $1) }
    let called = names.map { $0.map { "\"\($0)\"" } ?? "unnamed" }.joined(separator: ", ")
    for role in AxisRole.allCases where roles.filter({ $0 == role }).count > 1 {
      throw Problem(message: "the axes are called \(called): expected each of z, y, x, channel and time at most once")
    }
    let known = [AxisRole.z, .y, .x].map { roles.firstIndex(of: $0) }
    if known[1] == nil && known[2] == nil && known[0] == nil {
      try self.init(unnamed: roles, names, shape, called)
      return
    }
    var doubts: [String] = []
    var found = known
    let unknown = shape.indices.filter { roles[$0] == nil }
    // The only axis without a known name is the only one that is missing.
    if let missing = [1, 2].first(where: { known[$0] == nil }), known[3 - missing] != nil, unknown.count == 1 {
      found[missing] = unknown[0]
      doubts.append("the axis \(Self.text(names[unknown[0]])) is taken for \(missing == 1 ? "y" : "x")")
    }
    guard let y = found[1], let x = found[2] else {
      throw Problem(message: "the axes are called \(called): expected z, y and x among them")
    }
    var z = found[0]
    var channel = roles.firstIndex(of: .channel)
    let time = roles.firstIndex(of: .time)
    var rest = unknown.filter { shape[$0] > 1 && $0 != y && $0 != x }
    if z == nil, rest.count == 1 {
      z = rest.removeFirst()
      doubts.append("the axis \(Self.text(names[z!])) is taken for z")
    } else if channel == nil, rest.count == 1, z != nil {
      channel = rest.removeFirst()
      doubts.append("the axis \(Self.text(names[channel!])) is taken for channels")
    }
    if let other = rest.first {
      throw Problem(
        message:
          "axis \(names[other].map { "\"\($0)\"" } ?? "number \(other)") has a length of \(shape[other]): expected z, y, x, channels and time points only, or other axes of length 1"
      )
    }
    self.init(z: z, y: y, x: x, channel: channel, time: time, shape: shape, doubts: doubts)
  }

  private static func text(_ name: String?) -> String { name.map { "\"\($0)\"" } ?? "without a name" }

  /// Without names for z, y and x: by position.
  private init(unnamed roles: [AxisRole?], _ names: [String?], _ shape: [Int], _ called: String) throws {
    var doubts: [String] = []
    var channel = roles.firstIndex(of: .channel)
    var time = roles.firstIndex(of: .time)
    var free = shape.indices.filter { roles[$0] == nil }
    // Arrays of more than five axes have some of length 1.
    while free.count > 5, let single = free.first(where: { shape[$0] == 1 }) { free.removeAll { $0 == single } }
    guard (2...5).contains(free.count) else {
      throw Problem(message: "expected axes for z, y and x, found \(called) of lengths \(shape)")
    }
    if free.count > 3, channel == nil, let last = free.last, shape[last] <= 4,
      free.dropLast().suffix(3).allSatisfy({ shape[$0] > 4 })
    {
      channel = last
      free.removeLast()
      doubts.append("the axes have no names: the last, of length \(shape[last]), is taken for channels")
    }
    if free.count > 3, channel == nil {
      channel = free.remove(at: free.count - 4)
      if shape[channel!] > 1 {
        doubts.append(
          "the axes have no names: that of length \(shape[channel!]) before the last three is taken for channels")
      }
    }
    if free.count > 3, time == nil {
      time = free.remove(at: free.count - 4)
      if shape[time!] > 1 {
        doubts.append("the axes have no names: that of length \(shape[time!]) is taken for time points")
      }
    }
    if free.count > 3 {
      guard let single = free.first(where: { shape[$0] == 1 }) else {
        throw Problem(message: "expected axes for z, y and x, found \(called) of lengths \(shape)")
      }
      free.removeAll { $0 == single }
    }
    let foreign = names.compactMap(\.self).filter { name in !name.isEmpty && !AxisRole.isGeneric(name) }
    if !foreign.isEmpty && roles.allSatisfy({ $0 == nil }) {
      doubts.append("the axes are called \(called), which are not known: they are taken for z, y, x by their order")
    }
    self.init(
      z: free.count > 2 ? free[free.count - 3] : nil, y: free[free.count - 2], x: free[free.count - 1],
      channel: channel, time: time, shape: shape, doubts: doubts)
  }

  private init(z: Int?, y: Int, x: Int, channel: Int?, time: Int?, shape: [Int], doubts: [String]) {
    self.z = z
    self.y = y
    self.x = x
    self.channel = channel
    self.time = time
    self.shape = shape
    self.doubts = doubts
  }
}
