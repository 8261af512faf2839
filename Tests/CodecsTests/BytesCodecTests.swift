import Codecs
import Scratch
import Testing

/// Every codec, on bytes made by an encoder other than the code under test where there is one.
@Suite struct BytesCodecTests {
  private static let samples = try! makeSamples()

  @Test(arguments: samples) func decodes(sample: Sample) throws {
    #expect(try decoded(sample.codec, sample.encoded, limit: sample.decoded.count) == sample.decoded)
    #expect(sample.encoded.count <= sample.codec.encodedByteCountLimit(sample.decoded.count))
  }

  /// What decodes to more than expected is refused; that may be before memory is allocated for it.
  @Test(arguments: samples) func refusesMoreThanTheLimit(sample: Sample) {
    #expect(throws: CodecError.self) {
      try decoded(sample.codec, sample.encoded, limit: sample.decoded.count - 1)
    }
  }

  /// Damaged or truncated bytes end in an error or, without a checksum, in other bytes; never in a trap.
  @Test(arguments: samples) func damageIsNotATrap(sample: Sample) throws {
    var random = SeededNumbers(seed: 51)
    for _ in 0..<300 {
      var bytes = sample.encoded
      if random.next() % 4 == 0 { bytes.removeLast(Int(random.next() % UInt64(bytes.count))) }
      for _ in 0..<(random.next() % 4) where !bytes.isEmpty {
        // Sizes stand at the front.
        let range = random.next() % 2 == 0 ? min(bytes.count, 24) : bytes.count
        bytes[Int(random.next() % UInt64(range))] = UInt8(truncatingIfNeeded: random.next())
      }
      do {
        #expect(try decoded(sample.codec, bytes, limit: sample.decoded.count).count <= sample.decoded.count)
      } catch is CodecError {}
    }
    for count in 0..<24 {
      _ = try? decoded(sample.codec, [UInt8](repeating: 0xFF, count: count), limit: 100)
      _ = try? decoded(sample.codec, [UInt8](repeating: 0, count: count), limit: 100)
    }
  }

  @Test func whatIsOnlyDecodedSaysSo() {
    #expect { try encoded(BZip2Codec(), [1, 2, 3]) } throws: {
      ($0 as? CodecError)?.message == "bz2: this codec is only decoded, not encoded"
    }
  }

  @Test func unknownCompressionsOfBitshuffleAreNotMadeUp() {
    #expect(BitshuffleCodec(values: [0, 4, 2, 0, 9]) == nil)
    #expect(throws: CodecError.self) { try decoded(BitshuffleCodec(values: [0, 4, 9])!, [1, 2, 3, 4], limit: 4) }
  }
}
