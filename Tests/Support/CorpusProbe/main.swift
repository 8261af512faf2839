import Corpus
import Files
import Foundation
import Jobs
import MPI

// corpus-probe CORPUS EXPORT STORE…: makes a packed corpus and exports it, for tests under mpirun.
let arguments = CommandLine.arguments
do {
  let world = try Communicator.world()
  let settings = JobSettings(threads: 2)
  let corpus = try PatchCorpus.select(
    stores: Array(arguments[3...]), path: arguments[1],
    options: CorpusOptions(patchEdge: 20, lowSignalShare: 0.3, seed: 5, isPacked: true), programVersion: "test",
    communicator: world, settings: settings)
  try corpus.exportNIfTI(to: arguments[2], programVersion: "test", communicator: world, settings: settings)
  try Communicator.finalize()
} catch let fault as Fault where fault.isOnEveryRank {
  FileHandle.standardError.write(Data("\(fault.message)\n".utf8))
  try Communicator.finalize()
  exit(fault.kind.rawValue)
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  Communicator.abort((error as? Fault)?.kind.rawValue ?? 70)
}
