import ArgumentParser

package struct ServeChallengeCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "serve-challenge",
    abstract: "Segment a challenge's cases in a container, as grand-challenge.org calls it.",
    discussion: """
      Loads the network, then answers GET /health with 200 and POST /invoke with 201 once the image in the input \
      directory has been segmented, any number of times, until SIGTERM. The image is found by inputs.json; the output is \
      a compressed int8 mask with the image's extent and place in space, images/isolated-biological-structure/output.mha. \
      A case that cannot be read is answered with 422 and a sentence, and the next one goes on.

      The defaults are those of the platform and of the SELMA3D challenge. cluster/Dockerfile makes the container.

      Example, for a trial without a container:
        sheaf serve-challenge --model run --input case --output result --host 127.0.0.1
        curl -X POST http://127.0.0.1:4743/invoke
      """)

  package init() {}

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "The network, as for `sheaf infer`; may be repeated. (default: /opt/ml/model)", valueName: "path"))
  package var model: [String] = []

  @Option(help: ArgumentHelp("Where the platform puts a case, with inputs.json.", valueName: "directory"))
  package var input = "/input"

  @Option(help: ArgumentHelp("Where the platform collects the result.", valueName: "directory"))
  package var output = "/output"

  @Option(help: ArgumentHelp("Socket of the image; any other one where it is the only image.", valueName: "slug"))
  package var inputSocket = "light-sheet-3d-microscopy"

  @Option(help: ArgumentHelp("Socket of the mask.", valueName: "slug"))
  package var outputSocket = "isolated-biological-structure"

  @Option(help: ArgumentHelp("Address to serve at.", valueName: "address"))
  package var host = "0.0.0.0"

  @Option(help: ArgumentHelp("Port to serve at; 0 for a free one.", valueName: "number"))
  package var port = 4743

  @OptionGroup package var prediction: PredictionOptions

  @Option(
    help: ArgumentHelp("Tiles evaluated at a time. (default: the CPUs the program may run on)", valueName: "count"))
  package var threads: Int?

  @OptionGroup package var deviceOption: DeviceOption
  @OptionGroup package var reporting: ReportingOptions

  package func validate() throws {
    guard (0...65535).contains(port) else { throw ValidationError("--port must be between 0 and 65535, found \(port)") }
    if let threads, !(1...4096).contains(threads) {
      throw ValidationError("--threads must be between 1 and 4096, found \(threads)")
    }
    for (name, slug) in [("--input-socket", inputSocket), ("--output-socket", outputSocket)]
    where slug.isEmpty || slug.contains("/") || slug.hasPrefix(".") {
      throw ValidationError("\(name) must be the slug of a socket such as light-sheet-3d-microscopy, found '\(slug)'")
    }
  }

  package func run() throws { try Program.networkOperations.serveChallenge(self) }
}
