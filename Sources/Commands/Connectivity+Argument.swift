import ArgumentParser
import Components

/// On the command line a connectivity is the number of neighbours: 6, 18 or 26.
extension Connectivity: ExpressibleByArgument {
  public init?(argument: String) {
    guard let number = Int(argument) else { return nil }
    self.init(rawValue: number)
  }

  public var defaultValueDescription: String { "\(rawValue)" }
  public static var allValueStrings: [String] { allCases.map { "\($0.rawValue)" } }
}
