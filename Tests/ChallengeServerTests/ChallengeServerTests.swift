import Files
import Foundation
import Launching
import Scratch
import Synchronization
import Testing

/// The server by real HTTP, with a stand-in for the network (`challenge-probe`).
@Suite struct ChallengeServerTests {
  /// A running server and its place.
  private final class Server {
    let running: Running
    let scratch: ScratchDirectory
    private(set) var port = 0

    init(port wanted: Int = 0) throws {
      scratch = try ScratchDirectory()
      try createDirectory(scratch.file("images/organ"))
      try publish(#"[{"socket": {"slug": "organ"}}]"#, to: scratch.file("inputs.json"))
      running = try Running([builtProgram("challenge-probe"), scratch.path, scratch.file("output"), "\(wanted)"])
      var found = 0
      let isServing = running.wait { [running] in
        let lines = running.errorsSoFar.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        found = lines.lazy.filter { $0.hasPrefix("port ") }.compactMap { Int($0.dropFirst(5)) }.first ?? 0
        return found > 0
      }
      if isServing { port = found }
    }

    var image: String { scratch.file("images/organ/case.mha") }

    func ask(_ method: String, _ path: String) throws -> LoopbackReply { try askLoopback(port: port, method, path) }

    /// Ends it as the platform does.
    func stop() -> Ending {
      running.send(SIGTERM)
      return running.wait()
    }
  }

  /// Serves until `body` is done.
  ///
  /// - Returns: what the server wrote.
  @discardableResult
  private func serve(_ body: (Server) throws -> Void) throws -> String {
    let server = try Server()
    try #require(server.port > 0, "\(server.running.errorsSoFar)")
    try body(server)
    let ending = server.stop()
    #expect(ending.code == 0 && !ending.errors.contains("overlap"), "\(ending.code): \(ending.errors)")
    return ending.errors
  }

  @Test func isHealthyAndSegmentsAgainAndAgain() throws {
    let written = try serve { server in
      #expect(try server.ask("GET", "/health").status == 200)
      for text in ["first", "second"] {
        try publish(text, to: server.image)
        let reply = try server.ask("POST", "/invoke")
        #expect(reply.status == 201 && reply.object["objects"] as? Int == 1)
        #expect((reply.object["warnings"] as? [String])?.count == 1)
        let directory = server.scratch.file("output/images/isolated-biological-structure")
        #expect(try directoryEntries(directory) == ["output.mha"])
        #expect(String(decoding: try readWholeFile(directory + "/output.mha"), as: UTF8.self) == text)
      }
    }
    #expect(written.components(separatedBy: "1 objects, 2 of 8 voxels").count == 3, "\(written)")
  }

  @Test func whatFailsIsToldAndTheNextCaseGoesOn() throws {
    try serve { server in
      for (text, status, word) in [
        ("broken", 422, "damaged"), ("full", 500, "space"), ("stopped", 503, "signal"), ("strange", 500, ""),
      ] {
        try publish(text, to: server.image)
        let reply = try server.ask("POST", "/invoke")
        let sentence = try #require(reply.object["error"] as? String)
        #expect(reply.status == status && !sentence.isEmpty, "\(text): \(reply)")
        #expect(word.isEmpty || sentence.contains(word), "\(text): \(sentence)")
      }
      try FileManager.default.removeItem(atPath: server.image)
      #expect(try server.ask("POST", "/invoke").status == 422)
      #expect(try server.ask("GET", "/health").status == 200)
      try publish("whole", to: server.image)
      #expect(try server.ask("POST", "/invoke").status == 201)
    }
  }

  @Test func otherRequestsAreRefused() throws {
    let written = try serve { server in
      for (method, path, status) in [
        ("GET", "/invoke", 405), ("POST", "/health", 405), ("GET", "/", 404), ("HEAD", "/health", 200),
      ] {
        let reply = try server.ask(method, path)
        #expect(reply.status == status, "\(method) \(path)")
        if method == "HEAD" { #expect(reply.body.isEmpty) }
      }
    }
    #expect(!written.contains("objects"), "\(written)")
  }

  /// They share one place for input and output.
  @Test func casesAreSegmentedOneAfterAnother() throws {
    let written = try serve { server in
      try publish("same", to: server.image)
      let statuses = Mutex<[Int]>([])
      let port = server.port
      DispatchQueue.concurrentPerform(iterations: 6) { index in
        // The server answers in between.
        let reply = try? askLoopback(port: port, index == 5 ? "GET" : "POST", index == 5 ? "/health" : "/invoke")
        statuses.withLock { $0.append(reply?.status ?? 0) }
      }
      #expect(statuses.withLock { $0.sorted() } == [200, 201, 201, 201, 201, 201])
    }
    #expect(written.components(separatedBy: "1 objects, 2 of 8 voxels").count == 6, "\(written)")
  }

  @Test func aPortInUseIsASentence() throws {
    try serve { server in
      let ending = try Server(port: server.port).running.wait()
      #expect(ending.code == 73 && ending.errors.contains("--port"), "\(ending.code): \(ending.errors)")
    }
  }

  /// The case in hand is finished, whoever waits for it is answered, and then the server ends.
  @Test func aStopWaitsForTheCaseInHand() throws {
    let server = try Server()
    try #require(server.port > 0, "\(server.running.errorsSoFar)")
    try publish("last", to: server.image)
    let status = Mutex(0)
    let asked = DispatchSemaphore(value: 0)
    let port = server.port
    Thread.detachNewThread {
      let reply = try? askLoopback(port: port, "POST", "/invoke")
      status.withLock { $0 = reply?.status ?? 0 }
      asked.signal()
    }
    usleep(20_000)
    let ending = server.stop()
    asked.wait()
    #expect(ending.code == 0, "\(ending.code): \(ending.errors)")
    // Where the signal came before the request, nothing was accepted any more.
    #expect([0, 201].contains(status.withLock { $0 }), "\(ending.errors)")
    #expect((status.withLock { $0 } == 201) == ending.errors.contains("1 objects"), "\(ending.errors)")
  }
}
