import ArgumentParser

/// `12` or `12,40,80` on the command line.
struct PlaneList: ExpressibleByArgument {
  let planes: [Int]

  init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard !numbers.isEmpty, numbers.count <= 16, numbers.allSatisfy({ $0 ?? -1 >= 0 }) else { return nil }
    planes = numbers.map { $0! }
  }
}

/// `0.5,99.7` on the command line: which percentiles become black and white.
struct PercentileRange: ExpressibleByArgument {
  let low: Double
  let high: Double

  init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    guard numbers.count == 2, let low = numbers[0], let high = numbers[1], 0 <= low, low < high, high <= 100 else {
      return nil
    }
    (self.low, self.high) = (low, high)
  }
}
