import Files

/// Which channel and time point to read of volumes that have several; a volume with one is read as it is, so that one
/// choice serves an image of several channels and its labels.
package struct ChannelChoice: Sendable, Equatable {
  package var channel: Int?
  package var timePoint: Int?

  package init(channel: Int? = nil, timePoint: Int? = nil) {
    self.channel = channel
    self.timePoint = timePoint
  }

  /// Opens a volume, the channel and time point of the choice where it has several.
  ///
  /// - Parameter dataset: as in `VolumeOptions`.
  /// - Throws: as `openVolume`.
  package func open(_ path: String, dataset: String? = nil) throws -> any VolumeSource {
    try openVolume(path, options: options(for: path, dataset: dataset))
  }

  /// What `open` passes on.
  package func options(for path: String, dataset: String? = nil) throws -> VolumeOptions {
    var options = VolumeOptions(dataset: dataset)
    if channel ?? 0 == 0 && timePoint ?? 0 == 0 { return options }
    let description = try openVolume(path, options: options).description
    if description.channels > 1 { options.channel = channel ?? 0 }
    if description.timePoints > 1 { options.timePoint = timePoint ?? 0 }
    return options
  }

  /// Refuses a volume of labels, or of what is to be labels, that has several channels of which nobody has chosen one:
  /// the first of a colour picture or of a class score is no label image.
  ///
  /// - Throws: `Fault.badData`.
  package func requireOneChannel(of volume: VolumeDescription) throws {
    guard volume.channels > 1, channel == nil else { return }
    throw Fault.badData(
      "\(volume.path) has \(volume.channels) channels: expected one with a mask or labels\(volume.channels == 3 || volume.channels == 4 ? " (a colour picture of labels does not hold their ids)" : ""); say which one with --channel, or write the labels as one channel of integers"
    )
  }
}
