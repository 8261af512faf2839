import Corpus
import Files
import Foundation
import Synchronization
import Threads
import Voxels

// Draws normalised random crops of a corpus, as pre-training does, and prints seconds and processor seconds.
// usage: crops-benchmark CORPUS EDGE COUNT THREADS

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count == 4, let edge = Int(arguments[1]), let count = Int(arguments[2]), let threads = Int(arguments[3])
else {
  throw Fault.usage("crops-benchmark CORPUS EDGE COUNT THREADS")
}
let loader = try CropLoader(PatchCorpus.open(arguments[0]), crop: Extent(edge), seed: 1)
// Every file once.
_ = try loader.crop(step: -1, index: 0, margin: Extent(0))
let clock = ContinuousClock()
let (start, processorStart) = (clock.now, processorNanoseconds())
let voxels = Atomic<Int>(0)
try parallelForEach(count: count, threads: threads) { index in
  let crop = try loader.crop(step: index, index: 0, margin: Extent(0))
  voxels.add(crop.voxels.count, ordering: .relaxed)
}
let seconds = start.duration(to: clock.now) / .seconds(1)
print(seconds, Double(processorNanoseconds() - processorStart) / 1e9, voxels.load(ordering: .relaxed))

func processorNanoseconds() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return time.tv_sec * 1_000_000_000 + time.tv_nsec
}
