/// The optimisers.
public enum OptimizerKind: String, Sendable, CaseIterable {
  case sgd
  case adamW = "adamw"
}
