import Corpus
import Jobs
import MPI
import Probing

// corpus-probe CORPUS EXPORT STORE…: makes a packed corpus and exports it, for tests under mpirun.
let arguments = CommandLine.arguments
runProbe {
  let world = try Communicator.world()
  let settings = JobSettings(threads: 2)
  let corpus = try PatchCorpus.select(
    arguments[3...].map { SourceRequest($0) }, path: arguments[1],
    options: CorpusOptions(patchEdge: 20, lowSignalShare: 0.3, seed: 5, isPacked: true), programVersion: "test",
    communicator: world, settings: settings)
  try corpus.exportNIfTI(to: arguments[2], programVersion: "test", communicator: world, settings: settings)
}
