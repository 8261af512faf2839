import Files
import Foundation
import Launching
import PeerEnvironment
import Scratch
import TestTraits
import Testing

/// `sheaf report` as it is typed, and its page in a browser.
@Suite struct ReportCommandTests {
  private let scratch: ScratchDirectory
  private let store: String

  init() throws {
    scratch = try ScratchDirectory()
    store = scratch.file("vessels.zarr")
    try succeed("phantom", scratch.file("organ"), "--extent", "40,96,96", "--structures", "vessels,nuclei")
    try succeed("tile", scratch.file("organ/vessels/planes"), store, "--voxel-size", "4,2,2", "--structure", "vessels")
  }

  @discardableResult
  private func succeed(_ arguments: String...) throws -> Ending {
    let ending = try Running([builtProgram("sheaf")] + arguments).wait()
    #expect(ending.code == 0, "\(arguments): \(ending.errors)")
    return ending
  }

  private func refuse(_ code: Int32, _ words: String, _ arguments: String...) throws {
    let ending = try Running([builtProgram("sheaf")] + arguments).wait()
    #expect(ending.code == code && ending.errors.contains(words), "\(arguments): \(ending.code) \(ending.errors)")
    // Usage is explained by the parser of arguments, in its own words.
    #expect(ending.errors.components(separatedBy: "sheaf: ").count <= 2, "\(ending.errors)")
  }

  /// A store in which plane 21 was taken without light.
  private func faultyStore() throws -> String {
    let planes = scratch.file("organ/vessels/planes")
    let names = try directoryEntries(planes).filter { $0.hasSuffix(".tif") }.sorted()
    // The first plane of the organ is air.
    try FileManager.default.removeItem(atPath: joinPath(planes, names[21]))
    try FileManager.default.copyItem(atPath: joinPath(planes, names[0]), toPath: joinPath(planes, names[21]))
    let path = scratch.file("faulty.zarr")
    try succeed("tile", planes, path, "--voxel-size", "4,2,2")
    return path
  }

  @Test func writesOnePageThatIsTheSameForTheSameInputs() throws {
    let page = scratch.file("r.html")
    let date = ["--date", "2026-11-29T08:00:00Z"]
    let first = try succeed("report", store, "-o", page, date[0], date[1])
    #expect(first.output.hasSuffix("\(page)\n"))
    let bytes = try readWholeFile(page)
    try refuse(73, "--overwrite", "report", store, "-o", page)
    try succeed("report", store, "-o", page, date[0], date[1], "--overwrite")
    #expect(try readWholeFile(page) == bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("29 Nov 2026, 08:00 UTC") && text.contains("sheaf tile") && !text.contains("<script"))
  }

  @Test func findingsArePrintedAndGivenAsJSON() throws {
    let page = scratch.file("r.html")
    let ending = try succeed("report", faultyStore(), "-o", page, "--json")
    let result = try JSONValue(parsing: Data(ending.output.utf8), path: "output")
    let findings = result["findings"]?.asArray ?? []
    #expect(findings.first?["severity"] == "error", "\(ending.output)")
    #expect(findings.first?["text"]?.asString?.contains("plane 21 is dark") == true, "\(ending.output)")
  }

  @Test(.needsPeers, .needsBrowser) func theFirstScreenShowsWhatIsWrong() throws {
    let page = scratch.file("r.html")
    try succeed("report", faultyStore(), store, "-o", page)
    let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/Report/check_report.py"
    let output = try PeerEnvironment.required().run(file: fixture, arguments: [page, "plane 21 is dark"])
    #expect(output == "ok\n")
  }

  @Test func badInputIsOneSentence() throws {
    let page = scratch.file("r.html")
    try refuse(66, "there is no such file", "report", scratch.file("absent"), "-o", page)
    try refuse(65, "that a report describes", "report", scratch.file("organ/vessels"), "-o", page)
    try refuse(73, "lies in the input", "report", store, "-o", store + "/r.html")
    try refuse(64, "--date", "report", store, "-o", page, "--date", "yesterday")
    #expect(!fileExists(page))
  }

  @Test func picturesShowAgreementAndScale() throws {
    let (labels, other) = (scratch.file("organ/nuclei/labels"), scratch.file("organ/vessels/labels"))
    let file = scratch.file("p.png")
    try succeed(
      "picture", store, "-o", file, "--prediction", labels, "--reference", other, "--plane", "10,20", "--contrast",
      "1,99")
    #expect(try readWholeFile(file).count > 1000)
    try succeed("picture", store, "-o", file, "--projection", "y", "--no-scale-bar", "--overwrite")
    try refuse(64, "--prediction and --reference", "picture", store, "-o", file, "--prediction", labels)
    try refuse(64, "--plane 40", "picture", store, "-o", scratch.file("q.png"), "--plane", "40")
    let overview = scratch.file("i.png")
    try succeed("info", store, "--picture", overview)
    #expect(try readWholeFile(overview).starts(with: [0x89, 0x50, 0x4E, 0x47]))
    try refuse(73, "--overwrite", "info", store, "--picture", overview)
  }
}
