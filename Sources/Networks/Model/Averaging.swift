/// What is averaged where tiles overlap, over mirrored passes, and over the networks of an ensemble.
package enum Averaging: String, Codable, Hashable, Sendable {
  /// Probabilities of foreground.
  case probabilities
  /// Logits, class by class, as nnU-Net's predictor does (`predict_logits_from_preprocessed_data`); the class that is then
  /// largest is not always the one with the largest mean probability.
  case logits
}
