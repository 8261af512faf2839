import Evaluation
import VolumeFormats

/// How annotated volumes are read, beyond what the recipe says.
package struct AnnotationOptions: Sendable {
  /// Which channel and time point of volumes that have several.
  package var channels = ChannelChoice()
  /// What the label volumes are; nil for what their values show.
  package var labelIs: VolumeMeaning?

  package init(channels: ChannelChoice = ChannelChoice(), labelIs: VolumeMeaning? = nil) {
    self.channels = channels
    self.labelIs = labelIs
  }

  /// What decides which voxels are read and is not as usual, by its name, for the settings of a run.
  func settings(of pairs: [AnnotatedPair]) -> [(name: String, value: String)] {
    var settings: [(String, String)] = []
    if let channel = channels.channel, channel != 0 { settings.append(("channel", "\(channel)")) }
    if let timePoint = channels.timePoint, timePoint != 0 { settings.append(("time-point", "\(timePoint)")) }
    if let labelIs { settings.append(("label-is", labelIs.rawValue)) }
    for (number, pair) in pairs.enumerated() {
      for (role, member) in [("image", pair.image), ("label", pair.label)] {
        let parts: [(String, String?)] = [
          ("dataset", member.dataset), ("channel", member.channel.map(String.init)),
          ("time-point", member.timePoint.map(String.init)),
        ]
        for case (let name, let value?) in parts { settings.append(("pair \(number) \(role)-\(name)", value)) }
      }
    }
    return settings
  }

  /// Which part of the file of a volume is read.
  func volumeOptions(of member: VolumePair.Member) throws -> VolumeOptions {
    try choice(for: member).options(for: member.path, dataset: member.dataset)
  }

  /// What the list says about a volume, and where it says nothing, what is said for all of them.
  func choice(for member: VolumePair.Member) -> ChannelChoice {
    ChannelChoice(
      channel: member.channel ?? channels.channel, timePoint: member.timePoint ?? channels.timePoint)
  }
}
