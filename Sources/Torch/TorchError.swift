import CTorch

/// What libtorch refused to do, and why, in one sentence.
public struct TorchError: Error, Sendable, CustomStringConvertible {
  public enum Kind: Sendable, CaseIterable {
    /// Host or device memory is exhausted; a smaller batch or tile may fit.
    case outOfMemory
    /// Shapes, axes, element types or values do not fit together.
    case invalidArgument
    /// A file cannot be read or is not what it claims to be.
    case file
    /// The device does not exist, this libtorch was built without it, or it failed.
    case device
    /// This libtorch has no such operator for this device or element type.
    case unsupported
    /// The code of a TorchScript module raised an error.
    case script
    case other
  }

  public let kind: Kind
  public let message: String

  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  public var description: String { message }
}

/// Throws the failure that a call into the shim has just reported on this thread.
func check(_ status: CTorchStatus) throws {
  if status == CTorchStatus(CTORCH_OK) { return }
  let kind: TorchError.Kind =
    switch Int(status) {
    case CTORCH_OUT_OF_MEMORY: .outOfMemory
    case CTORCH_INVALID_ARGUMENT: .invalidArgument
    case CTORCH_FILE: .file
    case CTORCH_DEVICE: .device
    case CTORCH_UNSUPPORTED: .unsupported
    case CTORCH_SCRIPT: .script
    default: .other
    }
  throw TorchError(kind, "libtorch: " + String(cString: ctorch_error_message()))
}
