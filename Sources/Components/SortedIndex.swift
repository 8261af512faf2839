extension [Int] {
  /// The index of `element` in this ascending array, by binary search.
  ///
  /// - Precondition: the array holds it.
  func sortedIndex(of element: Int) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < element { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
