import Files
import Voxels

extension ObjectList {
  /// What the table is compared with.
  package struct Labels {
    package let path: String
    package let extent: Extent
    /// Whether voxels may still be missing.
    package let isUnfinished: Bool
    /// Whether a box, from one corner to the one after its last voxel, holds a voxel of an object.
    package let contains: (_ id: UInt64, _ from: [Int], _ to: [Int]) -> Bool

    package init(
      path: String, extent: Extent, isUnfinished: Bool,
      contains: @escaping (_ id: UInt64, _ from: [Int], _ to: [Int]) -> Bool
    ) {
      self.path = path
      self.extent = extent
      self.isUnfinished = isUnfinished
      self.contains = contains
    }
  }

  /// Checks that the table belongs to `labels`: its boxes lie inside, and some of its objects are found in theirs.
  ///
  /// - Throws: `Fault.badData` when it is the table of other labels.
  package func require(_ labels: Labels) throws {
    let names = ["start_z", "start_y", "start_x", "end_z", "end_y", "end_x"]
    let boxes = names.compactMap { column($0) }
    guard boxes.count == 6, count > 0 else { return }
    let ids = column("id")!
    for axis in 0..<3 {
      if let row = boxes[3 + axis].firstIndex(where: { $0 > Double(labels.extent[axis]) && $0 < 1e15 }) {
        throw mismatch(
          labels, "object \(Int(ids[row])) ends at \(Int(boxes[3 + axis][row])) along \(["z", "y", "x"][axis])")
      }
    }
    guard !labels.isUnfinished else { return }
    let samples = Set((0..<8).map { $0 * (count - 1) / 7 })
    for row in samples.sorted() {
      guard ids[row] >= 0, boxes.allSatisfy({ (0...1e15).contains($0[row]) }) else {
        throw mismatch(labels, "object \(Int(ids[row])) has no box")
      }
      let box = boxes.map { Int($0[row]) }
      let sizes = (0..<3).map { box[3 + $0] - box[$0] }
      guard sizes.allSatisfy({ $0 > 0 }) else { throw mismatch(labels, "object \(Int(ids[row])) has an empty box") }
      guard sizes.reduce(1, *) <= 1 << 21 else { continue }
      if !labels.contains(UInt64(ids[row]), Array(box[0..<3]), Array(box[3..<6])) {
        throw mismatch(labels, "object \(Int(ids[row])) is not in its box")
      }
    }
  }

  private func mismatch(_ labels: Labels, _ found: String) -> Fault {
    Fault.badData(
      "\(path) is not the object table of \(labels.path) (\(labels.extent) voxels): \(found); give the table that was "
        + "written with these labels")
  }
}
