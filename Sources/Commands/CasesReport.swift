import Foundation
import Pictures

/// The results of `infer` for several cases.
package struct CasesReport: Encodable {
  package struct Case: Encodable {
    let name: String
    let voxels: Int?
    let objects: Int?
    let foregroundVoxels: Int?
    let tilesEvaluated: Int?
    let tilesSkipped: Int?
    let seconds: Double
    /// Why it was set aside.
    let error: String?

    package init(
      name: String, voxels: Int?, objects: Int?, foregroundVoxels: Int?, tilesEvaluated: Int?, tilesSkipped: Int?,
      seconds: Double, error: String?
    ) {
      self.name = name
      self.voxels = voxels
      self.objects = objects
      self.foregroundVoxels = foregroundVoxels
      self.tilesEvaluated = tilesEvaluated
      self.tilesSkipped = tilesSkipped
      self.seconds = seconds
      self.error = error
    }
  }

  private let output: String
  private let cases: [Case]

  package init(output: String, cases: [Case]) {
    self.output = output
    self.cases = cases
  }

  package var text: String {
    var table = TextTable(["case", "voxels", "objects", "foreground", "seconds"])
    for item in cases {
      guard let voxels = item.voxels, let objects = item.objects, let foreground = item.foregroundVoxels else {
        table.add([item.name, "set aside", "", "", ""])
        continue
      }
      table.add([
        item.name, "\(voxels)", "\(objects)",
        String(format: "%.3f %%", Double(foreground) / Double(max(1, voxels)) * 100),
        String(format: "%.1f", item.seconds),
      ])
    }
    let done = cases.count { $0.error == nil }
    return table.text + "\n\(output): \(done) of \(cases.count) cases"
  }
}
