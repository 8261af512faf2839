import Files
import Torch

extension TorchError {
  /// The message without the module's call stack, which TorchScript puts before the error.
  var cause: String {
    let lines = message.split(separator: "\n").map(String.init)
    let error = lines.last { $0.contains("Error: ") } ?? lines.first { !$0.isEmpty } ?? message
    return error.split(separator: " ").joined(separator: " ")
  }
}

extension TorchError: FaultConvertible {
  /// As a user reads it, with the exit code of its kind.
  package var fault: Fault {
    switch kind {
    case .outOfMemory:
      Fault.io(
        "memory ran out (\(message)); choose a smaller patch size or batch size, or a machine or GPU with more memory")
    case .file, .script: Fault.badData(message)
    case .device: Fault.io(message)
    case .invalidArgument, .unsupported, .other: Fault(.bug, message)
    }
  }
}
