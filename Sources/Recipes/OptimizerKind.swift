/// The optimisers.
package enum OptimizerKind: String, Sendable, CaseIterable {
  case sgd
  case adamW = "adamw"
}
