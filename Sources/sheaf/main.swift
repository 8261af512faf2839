import ArgumentParser
import Files
import Foundation

// One place decides what a failure prints and how the program ends.
do {
  var command = try Sheaf.parseAsRoot()
  try command.run()
} catch let fault as Fault {
  FileHandle.standardError.write(Data("sheaf: \(fault.message)\n".utf8))
  exit(fault.kind.rawValue)
} catch {
  Sheaf.exit(withError: error)
}
