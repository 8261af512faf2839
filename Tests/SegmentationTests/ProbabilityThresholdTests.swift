import Segmentation
import Testing

@Suite struct ProbabilityThresholdTests {
  /// At odd tenths a stored value is foreground exactly where the probability before rounding is.
  @Test(arguments: [Float(0.1), 0.3, 0.5, 0.7, 0.9])
  func oddTenthsAreBordersBetweenStoredValues(threshold: Float) {
    let least = ProbabilityThreshold(threshold).leastStoredValue
    var (below, above) = (threshold, threshold)
    for _ in 0..<100_000 {
      #expect(ProbabilityThreshold.storedValue(of: above) >= least)
      below = below.nextDown
      #expect(ProbabilityThreshold.storedValue(of: below) < least)
      above = above.nextUp
    }
    for step in 0...100_000 {
      let probability = Float(step) / 100_000
      #expect((ProbabilityThreshold.storedValue(of: probability) >= least) == (probability >= threshold))
    }
  }

  @Test func elsewhereTheStoredValueDecides() {
    #expect(ProbabilityThreshold(0.5).leastStoredValue == 128)
    #expect(ProbabilityThreshold(0.4).leastStoredValue == 102)
    #expect(ProbabilityThreshold(0.2).leastStoredValue == 51)
    #expect(ProbabilityThreshold(0.201).leastStoredValue == 52)
    #expect(ProbabilityThreshold(1).leastStoredValue == 255)
    #expect(ProbabilityThreshold(.leastNonzeroMagnitude).leastStoredValue == 1)
    for value in 1...UInt8.max { #expect(ProbabilityThreshold(Float(value) / 255).leastStoredValue == value) }
    #expect(
      [Float.nan, -1, 0, 0.001, 1.000001, .infinity].map(ProbabilityThreshold.storedValue) == [0, 0, 0, 0, 255, 255])
  }
}
