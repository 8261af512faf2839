import Foundation
import Launching
import MPI
import Testing

/// A lone process, without any launcher: everything works in memory.
@Suite struct LoneProcessTests {
  let communicator = Communicator.single(elementsPerCall: 3)

  @Test func isOneRankAndDoesNotNeedMPI() throws {
    let world = try Communicator.world()
    #expect((world.rank, world.size) == (0, 1))
    #expect(try world.sameNode().size == 1)
    #expect(try world.duplicate().size == 1)
    #expect(Communicator.threadLevel == "MPI_THREAD_SINGLE")
    #expect(!Communicator.libraryVersion.isEmpty)
  }

  @Test func collectivesReturnOwnValues() throws {
    try communicator.barrier()
    #expect(try communicator.broadcast([1.5, 2.5]) == [1.5, 2.5])
    #expect(try communicator.broadcast(coding: ["µ": 1]) == ["µ": 1])
    #expect(try communicator.allReduce([1, 2, 3, 4], .sum) == [1, 2, 3, 4])
    #expect(try communicator.allReduce(Float(7), .max) == 7)
    #expect(try communicator.gather([UInt32(9)]) == [[9]])
    #expect(try communicator.allGather([UInt8]()) == [[]])
    #expect(try communicator.gather(coding: "text") == ["text"])
  }

  @Test func messagesToOneselfKeepTheirOrder() throws {
    for number in 0..<5 { try communicator.send(Data([UInt8(number)]), to: 0, tag: 1) }
    try communicator.send(Data("other".utf8), to: 0, tag: 2)
    #expect(try communicator.receiveData(tag: 2).data == Data("other".utf8))
    for number in 0..<5 { #expect(try communicator.receiveData(from: 0, tag: 1).data == Data([UInt8(number)])) }
    #expect(try communicator.receiveIfAny(tag: 2) == nil)
    #expect(try communicator.receiveIfAny(tag: 1) == nil)
  }

  @Test func aMessageOfAnotherLengthIsAnError() throws {
    try [Float(1), 2].withUnsafeBufferPointer { try communicator.send($0, to: 0, tag: 1) }
    var one: [Float] = [0]
    #expect(throws: MPIError.self) {
      try one.withUnsafeMutableBufferPointer { try communicator.receive(into: $0, from: 0, tag: 1) }
    }
  }

  @Test func finalizeIsHarmless() throws {
    try Communicator.finalize()
    try Communicator.finalize()
  }
}

/// The probe program on real ranks.
@Suite(.serialized) struct RankTests {
  /// 0 stands for a start without mpirun.
  static let rankCounts = [0, 1, 2, 3]

  private func probe(_ ranks: Int, _ arguments: String...) throws -> Ending {
    try Running(launch(ranks: ranks, builtProgram("mpi-probe"), arguments)).wait()
  }

  private func expectEveryRank(_ ranks: Int, says text: String, _ ending: Ending) {
    let size = max(1, ranks)
    #expect(ending.code == 0, "\(ending.errors)")
    #expect(
      ending.output.split(separator: "\n").sorted() == (0..<size).map { "rank \($0) of \(size)\(text)" },
      "\(ending.errors)")
  }

  @Test(arguments: rankCounts) func collectivesAgreeInPiecesOfAnySize(ranks: Int) throws {
    expectEveryRank(ranks, says: ": collectives agree", try probe(ranks, "collectives"))
  }

  @Test(arguments: rankCounts) func messagesAgreeInPiecesOfAnySize(ranks: Int) throws {
    expectEveryRank(ranks, says: ": messages agree", try probe(ranks, "messages"))
  }

  @Test(arguments: rankCounts) func ranksKnowTheirNode(ranks: Int) throws {
    let ending = try probe(ranks, "information")
    let size = max(1, ranks)
    #expect(ending.code == 0)
    for rank in 0..<size {
      #expect(ending.output.contains("rank \(rank) of \(size), local rank \(rank) of \(size), "), "\(ending.output)")
    }
    #expect(ending.errors.contains(ranks == 0 ? "MPI_THREAD_SINGLE" : "MPI_THREAD_MULTIPLE"), "\(ending.errors)")
  }

  @Test(arguments: rankCounts) func aFaultOnRankZeroIsThrownOnEveryRankAndReportedOnce(ranks: Int) throws {
    let ending = try probe(ranks, "fault", "root")
    #expect(ending.code == 66 && !ending.timedOut)
    #expect(ending.errors.components(separatedBy: "rank 0 found nothing").count == 2, "\(ending.errors)")
    #expect(!ending.errors.contains("alone"))
  }

  @Test(arguments: [2, 3]) func aFaultOnAnyRankIsThrownOnEveryRankAndReportedOnce(ranks: Int) throws {
    let ending = try probe(ranks, "fault", "every", "\(ranks - 1)")
    #expect(ending.code == 65 && !ending.timedOut)
    #expect(ending.errors.components(separatedBy: "rank \(ranks - 1) found damage").count == 2, "\(ending.errors)")
  }

  @Test(arguments: [(1, 0), (2, 0), (2, 1), (3, 1)])
  func aRankThatThrowsEndsTheWholeJobWithItsCode(ranks: Int, failing: Int) throws {
    let ending = try probe(ranks, "fault", "alone", "\(failing)")
    #expect(ending.code == 74 && !ending.timedOut, "\(ending.errors)")
    #expect(ending.errors.contains("rank \(failing) alone: rank \(failing) lost its disk"), "\(ending.errors)")
  }

  @Test(arguments: [1, 2, 3]) func communicatorsMayGoAwayWhileMPIEnds(ranks: Int) throws {
    let ending = try probe(ranks, "leaving")
    #expect(ending.code == 0, "\(ending.errors)")
  }

  @Test func errorsOfTheLibraryAreThrownWithItsWords() throws {
    let ending = try probe(2, "fault", "mpi", "1")
    #expect(ending.code == 70 && !ending.timedOut)
    #expect(ending.errors.contains("rank 1 alone: MPI_Send failed: "), "\(ending.errors)")
  }
}
