import ArgumentParser
import Commands
import Files
import Foundation
import IntensityStatistics
import Networks
import VolumeFormats
import Voxels
import Zarr

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Tell what a volume, store, corpus or weights file is.",
    discussion: """
      Headers are read, and of a volume a small sample, from which the size of its store and the time to tile it \
      are estimated, so it is quick for volumes of any size.

      Example:
        sheaf info planes/
        sheaf info brain.zarr --json
      """)

  @Argument(help: "The volume, store, corpus or weights file.")
  var path: String

  @Flag(help: "Print as JSON.")
  var json = false

  @OptionGroup var selection: VolumeSelection

  func run() throws {
    let context = try RunContext.start()
    try context.communicator.rootOnly {
      let information = try Information(of: path, options: selection.options, threads: context.settings.threads)
      if json {
        try context.printJSON(JSONValue.object(information.json))
      } else {
        for (name, value) in information.lines { context.printResult("\(name): \(value)") }
      }
    }
  }
}
