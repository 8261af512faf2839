import Testing
import Threads

@Suite struct ProcessorsTests {
  @Test func listsOfNumbers() {
    #expect(Processors.numbers(inList: "\t0-2,5\n") == [0, 1, 2, 5])
    #expect(Processors.numbers(inList: "7") == [7])
    #expect(Processors.numbers(inList: "") == [])
    #expect(Processors.numbers(inList: "x,3-1,0-99999999999,-") == [])
  }

  @Test func thereIsAtLeastOne() { #expect(Processors.available >= 1) }
}
