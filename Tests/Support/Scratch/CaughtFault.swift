import Files

/// The fault that `body` throws; nil when it throws none.
package func fault(of body: () throws -> Void) -> Fault? {
  do {
    try body()
    return nil
  } catch {
    return error as? Fault
  }
}
