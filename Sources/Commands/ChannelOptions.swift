import ArgumentParser
import VolumeFormats

/// Which channel to read, for commands with several volumes.
package struct ChannelOptions: ParsableArguments {
  package init() {}

  @Option(
    help: ArgumentHelp(
      "Channel of volumes that have several, counted from 0. (default: 0 of images; labels have one)",
      valueName: "number"))
  package var channel: Int?

  @Option(
    help: ArgumentHelp(
      "Time point of volumes that have several, counted from 0. (default: 0)", valueName: "number"))
  package var timePoint: Int?

  package func validate() throws {
    if let channel, channel < 0 { throw ValidationError("--channel must be 0 or more, found \(channel)") }
    if let timePoint, timePoint < 0 { throw ValidationError("--time-point must be 0 or more, found \(timePoint)") }
  }

  package var choice: ChannelChoice { ChannelChoice(channel: channel, timePoint: timePoint) }
}
