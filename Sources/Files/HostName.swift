import Foundation

/// The name of this machine as the operating system reports it; no name server is queried.
package func hostName() -> String {
  var name = [CChar](repeating: 0, count: 256)
  guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
  return name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
}
