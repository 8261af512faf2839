import CTorch

/// What libtorch refused to do, and why, in one sentence.
public struct TorchError: Error, Sendable, CustomStringConvertible {
  public enum Kind: Sendable {
    /// Host or device memory ran out; a smaller batch or tile may fit.
    case outOfMemory
    /// Sizes, axes or element types do not go together.
    case shape
    /// A file could not be read or is not what it claims to be.
    case file
    /// The device does not exist, or this libtorch was built without it.
    case device
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
    case CTORCH_SHAPE: .shape
    case CTORCH_FILE: .file
    case CTORCH_DEVICE: .device
    default: .other
    }
  throw TorchError(kind, "libtorch: " + String(cString: ctorch_error_message()))
}
