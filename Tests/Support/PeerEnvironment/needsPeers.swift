import TestTraits
import Testing

extension Trait where Self == Requirement {
  /// The test needs the Python environment of the peers: skipped where it cannot be made, a failure in continuous
  /// integration.
  package static var needsPeers: Self {
    Requirement(canBeInstalled: true) {
      do {
        _ = try PeerEnvironment.required()
        return nil
      } catch {
        let details = "\(error)"
        let cause = details.split(separator: "\n").last { $0.contains { !$0.isWhitespace } } ?? ""
        return .init(reason: "no Python environment with the peer packages: \(cause.prefix(300))", details: details)
      }
    }
  }
}
