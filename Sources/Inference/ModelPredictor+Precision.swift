import Networks
import Torch

extension ModelPredictor {
  /// What its members compute in: one word where all compute in the same.
  package var precisionText: String { Self.text(precisions) }

  private var trainedPrecisions: [Precision] { members.map(\.description.precision) }

  private static func text(_ precisions: [Precision]) -> String {
    (Set(precisions).count == 1 ? [precisions[0]] : precisions).map(\.rawValue).joined(separator: " ")
  }

  /// Computes in what the members were trained in if an output was begun in that: what is usual has changed since, or that
  /// was on another device.
  ///
  /// - Parameter precision: as `precisionText` of the predictor that began it.
  package mutating func resume(in precision: String) {
    if precision == Self.text(trainedPrecisions) { precisions = trainedPrecisions }
  }

  /// Which precision it is, and why where that is not what was trained in.
  var precisionLine: String {
    let line = "computes in \(precisionText)"
    if precisions == trainedPrecisions { return line }
    let trained = "\(line), though trained in \(Self.text(trainedPrecisions))"
    guard precisions == members.map(\.usualPrecision) else { return trained }
    return trained + ": on CPUs no slower, and more accurate; --precision bf16 asks for the other"
  }
}
