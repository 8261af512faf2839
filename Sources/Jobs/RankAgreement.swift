import Files
import Foundation
import MPI

/// Refuses ranks that would not do the same work: started with other arguments, of another version, given other inputs,
/// or writing to another file system. Without this they would end with exit code 0 and parts of the output missing.
///
/// All calls are collective, every rank throws the same sentence, and a single rank always agrees.
package enum RankAgreement {
  /// Something that must be the same on all ranks.
  package struct Fact: Codable, Sendable {
    /// As the words after "has": `other arguments`.
    let difference: String
    /// One part a line; the first line that differs is told.
    let value: String
    /// What to do, for the end of the sentence.
    let remedy: String

    package init(_ difference: String, _ value: String, remedy: String) {
      self.difference = difference
      self.value = value
      self.remedy = remedy
    }
  }

  /// The files of an input by names and sizes, and the first, the middle and the last of them by 64 KiB at either end:
  /// nodes may have copies of their own, with other times.
  ///
  /// - Throws: `Fault.noInput` when one cannot be read.
  package static func inputFiles(_ paths: [String]) throws -> Fact {
    var lines = paths.map { path in
      "\(path.split(separator: "/").last ?? ""): "
        + (FileStamp(of: path).map { "\($0.sizeInBytes) bytes" } ?? "missing")
    }
    for index in Set([0, paths.count / 2, paths.count - 1]) where paths.indices.contains(index) {
      guard fileExists(paths[index]), !isDirectory(paths[index]) else { continue }
      let file = try ReadableFile(paths[index])
      let part = min(file.size, 1 << 16)
      let hash = fnv1a(
        try file.read(at: file.size - part, count: part),
        seed: fnv1a(try file.read(at: 0, count: part), seed: fnv1aOffset))
      lines[index] += ", hash \(hexadecimal(hash))"
    }
    return Fact("other settings or inputs", lines.joined(separator: "\n"), remedy: sameInputs)
  }

  /// What to do where ranks read different inputs.
  package static let sameInputs = "let all ranks read the same inputs, by paths that mean the same on all nodes"

  private struct Statement: Codable {
    let host: String
    let facts: [Fact]
  }

  /// - Throws: `Fault.usage` naming the first rank that differs from rank 0, its host, and what differs.
  package static func require(_ facts: [Fact], _ communicator: Communicator) throws {
    if communicator.size == 1 { return }
    let digest = fnv1a(facts.map(\.value).joined(separator: "\u{0}").utf8, seed: fnv1aOffset)
    let (least, most) = (try communicator.allReduce(digest, .min), try communicator.allReduce(digest, .max))
    if least == most { return }
    // Only now is everything sent: identities of large corpora are long.
    let statements = try communicator.gather(coding: Statement(host: hostName(), facts: facts))
    try communicator.rootOnly {
      guard let own = statements?.first else { return }
      for (rank, other) in statements!.enumerated() {
        for (expected, found) in zip(own.facts, other.facts) where expected.value != found.value {
          let (first, second) = firstDifference(expected.value, found.value)
          throw Fault.usage(
            "rank \(rank) on \(other.host) has \(expected.difference) than rank 0 on \(own.host): expected \(first), "
              + "found \(second); \(expected.remedy)")
        }
      }
    }
  }

  private static func firstDifference(_ a: String, _ b: String) -> (String, String) {
    let left = a.split(separator: "\n", omittingEmptySubsequences: false)
    let right = b.split(separator: "\n", omittingEmptySubsequences: false)
    let same =
      zip(left, right).first { $0 != $1 } == nil
      ? min(left.count, right.count)
      : zip(left, right).enumerated().first { $0.element.0 != $0.element.1 }!.offset
    func part(_ lines: [Substring]) -> String { same < lines.count ? "\"\(lines[same])\"" : "nothing" }
    return (part(left), part(right))
  }

  /// Requires that all ranks see the directory that `output` is, or the nearest one above it that exists, as one and the
  /// same: rank 0 writes a file of random name there, and the others must find its contents. The file is removed again.
  ///
  /// - Parameter patienceInSeconds: how long a rank looks for it. A network file system may show a new file late.
  /// - Throws: `Fault.cannotCreate` naming the ranks and hosts that do not see it.
  package static func requireSharedPlace(
    _ output: String, _ communicator: Communicator, patienceInSeconds: Double = 10
  ) throws {
    if communicator.size == 1 { return }
    let token = try communicator.rootOnly { () throws -> Token in
      let token = Token(for: output)
      do { try publish(token.contents, to: token.path(for: output)) } catch let fault as Fault {
        throw Fault.cannotCreate("cannot write to the place of \(output): \(fault.message)")
      }
      return token
    }
    defer { if communicator.isRoot { unlink(token.path(for: output)) } }
    let isSeen = communicator.isRoot || token.isSeen(for: output, patienceInSeconds: patienceInSeconds)
    let blind = try communicator.gather(
      coding: isSeen ? nil : "rank \(communicator.rank) on \(hostName())" as String?)
    try communicator.rootOnly {
      let blind = blind!.compactMap(\.self)
      if blind.isEmpty { return }
      let others = blind.count > 1 ? " and \(blind.count - 1) more ranks do" : " does"
      throw Fault.cannotCreate(
        "\(blind[0])\(others) not see the directory \(token.directory(for: output)) as rank 0 on \(hostName()) does: a "
          + "file that rank 0 wrote there for the output \(output) is missing; give an output on a file system that all "
          + "ranks share, by a path that is the same for all of them")
    }
  }

  private struct Token: Codable {
    /// Steps from the output up to the directory that exists.
    var stepsUp = 0
    let name: String
    let contents: String

    init(for output: String) {
      var generator = SystemRandomNumberGenerator()
      contents = hexadecimal(generator.next()) + hexadecimal(generator.next())
      // What a killed run leaves behind is removed as a partial file.
      name = ".ranks-\(contents.prefix(16)).partial"
      var path = output
      while !isDirectory(path), parentDirectory(of: path) != path {
        path = parentDirectory(of: path)
        stepsUp += 1
      }
    }

    func directory(for output: String) -> String {
      (0..<stepsUp).reduce(output) { path, _ in parentDirectory(of: path) }
    }

    func path(for output: String) -> String { joinPath(directory(for: output), name) }

    func isSeen(for output: String, patienceInSeconds: Double) -> Bool {
      let deadline = ContinuousClock.now + .seconds(patienceInSeconds)
      while true {
        if let found = try? readWholeFile(path(for: output), limit: 1024), found == Data(contents.utf8) { return true }
        if ContinuousClock.now >= deadline { return false }
        usleep(100_000)
        // Listing a directory makes NFS ask the server whether it has changed.
        _ = try? directoryEntries(directory(for: output))
      }
    }
  }
}
