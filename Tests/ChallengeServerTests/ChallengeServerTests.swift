import ChallengeServer
import Files
import Foundation
import Scratch
import Synchronization
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// The server by real HTTP, with a stand-in for the network.
@Suite struct ChallengeServerTests {
  /// What the stand-in has done.
  private final class Calls: Sendable {
    let count = Atomic<Int>(0)
    let atATime = Atomic<Int>(0)
    let most = Atomic<Int>(0)
    let lines = Mutex<[String]>([])
  }

  private struct Reply {
    let status: Int
    let body: [String: Any]
  }

  private func ask(_ port: Int, _ method: String, _ path: String) async throws -> Reply {
    var request = URLRequest(url: URL(string: "http://127.0.0.1:\(port)\(path)")!)
    request.httpMethod = method
    // Long, since tests that block the threads of all tasks may go first.
    request.timeoutInterval = 1800
    let (data, response) = try await URLSession.shared.data(for: request)
    let body = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
    return Reply(status: (response as! HTTPURLResponse).statusCode, body: body ?? [:])
  }

  /// Serves a case whose image holds the text of what should happen, and stops when `body` is done.
  private func serve(_ calls: Calls, _ body: (Int, ScratchDirectory) async throws -> Void) async throws {
    let scratch = try ScratchDirectory()
    try createDirectory(scratch.file("images/organ"))
    try publish(#"[{"socket": {"slug": "organ"}}]"#, to: scratch.file("inputs.json"))
    var settings = ChallengeServer.Settings()
    settings.host = "127.0.0.1"
    settings.port = 0
    settings.place.input = scratch.path
    settings.place.output = scratch.file("output")
    let server = ChallengeServer(settings: settings) { line in
      calls.lines.withLock { $0.append(line) }
    } segment: { image, output in
      let now = calls.atATime.wrappingAdd(1, ordering: .relaxed).newValue
      defer { calls.atATime.wrappingSubtract(1, ordering: .relaxed) }
      calls.most.max(now, ordering: .relaxed)
      calls.count.wrappingAdd(1, ordering: .relaxed)
      usleep(50_000)
      let text = String(decoding: try readWholeFile(image), as: UTF8.self)
      switch text {
      case "broken": throw Fault.badData("\(image) is damaged")
      case "full": throw Fault.io("no space left")
      case "stopped": throw Fault.stopped("stopped by a signal")
      case "strange": throw CocoaError(.fileReadUnknown)
      default: try publish(text, to: output)
      }
      return ChallengeServer.Segmented(voxels: 8, foregroundVoxels: 2, objects: 1, warnings: ["its size is not known"])
    }
    let isStopped = Atomic<Bool>(false)
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let ended = Mutex<Result<Void, any Error>?>(nil)
    let thread = Thread {
      let result = Result {
        try server.run(
          whenRunning: { continuation.yield($0) }, isStopRequested: { isStopped.load(ordering: .relaxed) })
      }
      ended.withLock { $0 = result }
      continuation.finish()
    }
    thread.start()
    var iterator = ports.makeAsyncIterator()
    let port = try #require(await iterator.next())
    try await body(port, scratch)
    isStopped.store(true, ordering: .relaxed)
    #expect(await iterator.next() == nil)
    try ended.withLock { $0! }.get()
  }

  @Test func isHealthyAndSegmentsAgainAndAgain() async throws {
    let calls = Calls()
    try await serve(calls) { port, scratch in
      #expect(try await ask(port, "GET", "/health").status == 200)
      for text in ["first", "second"] {
        try publish(text, to: scratch.file("images/organ/case.mha"))
        let reply = try await ask(port, "POST", "/invoke")
        #expect(reply.status == 201 && reply.body["objects"] as? Int == 1)
        #expect((reply.body["warnings"] as? [String])?.count == 1)
        let directory = scratch.file("output/images/isolated-biological-structure")
        #expect(try directoryEntries(directory) == ["output.mha"])
        #expect(String(decoding: try readWholeFile(directory + "/output.mha"), as: UTF8.self) == text)
      }
      #expect(calls.lines.withLock { $0.count { $0.contains("1 objects, 2 of 8 voxels") } } == 2)
    }
  }

  @Test func whatFailsIsToldAndTheNextCaseGoesOn() async throws {
    try await serve(Calls()) { port, scratch in
      let path = scratch.file("images/organ/case.mha")
      for (text, status, word) in [
        ("broken", 422, "damaged"), ("full", 500, "space"), ("stopped", 503, "signal"), ("strange", 500, ""),
      ] {
        try publish(text, to: path)
        let reply = try await ask(port, "POST", "/invoke")
        let sentence = try #require(reply.body["error"] as? String)
        #expect(reply.status == status && !sentence.isEmpty, "\(text): \(reply)")
        #expect(word.isEmpty || sentence.contains(word), "\(text): \(sentence)")
      }
      try FileManager.default.removeItem(atPath: path)
      #expect(try await ask(port, "POST", "/invoke").status == 422)
      #expect(try await ask(port, "GET", "/health").status == 200)
      try publish("whole", to: path)
      #expect(try await ask(port, "POST", "/invoke").status == 201)
    }
  }

  @Test func otherRequestsAreRefused() async throws {
    let calls = Calls()
    try await serve(calls) { port, _ in
      for (method, path, status) in [
        ("GET", "/invoke", 405), ("POST", "/health", 405), ("GET", "/", 404), ("HEAD", "/health", 200),
      ] {
        let reply = try await ask(port, method, path)
        #expect(reply.status == status, "\(method) \(path)")
      }
    }
    #expect(calls.count.load(ordering: .relaxed) == 0)
  }

  /// They share one place for input and output.
  @Test func casesAreSegmentedOneAfterAnother() async throws {
    let calls = Calls()
    try await serve(calls) { port, scratch in
      try publish("same", to: scratch.file("images/organ/case.mha"))
      let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<5 { group.addTask { try await ask(port, "POST", "/invoke").status } }
        // The server answers in between.
        #expect(try await ask(port, "GET", "/health").status == 200)
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(statuses == [201, 201, 201, 201, 201])
    }
    #expect(calls.count.load(ordering: .relaxed) == 5 && calls.most.load(ordering: .relaxed) == 1)
  }

  @Test func aPortInUseIsASentence() async throws {
    try await serve(Calls()) { port, _ in
      var settings = ChallengeServer.Settings()
      settings.host = "127.0.0.1"
      settings.port = port
      let second = ChallengeServer(settings: settings, report: { _ in }) { _, _ in throw Fault.io("not called") }
      let fault = #expect(throws: Fault.self) {
        try second.run(whenRunning: { _ in }, isStopRequested: { false })
      }
      #expect(fault?.kind == .cannotCreate && fault?.message.contains("--port") == true)
    }
  }
}
