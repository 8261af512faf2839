import ChallengeServer
import Commands
import Files
import Inference
import Jobs

extension TorchOperations {
  func serveChallenge(_ command: ServeChallengeCommand) throws {
    let context = try RunContext.start(command.reporting)
    guard context.communicator.size == 1 else {
      throw Fault.usage("`sheaf serve-challenge` serves one container: start it without mpirun").onEveryRank
    }
    let predictor = try self.predictor(
      command.model.isEmpty ? [Self.challengeModel] : command.model, command.prediction,
      device: device(command.deviceOption, context), context)
    let settings = try InferenceSettings(command.prediction, predictor.chosenObjects)
    let chosen = predictor.chosenObjects.of(structure: settings.structure)
    if let text = chosen.text(used: command.prediction) { context.note("serve-challenge: \(text)") }
    let cases = CaseInference(
      predictor: predictor, defaultTile: try predictor.naturalTile(asked: settings.tile), settings: settings)
    let threads = command.threads ?? context.settings.threads
    let stopSignals = context.stopSignals
    let server = ChallengeServer(settings: ChallengeServer.Settings(command)) { [console = context.console] in
      console.line("serve-challenge: \($0)")
    } segment: { path, output in
      let found = try cases.run(
        InferenceImage(path), to: [CaseOutput(.mask, type: "int8", path: output)], replacesFiles: true, threads: threads
      ) {
        if stopSignals.isStopRequested { throw Fault.stopped("the server was stopped while it segmented \(path)") }
      }
      return ChallengeServer.Segmented(
        voxels: found.voxels, foregroundVoxels: found.foregroundVoxels, objects: found.objects, warnings: found.doubts)
    }
    let names = predictor.members.map(\.path).joined(separator: ", ")
    try StopSignals.whilePolled {
      try server.run { port in
        context.note("serve-challenge: \(names) on port \(port), \(threads) tiles at a time; SIGTERM ends it")
      } isStopRequested: {
        stopSignals.isStopRequested
      }
    }
  }

  /// Where the platform unpacks the model that was uploaded beside the container.
  private static let challengeModel = "/opt/ml/model"
}

extension ChallengeServer.Settings {
  fileprivate init(_ command: ServeChallengeCommand) {
    self.init()
    host = command.host
    port = command.port
    place.input = command.input
    place.output = command.output
    place.inputSocket = command.inputSocket
    place.outputSocket = command.outputSocket
  }
}
