import Files
import Synchronization
import Testing
import Threads

@Suite struct ForEachInOrderTests {
  @Test(arguments: [1, 2, 3, 8]) func valuesAreConsumedInOrder(threads: Int) throws {
    for count in [0, 1, 2, 7, 500] {
      let consumed = Mutex<[Int]>([])
      try forEachInOrder(count: count, threads: threads) {
        $0 * $0
      } consume: { index, value in
        #expect(value == index * index)
        consumed.withLock { $0.append(index) }
      }
      #expect(consumed.withLock { $0 } == Array(0..<count))
    }
  }

  @Test(arguments: [1, 3]) func nothingIsConsumedFromTheFirstFailureOn(threads: Int) {
    let consumed = Mutex<[Int]>([])
    let fault = #expect(throws: Fault.self) {
      try forEachInOrder(count: 100, threads: threads) { index in
        if index == 20 || index == 21 { throw Fault.badData("index \(index)") }
        return index
      } consume: { index, _ in
        consumed.withLock { $0.append(index) }
      }
    }
    #expect(fault?.message == "index 20")
    #expect(consumed.withLock { $0 } == Array(0..<20))
  }
}
