/// `number` in base `radix`, padded with leading zeros to `width` digits; longer numbers are not truncated.
///
/// - Precondition: `number` is not negative.
package func zeroPadded(_ number: some BinaryInteger, _ width: Int, radix: Int = 10) -> String {
  precondition(number >= 0)
  let digits = String(number, radix: radix)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// All hexadecimal digits of `number`, in lower case: 8 for 32 bits, 16 for 64.
package func hexadecimal(_ number: some FixedWidthInteger & UnsignedInteger) -> String {
  zeroPadded(number, number.bitWidth / 4, radix: 16)
}
