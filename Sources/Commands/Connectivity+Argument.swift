import ArgumentParser
import Components

/// On the command line a connectivity is the number of neighbours: 6, 18 or 26.
extension Connectivity: ExpressibleByArgument {
  package init?(argument: String) {
    guard let number = Int(argument) else { return nil }
    self.init(rawValue: number)
  }

  package var defaultValueDescription: String { "\(rawValue)" }
  package static var allValueStrings: [String] { allCases.map { "\($0.rawValue)" } }
}
