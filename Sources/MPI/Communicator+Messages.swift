import CMPI
import Foundation

extension Communicator {
  /// Callers' tags are 0 ..< 2¹⁴ (the standard guarantees 2¹⁵); the rest is reserved for collectives built from
  /// messages.
  public static let tagLimit = 1 << 14
  static let gatherTag = tagLimit

  /// Sends `buffer` to rank `destination`; returns when the buffer may be reused. The receiver must know the count.
  public func send<Scalar: MPIScalar>(_ buffer: UnsafeBufferPointer<Scalar>, to destination: Int, tag: Int) throws {
    switch transport {
    case .local(let mailbox):
      precondition(destination == 0)
      mailbox.put(Data(buffer: buffer), tag: tag)
    case .mpi(let handle):
      sendLock.lock()
      defer { sendLock.unlock() }
      try forEachPiece(of: buffer.count) { start, count in
        try check(
          MPI_Send(buffer.baseAddress! + start, count, Scalar.mpiType, Int32(destination), Int32(tag), handle),
          "MPI_Send")
      }
    }
  }

  /// Fills `buffer` with a message of exactly its count, sent by `send` with the same count. Busy-waits.
  public func receive<Scalar: MPIScalar>(
    into buffer: UnsafeMutableBufferPointer<Scalar>, from source: Int, tag: Int
  ) throws {
    switch transport {
    case .local(let mailbox):
      precondition(source == 0)
      let data = mailbox.take(tag: tag)
      let expected = buffer.count * MemoryLayout<Scalar>.stride
      guard data.count == expected else {
        throw MPIError(
          call: "receive", code: 0, message: "expected a message of \(expected) bytes, found \(data.count)")
      }
      data.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
    case .mpi(let handle):
      try forEachPiece(of: buffer.count) { start, count in
        try check(
          MPI_Recv(
            buffer.baseAddress! + start, count, Scalar.mpiType, Int32(source), Int32(tag), handle,
            sheaf_mpi_status_ignore()), "MPI_Recv")
      }
    }
  }

  /// Sends bytes whose number the receiver need not know. Safe to call from several threads at once.
  public func send(_ data: Data, to destination: Int, tag: Int) throws {
    guard case .mpi(let handle) = transport else {
      try data.withUnsafeBytes { try send($0.bindMemory(to: UInt8.self), to: destination, tag: tag) }
      return
    }
    // The first piece begins with the total length, from which the receiver computes how many pieces follow.
    var bytes = withUnsafeBytes(of: UInt64(data.count).littleEndian) { [UInt8]($0) }
    bytes.append(contentsOf: data)
    let firstPiece = max(elementsPerCall, MemoryLayout<UInt64>.size)
    sendLock.lock()
    defer { sendLock.unlock() }
    try bytes.withUnsafeBytes { buffer in
      var start = 0
      while start < buffer.count {
        let count = min(start == 0 ? firstPiece : elementsPerCall, buffer.count - start)
        try check(
          MPI_Send(
            buffer.baseAddress! + start, Int32(count), sheaf_mpi_byte(), Int32(destination), Int32(tag), handle),
          "MPI_Send")
        start += count
      }
    }
  }

  /// The next byte message from `source` (nil: any rank) under `tag`, or nil if none has arrived yet; does not block.
  /// Safe to call from several threads at once: a message is matched and received in one step.
  public func receiveIfAny(from source: Int? = nil, tag: Int) throws -> (data: Data, source: Int)? {
    guard case .mpi(let handle) = transport else {
      return transport.mailbox.takeIfAny(tag: tag).map { ($0, 0) }
    }
    var isThere: Int32 = 0
    var message: MPI_Message?
    var status = MPI_Status()
    try check(
      MPI_Improbe(
        source.map { Int32($0) } ?? sheaf_mpi_any_source(), Int32(tag), handle, &isThere, &message, &status),
      "MPI_Improbe")
    if isThere == 0 { return nil }
    var pieceCount: Int32 = 0
    try check(MPI_Get_count(&status, sheaf_mpi_byte(), &pieceCount), "MPI_Get_count")
    let sender = status.MPI_SOURCE
    var first = [UInt8](repeating: 0, count: Int(pieceCount))
    try check(MPI_Mrecv(&first, pieceCount, sheaf_mpi_byte(), &message, sheaf_mpi_status_ignore()), "MPI_Mrecv")
    guard first.count >= MemoryLayout<UInt64>.size else {
      throw MPIError(call: "receive", code: 0, message: "a message of \(first.count) bytes has no length")
    }
    let total = first.withUnsafeBytes { Int(UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self))) }
    var data = Data(first.dropFirst(MemoryLayout<UInt64>.size))
    data.reserveCapacity(total)
    var piece: [UInt8] = []
    while data.count < total {
      let count = min(elementsPerCall, total - data.count)
      if piece.count != count { piece = [UInt8](repeating: 0, count: count) }
      try check(
        MPI_Recv(&piece, Int32(count), sheaf_mpi_byte(), sender, Int32(tag), handle, sheaf_mpi_status_ignore()),
        "MPI_Recv")
      data.append(contentsOf: piece)
    }
    return (data, Int(sender))
  }

  /// The next byte message from `source` (nil: any rank) under `tag`; sleeps while it waits.
  public func receiveData(from source: Int? = nil, tag: Int) throws -> (data: Data, source: Int) {
    var pause = Pause()
    while true {
      if let received = try receiveIfAny(from: source, tag: tag) { return received }
      pause.sleep()
    }
  }
}
