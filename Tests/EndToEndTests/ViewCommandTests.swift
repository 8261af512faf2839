import Files
import Foundation
import Launching
import PeerEnvironment
import Scratch
import TestTraits
import Testing

/// `sheaf view` as it is typed, read by other programs and worked on with a browser.
@Suite struct ViewCommandTests {
  private let scratch: ScratchDirectory
  private let store: String
  private let labels: String
  private let table: String

  init() throws {
    scratch = try ScratchDirectory()
    store = scratch.file("organ.zarr")
    labels = scratch.file("labels.zarr")
    table = scratch.file("objects.csv")
    try succeed("phantom", scratch.file("organ"), "--extent", "60,150,190", "--structures", "nuclei")
    for (input, output, content) in [("planes", store, "image"), ("labels", labels, "labels")] {
      try succeed(
        "tile", scratch.file("organ/nuclei/\(input)"), output, "--chunk", "32", "--shard", "64,64,128", "--voxel-size",
        "4,2,2", "--content", content)
    }
  }

  private func succeed(_ arguments: String...) throws {
    let ending = try Running([builtProgram("sheaf")] + arguments).wait()
    #expect(ending.code == 0, "\(arguments): \(ending.errors)")
  }

  private static var fixtures: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/Viewer"
  }

  /// Serves what `arguments` say, calls `body` with the link, and stops with Ctrl-C.
  private func serve(_ arguments: [String], _ body: (String) throws -> Void) throws {
    let server = try Running([builtProgram("sheaf"), "view"] + arguments)
    var link = ""
    let isServing = server.wait {
      let line = server.outputSoFar.split(separator: "\n").first { $0.hasPrefix("Open http") } ?? ""
      link = String(line.dropFirst(5))
      return !link.isEmpty
    }
    try #require(isServing, "sheaf view \(arguments): \(server.wait().errors)")
    defer {
      server.send(SIGINT)
      let ending = server.wait()
      #expect(ending.code == 0, "\(ending.errors)")
    }
    try body(link)
  }

  private func makeTable(_ peers: PeerEnvironment) throws {
    _ = try peers.run(
      """
      import sys, numpy as np, zarr
      ids = zarr.open_array(sys.argv[1] + "/0", mode="r")[:]
      names = ["id", "voxels", "centroid_z", "centroid_y", "centroid_x", "start_z", "start_y", "start_x", "end_z", "end_y", "end_x", "mean_intensity"]
      with open(sys.argv[2], "w") as file:
          file.write(",".join(names) + "\\n")
          for id in np.unique(ids)[1:]:
              places = np.argwhere(ids == id)
              row = [id, len(places), *places.mean(0), *places.min(0), *(places.max(0) + 1), id * 1.5]
              file.write(",".join(f"{value}" for value in row) + "\\n")
      """, arguments: [labels, table])
  }

  @Test(.needsPeers) func otherProgramsReadWhatIsServed() throws {
    let peers = try PeerEnvironment.required()
    try makeTable(peers)
    try serve([store, "--labels", labels, "--objects", table, "--neuroglancer"]) { link in
      let output = try peers.run(file: Self.fixtures + "/check_http.py", arguments: [link, store, labels])
      #expect(output == "ok\n")
    }
  }

  @Test(.needsPeers, .needsBrowser) func thePageShowsTheVolume() throws {
    let peers = try PeerEnvironment.required()
    try makeTable(peers)
    try serve([store, "--labels", labels, "--objects", table]) { link in
      let output = try peers.run(
        file: Self.fixtures + "/check_page.py", arguments: [link, store, labels, scratch.path])
      #expect(output == "ok\n")
    }
  }

  @Test(.needsPeers) func damageIsNamedAndNeverBackground() throws {
    let peers = try PeerEnvironment.required()
    let shard = try #require(
      contents(ofDirectory: store).keys.filter { $0.hasPrefix("0/c/") }.sorted().first)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: joinPath(store, shard)))
    bytes[20] ^= 0x10
    try bytes.write(to: URL(fileURLWithPath: joinPath(store, shard)))
    try serve([store]) { link in
      let output = try peers.run(
        """
        import json, sys, urllib.parse, urllib.request
        with urllib.request.urlopen(sys.argv[1] + "api/plane/0/0/0/0-1/0-150/0-190") as answer:
            gaps = json.loads(urllib.parse.unquote(answer.headers["X-Gaps"]))
            assert len(answer.read()) == 150 * 190 * 2
        assert len(gaps) == 1 and gaps[0][:4] == [0, 32, 0, 32], gaps
        print(gaps[0][4])
        """, arguments: [link])
      #expect(output.contains(shard) && output.contains("damaged"), "\(output)")
    }
  }

  @Test(.needsPeers) func aStoreThatIsBeingWrittenFillsUp() throws {
    let peers = try PeerEnvironment.required()
    let half = scratch.file("half.zarr")
    let planes = scratch.file("organ/nuclei/planes")
    let tiling = ["tile", planes, half, "--chunk", "16", "--shard", "32", "--threads", "1"]
    let first = try Running([builtProgram("sheaf")] + tiling)
    let (ending, wasStopped) = first.stop(with: SIGTERM) {
      (try? contents(ofDirectory: half).keys.contains { $0.hasPrefix("0/c/") }) ?? false
    }
    #expect(wasStopped && ending.code == 75, "\(ending.errors)")
    let program = """
      import json, sys, urllib.parse, urllib.request
      with urllib.request.urlopen(sys.argv[1] + "api/plane/0/0/0/59-60/0-150/0-190") as answer:
          print(len(json.loads(urllib.parse.unquote(answer.headers.get("X-Gaps", "%5B%5D")))))
      """
    try serve([half]) { link in
      #expect(try #require(Int(peers.run(program, arguments: [link]).trimmingCharacters(in: .newlines))) > 0)
      let second = try Running([builtProgram("sheaf")] + tiling).wait()
      #expect(second.code == 0, "\(second.errors)")
      #expect(try peers.run(program, arguments: [link]) == "0\n")
    }
  }

  /// Contrast cannot be taken from a store before there are voxels, and must not stay what it was then.
  @Test(.needsPeers, .needsBrowser, arguments: ["uint16", "float32"]) func contrastComesWithTheVoxels(type: String)
    throws
  {
    let peers = try PeerEnvironment.required()
    let half = scratch.file("half.zarr")
    let volume = scratch.file("volume.npy")
    // Among them negative values and fractions, where the type has any.
    _ = try peers.run(
      """
      import sys, numpy as np, zarr
      values = zarr.open_array(sys.argv[1] + "/0", mode="r")[:]
      np.save(sys.argv[2], values if sys.argv[3] == "uint16" else values.astype("float32") / 7 - 100)
      """, arguments: [store, volume, type])
    let tiling = ["tile", volume, half, "--chunk", "16", "--shard", "32", "--threads", "1"]
    let tile = try Running([builtProgram("sheaf")] + tiling)
    let hasBegun = tile.wait {
      (try? contents(ofDirectory: half).keys.contains { $0.hasPrefix("0/c/") && !$0.contains("/.") }) ?? false
    }
    tile.send(SIGSTOP)
    defer { tile.send(SIGCONT) }
    try #require(hasBegun, "\(tile.outputSoFar)")
    let hidden = scratch.file("hidden")
    try FileManager.default.createDirectory(atPath: hidden, withIntermediateDirectories: true)
    for level in try FileManager.default.contentsOfDirectory(atPath: half) where level.allSatisfy(\.isNumber) {
      let chunks = joinPath(joinPath(half, level), "c")
      guard fileExists(chunks) else { continue }
      try FileManager.default.moveItem(atPath: chunks, toPath: joinPath(hidden, level))
    }
    try serve([half]) { link in
      let output = try peers.run(
        file: Self.fixtures + "/check_live.py", arguments: [link, half, hidden, scratch.path])
      #expect(output == "ok\n")
      tile.send(SIGCONT)
      let ending = tile.wait()
      #expect(ending.code == 0, "\(ending.errors)")
      // The page stops asking, and says no longer that more will come.
      let state = """
        import json, sys, time, urllib.request
        deadline = time.monotonic() + 30
        while True:
            with urllib.request.urlopen(sys.argv[1] + "api/state") as answer:
                state = json.load(answer)
            if state["layers"][0]["isFinished"] or time.monotonic() > deadline:
                break
            time.sleep(0.2)
        print(state["layers"][0]["isFinished"], state["notes"])
        """
      #expect(try peers.run(state, arguments: [link]) == "True []\n")
    }
  }

  @Test(.needsPeers) func whatDoesNotFitIsRefused() throws {
    let peers = try PeerEnvironment.required()
    try makeTable(peers)
    func refused(_ arguments: String..., code: Int32, _ part: String) throws {
      let ending = try Running([builtProgram("sheaf"), "view"] + arguments).wait(timeLimit: 60)
      #expect(ending.code == code && ending.errors.contains(part), "\(arguments): \(ending.code) \(ending.errors)")
    }
    try succeed("phantom", scratch.file("other"), "--extent", "30,70,90", "--structures", "nuclei")
    let others = scratch.file("other/nuclei/labels")
    try refused(scratch.file("nothing.zarr"), code: 66, "no such file")
    try refused(store, "--labels", others, code: 65, "does not lie over")
    try refused(others, "--labels", others, "--objects", table, code: 65, "is not the object table of")
    try refused(store, "--objects", table, code: 64, "--labels")
    try refused(store, "--labels", labels, "--objects", joinPath(store, "zarr.json"), code: 65, "not an object table")
    try refused(store, "--port", "99999", code: 64, "between 0 and 65535")
    try refused(store, "--host", "203.0.113.7", code: 73, "cannot serve at")
    // The image and the labels are of one grid, but the table's numbers are those of another segmentation.
    var rows = try String(contentsOfFile: table, encoding: .utf8).split(separator: "\n").map(String.init)
    let second = rows[2].split(separator: ",", maxSplits: 1)
    rows[1] = "1," + second[1]
    let wrong = scratch.file("wrong.csv")
    try publish(rows.joined(separator: "\n") + "\n", to: wrong)
    try refused(store, "--labels", labels, "--objects", wrong, code: 65, "object 1 is not in its box")
    try serve([store, "--port", "0"]) { link in
      let port = try #require(URL(string: link)?.port)
      try refused(store, "--port", "\(port)", code: 73, "another program uses this port")
    }
  }

  @Test(.needsPeers, .needsBrowser, .needsRealData("cfos/1147.tif", "cfos/1147-labels.tif"))
  func aRealVolumeOpensInPlace() throws {
    let peers = try PeerEnvironment.required()
    try serve([RealData.path("cfos/1147.tif"), "--labels", RealData.path("cfos/1147-labels.tif")]) { link in
      let output = try peers.run(file: Self.fixtures + "/check_real.py", arguments: [link, scratch.path])
      #expect(output == "ok\n")
    }
  }
}
