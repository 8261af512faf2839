import Files

/// How many channels and time points a file has, of which one each is read.
struct VolumeCounts {
  var channels: Int
  var timePoints: Int

  /// - Throws: `Fault.usage` when the requested channel or time point does not exist.
  func check(_ options: VolumeOptions, _ path: String) throws {
    guard options.channel < channels, options.timePoint < timePoints else {
      throw Fault.usage(
        "\(path) has \(channels) channels and \(timePoints) time points, but channel \(options.channel) at time point \(options.timePoint) was requested; they count from 0"
      )
    }
  }

  /// What is read of several, for `VolumeDescription.notes`.
  func notes(_ options: VolumeOptions) -> [String] {
    var notes: [String] = []
    if channels > 1 { notes.append("channel \(options.channel) of \(channels) is read") }
    if timePoints > 1 { notes.append("time point \(options.timePoint) of \(timePoints) is read") }
    return notes
  }
}
