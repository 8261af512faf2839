import Synchronization
import Voxels

/// Whole patches of files that can be decoded only from front to back, such as `.nii.gz`, so that the next crop of a patch
/// decodes nothing. Holds at most `limitInBytes`; the patches that were not used for longest are dropped. Safe for use
/// from many threads, of which two may decode the same patch.
final class PatchCache: Sendable {
  private struct Entry {
    let voxels: VoxelBuffer
    var lastUse: Int
  }

  private struct State {
    var entries: [Int: Entry] = [:]
    var bytes = 0
    var uses = 0
  }

  private let limitInBytes: Int
  private let state = Mutex(State())

  init(limitInBytes: Int) { self.limitInBytes = limitInBytes }

  /// - Parameter patch: its number in the table of the corpus.
  func voxels(ofPatch patch: Int) -> VoxelBuffer? {
    state.withLock { state in
      state.uses += 1
      state.entries[patch]?.lastUse = state.uses
      return state.entries[patch]?.voxels
    }
  }

  /// Keeps `voxels`, which nobody writes to any more, unless they alone exceed the limit.
  func keep(_ voxels: VoxelBuffer, ofPatch patch: Int) {
    if voxels.byteCount > limitInBytes { return }
    state.withLock { state in
      if state.entries[patch] != nil { return }
      while state.bytes + voxels.byteCount > limitInBytes {
        let oldest = state.entries.min { $0.value.lastUse < $1.value.lastUse }!
        state.entries[oldest.key] = nil
        state.bytes -= oldest.value.voxels.byteCount
      }
      state.uses += 1
      state.entries[patch] = Entry(voxels: voxels, lastUse: state.uses)
      state.bytes += voxels.byteCount
    }
  }
}
