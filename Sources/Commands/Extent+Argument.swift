import ArgumentParser
import Files
import Voxels

extension Extent: ExpressibleByArgument {
  public init?(argument: String) { self.init(text: argument) }
  public var defaultValueDescription: String { text }
}

extension Region: ExpressibleByArgument {
  public init?(argument: String) { self.init(text: argument) }
}

// How JSON results give sizes: (z, y, x).
extension Extent {
  var edges: [Int] { [z, y, x] }
}

extension VoxelSize {
  var edges: [Double] { [z, y, x] }
}

/// Runs a module's own check of settings while the command line is validated.
func validating(_ check: () throws -> Void) throws {
  do {
    try check()
  } catch let fault as Fault {
    throw ValidationError(fault.message)
  }
}
