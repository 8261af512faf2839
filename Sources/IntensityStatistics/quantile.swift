/// The element that would be at `rank` if `values` were sorted, in linear time (Hoare, "Algorithm 65: find", 1961).
/// Reorders `values`: what is before `rank` is at most the result, what is after it at least.
///
/// - Precondition: no value is not-a-number, and `rank` is a place in `values`.
func select(rank: Int, from values: inout [Double]) -> Double {
  values.withUnsafeMutableBufferPointer { values in
    var (first, last) = (0, values.count - 1)
    while first < last {
      // The median of three, so that sorted values are no worst case.
      let middle = (first + last) / 2
      let (a, b, c) = (values[first], values[middle], values[last])
      let pivot = max(min(a, b), min(max(a, b), c))
      var (left, right) = (first, last)
      while left <= right {
        while values[left] < pivot { left += 1 }
        while values[right] > pivot { right -= 1 }
        if left <= right {
          values.swapAt(left, right)
          left += 1
          right -= 1
        }
      }
      if rank <= right { last = right } else if rank >= left { first = left } else { break }
    }
    return values[rank]
  }
}

/// - Precondition: there is a value.
func median(_ values: [Double]) -> Double { quantile(values, 0.5)! }

/// The value under which `fraction` of `values` lie; nil when there are none.
func quantile(_ values: [Double], _ fraction: Double) -> Double? {
  if values.isEmpty { return nil }
  var values = values
  return select(rank: min(values.count - 1, Int(fraction * Double(values.count))), from: &values)
}
