import Components
import Foundation
import Voxels

/// The columns of an object table that a report uses.
struct ObjectColumns {
  let ids: [Double]
  let voxels: [Double]
  let centroids: [[Double]]
  private let starts: [[Double]]
  private let ends: [[Double]]

  var count: Int { ids.count }

  /// Nil for a table without boxes.
  init?(_ list: ObjectList) {
    func columns(_ prefix: String) -> [[Double]]? {
      let found = ["z", "y", "x"].compactMap { list.column("\(prefix)_\($0)") }
      return found.count == 3 ? found : nil
    }
    guard let ids = list.column("id"), let voxels = list.column("voxels"), let centroids = columns("centroid"),
      let starts = columns("start"), let ends = columns("end"),
      voxels.allSatisfy({ (0...1e15).contains($0) }), ids.allSatisfy({ (0...9e15).contains($0) })
    else { return nil }
    (self.ids, self.voxels, self.centroids, self.starts, self.ends) = (ids, voxels, centroids, starts, ends)
  }

  func start(_ axis: Int, _ row: Int) -> Double { starts[axis][row] }
  func end(_ axis: Int, _ row: Int) -> Double { ends[axis][row] }

  /// Nil when its numbers are no box in `extent`.
  func box(_ row: Int, in extent: Extent) -> Region? {
    let numbers = (0..<3).flatMap { [starts[$0][row], ends[$0][row]] }
    guard numbers.allSatisfy({ $0.isFinite && (0...1e12).contains($0) }) else { return nil }
    let region = Region(
      from: Coordinate(Int(numbers[0]), Int(numbers[2]), Int(numbers[4])),
      to: Coordinate(Int(numbers[1]), Int(numbers[3]), Int(numbers[5])))
    return !region.isEmpty && Region(extent).contains(region) ? region : nil
  }
}
