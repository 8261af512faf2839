import CMPI

/// A failed MPI call: the function and the MPI library's description of the error (`MPI_Error_string`).
public struct MPIError: Error, Sendable, CustomStringConvertible {
  /// The MPI function, such as `MPI_Allreduce`.
  public let call: String
  /// The error code it returned.
  public let code: Int32
  /// The library's description of that code.
  public let message: String

  init(call: String, code: Int32, message: String? = nil) {
    self.call = call
    self.code = code
    self.message = message ?? libraryText(for: code)
  }

  public var description: String { "\(call) failed: \(message)" }
}

private func libraryText(for code: Int32) -> String {
  var length: Int32 = 0
  let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(sheaf_mpi_max_error_string()) + 1) { buffer in
    buffer.initialize(repeating: 0)
    return MPI_Error_string(code, buffer.baseAddress!, &length) == MPI_SUCCESS
      ? String(cString: buffer.baseAddress!) : ""
  }
  return text.isEmpty ? "MPI error code \(code)" : text
}

/// Turns a status code into a thrown error.
func check(_ code: Int32, _ call: @autoclosure () -> String) throws {
  if code != MPI_SUCCESS { throw MPIError(call: call(), code: code) }
}
