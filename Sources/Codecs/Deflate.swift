import CDeflate

/// The most that `count` bytes of Deflate can decode to: at best two bits encode 258 bytes (RFC 1951, section 3.2.5).
func deflateByteCountLimit(_ count: Int) -> Int { count * 1032 + 258 }

/// The meaning of libdeflate's result code, for the end of a sentence.
func deflateErrorText(_ result: libdeflate_result, _ limit: Int) -> String {
  result == LIBDEFLATE_INSUFFICIENT_SPACE
    ? "the data decodes to more than the expected \(limit) bytes" : "the data is damaged or ends early"
}
