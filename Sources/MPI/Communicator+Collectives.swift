import CMPI
import Foundation

extension Communicator {
  /// Returns when every rank has arrived. Sleeps briefly between polls rather than spinning, because the others may be
  /// busy for minutes on the same cores (Open MPI's own barrier burns one core per rank).
  public func barrier() throws { _ = try barrier(givingUpAfter: nil) }

  /// The same with a time limit in seconds: false if not every rank has arrived by then. The communicator is then
  /// unusable; this is for shutdown, where a rank that failed finds out whether all others did too.
  public func barrier(givingUpAfter seconds: Double?) throws -> Bool {
    guard case .mpi(let handle) = transport, size > 1 else { return true }
    let deadline = seconds.map { ContinuousClock.now.advanced(by: .seconds($0)) }
    var request: MPI_Request?
    try check(MPI_Ibarrier(handle, &request), "MPI_Ibarrier")
    var pause = Pause()
    var done: Int32 = 0
    while true {
      try check(MPI_Test(&request, &done, sheaf_mpi_status_ignore()), "MPI_Test")
      if done != 0 { return true }
      if let deadline, ContinuousClock.now > deadline { return false }
      pause.sleep()
    }
  }

  /// Copies the buffer of rank `root` into every other rank's; all buffers have the same count.
  public func broadcast<Scalar: MPIScalar>(_ buffer: UnsafeMutableBufferPointer<Scalar>, from root: Int = 0) throws {
    guard case .mpi(let handle) = transport, size > 1 else { return }
    try forEachPiece(of: buffer.count) { start, count in
      try check(
        MPI_Bcast(buffer.baseAddress! + start, count, Scalar.mpiType, Int32(root), handle), "MPI_Bcast")
    }
  }

  /// Rank `root`'s array on every rank; the arrays passed by the others are ignored.
  public func broadcast<Scalar: MPIScalar>(_ values: [Scalar], from root: Int = 0) throws -> [Scalar] {
    let count = try broadcast(values.count, from: root)
    if rank == root {
      var copy = values
      try copy.withUnsafeMutableBufferPointer { try broadcast($0, from: root) }
      return copy
    }
    return try [Scalar](unsafeUninitializedCapacity: count) { buffer, initialised in
      try broadcast(UnsafeMutableBufferPointer(rebasing: buffer[..<count]), from: root)
      initialised = count
    }
  }

  public func broadcast<Scalar: MPIScalar>(_ value: Scalar, from root: Int = 0) throws -> Scalar {
    var copy = value
    try withUnsafeMutablePointer(to: &copy) {
      try broadcast(UnsafeMutableBufferPointer(start: $0, count: 1), from: root)
    }
    return copy
  }

  /// Rank `root`'s bytes on every rank.
  public func broadcast(_ data: Data, from root: Int = 0) throws -> Data {
    Data(try broadcast(rank == root ? [UInt8](data) : [], from: root))
  }

  /// Rank `root`'s value on every rank, encoded as JSON; `value` is evaluated on `root` alone.
  public func broadcast<Value: Codable>(coding value: @autoclosure () throws -> Value, from root: Int = 0) throws
    -> Value
  {
    if size == 1 { return try value() }
    let own = rank == root ? try value() : nil
    let data = try broadcast(own.map { try MessageCoding.encode($0) } ?? Data(), from: root)
    return try own ?? MessageCoding.decode(Value.self, from: data)
  }

  /// Every rank's array on rank `root`, indexed by rank; lengths may differ. Elsewhere nil.
  public func gather<Scalar: MPIScalar>(_ values: [Scalar], to root: Int = 0) throws -> [[Scalar]]? {
    guard case .mpi = transport, size > 1 else { return [values] }
    var counts = [Int](repeating: 0, count: size)
    counts[rank] = values.count
    counts = try allReduce(counts, .sum)
    // Point-to-point pieces instead of MPI_Gatherv, whose displacements overflow at 2³¹ elements. A separate tag range
    // keeps them apart from the callers' messages.
    if rank != root {
      try values.withUnsafeBufferPointer { try send($0, to: root, tag: Communicator.gatherTag) }
      return nil
    }
    return try (0..<size).map { source in
      if source == rank { return values }
      return try [Scalar](unsafeUninitializedCapacity: counts[source]) { buffer, initialised in
        try receive(
          into: UnsafeMutableBufferPointer(rebasing: buffer[..<counts[source]]), from: source,
          tag: Communicator.gatherTag)
        initialised = counts[source]
      }
    }
  }

  /// Every rank's array on every rank, indexed by rank; lengths may differ.
  public func allGather<Scalar: MPIScalar>(_ values: [Scalar]) throws -> [[Scalar]] {
    let gathered = try gather(values)
    let counts = try broadcast(gathered?.map(\.count) ?? [])
    let flat = try broadcast(gathered.map { Array($0.joined()) } ?? [])
    var start = 0
    return counts.map { count in
      defer { start += count }
      return Array(flat[start..<start + count])
    }
  }

  /// Every rank's value on rank `root`, indexed by rank, encoded as JSON. Elsewhere nil.
  public func gather<Value: Codable>(coding value: Value, to root: Int = 0) throws -> [Value]? {
    if size == 1 { return [value] }
    return try gather([UInt8](MessageCoding.encode(value)), to: root)?.map {
      try MessageCoding.decode(Value.self, from: Data($0))
    }
  }

  /// Replaces each element by its reduction over all ranks; all buffers have the same count.
  public func allReduce<Scalar: MPIScalar>(_ buffer: UnsafeMutableBufferPointer<Scalar>, _ reduction: Reduction) throws
  {
    guard case .mpi(let handle) = transport, size > 1 else { return }
    try forEachPiece(of: buffer.count) { start, count in
      try check(
        MPI_Allreduce(
          sheaf_mpi_in_place(), buffer.baseAddress! + start, count, Scalar.mpiType, reduction.mpiOperation, handle),
        "MPI_Allreduce")
    }
  }

  public func allReduce<Scalar: MPIScalar>(_ values: [Scalar], _ reduction: Reduction) throws -> [Scalar] {
    var copy = values
    try copy.withUnsafeMutableBufferPointer { try allReduce($0, reduction) }
    return copy
  }

  public func allReduce<Scalar: MPIScalar>(_ value: Scalar, _ reduction: Reduction) throws -> Scalar {
    var copy = value
    try withUnsafeMutablePointer(to: &copy) {
      try allReduce(UnsafeMutableBufferPointer(start: $0, count: 1), reduction)
    }
    return copy
  }

  /// Calls `body` with the start and count of each piece that fits one MPI call; not at all when `count` is 0.
  func forEachPiece(of count: Int, _ body: (_ start: Int, _ count: Int32) throws -> Void) throws {
    var start = 0
    while start < count {
      let piece = min(elementsPerCall, count - start)
      try body(start, Int32(piece))
      start += piece
    }
  }
}

/// Waits between polls: briefly at first so that quick replies stay quick, then for up to a millisecond.
struct Pause {
  private var microseconds: UInt32 = 10

  mutating func sleep() {
    usleep(microseconds)
    microseconds = min(microseconds * 2, 1000)
  }
}

/// Encodes Swift values as message bytes. JSON preserves every finite double exactly; infinities and NaN are spelled
/// out.
enum MessageCoding {
  static func encode(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    // Wrapped, so that top-level numbers and optionals can be encoded too.
    return try encoder.encode([value])
  }

  static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode([Value].self, from: data)[0]
  }
}
