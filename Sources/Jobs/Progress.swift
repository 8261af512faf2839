import Foundation
import Synchronization

/// Shows how far a job has got, how fast it is, and how long it will take: on a terminal a bar redrawn in place,
/// elsewhere a line after two seconds and then one per interval.
package final class Progress: Sendable {
  private struct State {
    var done: Int
    var note: String?
    var lastShown: Double?
    var hasBar = false
  }
  private let label: String
  private let total: Int
  private let unitName: String
  private let doneAtStart: Int
  private let bytesPerUnit: Double
  private let interval: Double
  private let console: Console
  private let now: @Sendable () -> Double
  private let start: Double
  private let state: Mutex<State>

  /// - Parameters:
  ///   - label: what is running, such as `tile`.
  ///   - done: units that were already done; they do not count towards the rate.
  ///   - bytesPerUnit: bytes read per unit, to show a rate in bytes; 0 for a rate in units.
  ///   - intervalInSeconds: time between lines when the console is not a terminal.
  ///   - now: a clock in seconds.
  package init(
    label: String, total: Int, unitName: String, done: Int = 0, bytesPerUnit: Double = 0, console: Console,
    intervalInSeconds: Double = 10, now: @escaping @Sendable () -> Double = secondsSinceBoot
  ) {
    self.label = label
    self.total = total
    self.unitName = unitName
    doneAtStart = done
    self.bytesPerUnit = bytesPerUnit
    interval = intervalInSeconds
    self.console = console
    self.now = now
    start = now()
    state = Mutex(State(done: done))
  }

  /// Reports how many units are done so far, and optionally a short note to append (such as the loss). Cheap: redraws
  /// only when it is time to. Should also be called while nothing finishes, so that the time shown keeps advancing.
  package func update(_ done: Int, note: String? = nil) {
    let time = now()
    state.withLock { state in
      state.done = done
      state.note = note ?? state.note
      let due =
        console.isTerminal
        ? (state.lastShown ?? -1) + 0.2 : state.lastShown.map { $0 + interval } ?? start + min(2, interval)
      if time >= due { show(&state, time) }
    }
  }

  /// Draws the final state. A job too short to have printed a line stays silent.
  package func finish() {
    let time = now()
    state.withLock { state in
      if state.lastShown != nil { show(&state, time) }
      if state.hasBar { console.write("\n") }
      state.hasBar = false
      state.lastShown = nil
    }
  }

  private func show(_ state: inout State, _ time: Double) {
    state.lastShown = time
    let text = Progress.text(
      label: label, done: state.done, total: total, unitName: unitName, doneNow: state.done - doneAtStart,
      seconds: time - start, bytesPerUnit: bytesPerUnit, note: state.note)
    if console.isTerminal {
      state.hasBar = true
      let filled = total > 0 ? min(20, state.done * 20 / total) : 20
      let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: 20 - filled)
      // Return to the beginning of the line, and clear what a longer line left behind. A line that is wider than the
      // terminal could not be drawn again in place.
      console.write("\r\(Progress.line(bar: bar, text, columns: console.columns()))\u{1B}[K")
    } else {
      console.line(text)
    }
  }

  /// Bar and text in at most one character less than `columns`: without the bar, and then cut, where it is narrow.
  package static func line(bar: String, _ text: String, columns: Int?) -> String {
    let whole = "[\(bar)] \(text)"
    guard let columns, whole.count >= columns else { return whole }
    return text.count < columns ? text : String(text.prefix(max(0, columns - 1)))
  }

  /// One line without the bar: `tile: 12 of 40 bands (30 %), 1.20 GiB/s, 3 min 20 s left`.
  package static func text(
    label: String, done: Int, total: Int, unitName: String, doneNow: Int, seconds: Double, bytesPerUnit: Double,
    note: String?
  ) -> String {
    var text = "\(label): \(done) of \(total) \(unitName) (\(total > 0 ? done * 100 / total : 100) %)"
    if doneNow > 0 && seconds > 0 {
      let rate = Double(doneNow) / seconds
      if bytesPerUnit > 0 {
        text += ", \(ByteSize(bytes: Int(clamping: Int64(min(rate * bytesPerUnit, 0x1p62)))))/s"
      } else if rate >= 1 {
        text += ", \(threeDigits(rate)) \(unitName)/s"
      } else {
        text += ", \(durationText(1 / rate)) each"
      }
      text +=
        done < total ? ", \(durationText(Double(total - done) / rate)) left" : ", took \(durationText(seconds))"
    }
    return text + (note.map { ", \($0)" } ?? "")
  }
}

/// `45 s`, `3 min 20 s`, `5 h 12 min`, `2 d 3 h`.
package func durationText(_ seconds: Double) -> String {
  if seconds < 9.95 { return "\(threeDigits(max(0, seconds))) s" }
  let whole = Int(clamping: Int64(min(seconds.rounded(), 0x1p53)))
  switch whole {
  case ..<60: return "\(whole) s"
  case ..<3600: return "\(whole / 60) min \(whole % 60) s"
  case ..<86400: return "\(whole / 3600) h \(whole % 3600 / 60) min"
  default: return "\(whole / 86400) d \(whole % 86400 / 3600) h"
  }
}

/// A monotonic clock.
package let secondsSinceBoot: @Sendable () -> Double = {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
