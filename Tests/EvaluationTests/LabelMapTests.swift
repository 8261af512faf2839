import Evaluation
import Files
import Testing

@Suite struct LabelMapTests {
  @Test func theMapOfSparseAnnotation() throws {
    let map = try LabelMap(parsing: "2=1, 1=0,3=0,*=ignore")
    let found = [0, 1, 2, 3, 4].map { map.mappedClass(of: $0) }
    #expect(found == [255, 0, 1, 0, 255])
  }

  @Test func theStandardMapTakesEverythingButZeroAsForeground() throws {
    let map = try LabelMap(parsing: "")
    #expect(map.mappedClass(of: 0) == 0)
    #expect(map.mappedClass(of: 255) == 1)
    #expect(map.mappedClass(of: -3) == 1)
  }

  @Test func aValueOutsideTheMapIsUnknown() throws {
    #expect(try LabelMap(parsing: "0=0,1=1").mappedClass(of: 2) == nil)
  }

  @Test(arguments: ["2", "2=1=0", "a=1", "1=2", "1=1,1=0", "*=0,*=1", "1=", "=1", "1=1,,2=0"])
  func malformedMapsAreUsageErrors(text: String) {
    let fault = #expect(throws: Fault.self) { try LabelMap(parsing: text) }
    #expect(fault?.kind == .usage)
  }
}
