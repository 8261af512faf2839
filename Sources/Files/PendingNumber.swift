import Synchronization

private let pendingNumber = Atomic<Int>(0)

/// A number no other pending file of this process has.
func nextPendingNumber() -> Int {
  pendingNumber.wrappingAdd(1, ordering: .relaxed).oldValue
}
