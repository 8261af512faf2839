import CDeflate

/// The most that `count` bytes of Deflate can decode to: at best two bits stand for 258 bytes (RFC 1951, section 3.2.5).
func deflateByteCountLimit(_ count: Int) -> Int { count * 1032 + 258 }

/// The meaning of libdeflate's result, for the end of a sentence.
func deflateErrorText(_ result: libdeflate_result, _ limit: Int) -> String {
  result == LIBDEFLATE_INSUFFICIENT_SPACE
    ? "the data gives more than the expected \(limit) bytes" : "the data is damaged or ends early"
}
