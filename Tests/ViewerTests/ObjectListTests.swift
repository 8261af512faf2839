import Components
import Files
import Foundation
import Scratch
import Testing
import Viewer

@Suite struct ObjectListTests {
  private func list(_ text: String) throws -> ObjectList {
    try withTemporaryDirectory { root in
      let path = joinPath(root, "objects.csv")
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      return try ObjectList(path)
    }
  }

  @Test func rowsAreSortedByAnyColumn() throws {
    let list = try list("id,voxels,mean_intensity\n1,30,\n2,10,5.5\r\n7,30,1\n")
    #expect(list.count == 3 && list.columns == ["id", "voxels", "mean_intensity"])
    func ids(_ column: Int, _ descending: Bool) -> [Double] {
      list.rows(sortedBy: column, descending: descending, in: 0..<9).map { $0[0] }
    }
    #expect(ids(0, false) == [1, 2, 7] && ids(0, true) == [7, 2, 1])
    // Equal values stay in the order of the file; empty fields come last in both directions.
    #expect(ids(1, true) == [1, 7, 2] && ids(2, false) == [7, 2, 1] && ids(2, true) == [2, 7, 1])
    #expect(list.rows(sortedBy: 1, descending: false, in: 1..<2).map { $0[0] } == [1])
    #expect(list.row(id: 7)?[1] == 30 && list.row(id: 3) == nil)
    #expect(list.place(ofID: 2, sortedBy: 1, descending: true) == 2)
  }

  @Test func whatIsNoTableIsRefusedWithTheLine() throws {
    for (text, part) in [
      ("", "not an object table"), ("label,area\n1,2\n", "begins with \"id,\""),
      ("id,voxels\n1,2\n3\n", "objects.csv:3:"),
      ("id,voxels\nx,2\n", "objects.csv:2:"),
    ] {
      let fault = try #require(throws: Fault.self) { try list(text) }
      #expect(fault.kind == .badData && fault.message.contains(part), "\(fault.message)")
    }
  }
}
