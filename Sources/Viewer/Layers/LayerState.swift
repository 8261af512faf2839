import Files
import Foundation
import Synchronization
import Voxels
import Zarr

/// What is known of a layer's values, and whether it is finished: both change while another command writes its store.
struct LayerState: Sendable {
  /// Nil for labels.
  var range: IntensityRange?
  var coding: SampleCoding
  var isUnfinished: Bool

  init(_ layer: ViewedLayer) {
    range = layer.kind == .labels ? nil : IntensityRange(layer)
    coding = SampleCoding(layer.voxelType, range: range?.range ?? 0...1)
    isUnfinished = layer.isUnfinished
  }

  /// What is known now. The coding changes only when there are values that it cannot tell apart, so that planes that were
  /// sent stay right for as long as possible.
  func renewed(_ layer: ViewedLayer) -> LayerState {
    var result = self
    // First: the range of a store that is finished in the meantime is then that of all of it.
    result.isUnfinished = layer.isStillUnfinished
    guard let range else { return result }
    let newer = IntensityRange(layer)
    guard newer.isKnown else { return result }
    result.range = newer
    if !range.isKnown {
      result.coding = SampleCoding(layer.voxelType, range: newer.range)
    } else if !coding.covers(newer.range) {
      let wider =
        min(range.range.lowerBound, newer.range.lowerBound)...max(range.range.upperBound, newer.range.upperBound)
      result.coding = SampleCoding(layer.voxelType, range: wider)
    }
    return result
  }
}

/// The states of all layers. Those of unfinished ones are looked at again when somebody asks, though not all the time.
final class LayerStates: Sendable {
  private let layers: [ViewedLayer]
  private let states: Mutex<(all: [LayerState], renewed: ContinuousClock.Instant)>
  /// Long beside what looking takes, so that many pages cost no more than one.
  private static let interval = Duration.seconds(2)

  init(_ layers: [ViewedLayer]) {
    self.layers = layers
    states = Mutex((layers.map(LayerState.init), .now))
  }

  subscript(layer: Int) -> LayerState { states.withLock { $0.all[layer] } }

  /// Whether any layer may change.
  var mayChange: Bool { states.withLock { $0.all.contains(where: \.isUnfinished) } }

  /// Looks at the unfinished layers again, unless that was done just now.
  func renew() {
    // Whoever comes meanwhile goes on with what was known.
    let old = states.withLock { states -> [LayerState]? in
      guard states.renewed.duration(to: .now) >= Self.interval else { return nil }
      states.renewed = .now
      return states.all
    }
    guard let old else { return }
    for (number, layer) in layers.enumerated() where old[number].isUnfinished {
      let newer = old[number].renewed(layer)
      states.withLock { $0.all[number] = newer }
    }
  }
}
