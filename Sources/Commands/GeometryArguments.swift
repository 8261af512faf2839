import ArgumentParser
import Voxels

extension Extent: ExpressibleByArgument {
  public init?(argument: String) { self.init(text: argument) }
  public var defaultValueDescription: String { text }
}

extension Region: ExpressibleByArgument {
  public init?(argument: String) { self.init(text: argument) }
}
