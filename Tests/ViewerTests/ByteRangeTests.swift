import Testing
import Viewer

/// The three forms of RFC 9110, section 14.1.2, and what servers ignore.
@Suite struct ByteRangeTests {
  @Test func everyFormSelectsItsBytes() {
    let cases: [(String, Int, Range<Int>?)] = [
      ("bytes=0-0", 10, 0..<1), ("bytes=2-4", 10, 2..<5), ("bytes=2-99", 10, 2..<10), ("bytes=9-9", 10, 9..<10),
      ("bytes=10-12", 10, nil), ("bytes=0-", 10, 0..<10), ("bytes=9-", 10, 9..<10), ("bytes=10-", 10, nil),
      ("bytes=-1", 10, 9..<10), ("bytes=-10", 10, 0..<10), ("bytes=-11", 10, 0..<10), ("bytes=-0", 10, nil),
      ("bytes=0-0", 0, nil), ("bytes=-5", 0, nil), ("BYTES = 1-2", 10, 1..<3),
      ("bytes=3-99999999999999999999999", 10, 3..<10), ("bytes=99999999999999999999999-", 10, nil),
    ]
    for (header, size, expected) in cases {
      let range = ByteRange(header)
      #expect(range != nil, "\(header)")
      #expect(range?.bytes(ofFile: size) == expected, "\(header) of \(size)")
    }
  }

  @Test func whatIsNoRangeIsIgnored() {
    for header in [
      "", "bytes", "bytes=", "bytes=-", "bytes=4-2", "bytes=0-1,3-4", "lines=0-1", "bytes=a-b", "bytes=1--2",
      "bytes=+1-2",
    ] {
      #expect(ByteRange(header) == nil, "\(header)")
    }
  }
}
