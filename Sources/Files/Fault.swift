/// An error as the user reads it: one sentence that says what went wrong and where, what was expected, what was found
/// and what to do about it, together with the program's exit code (sysexits.h).
///
/// Every module throws a `Fault` for bad input and failed system calls. Broken internal invariants are `precondition`
/// failures; an expected absence is an optional.
public struct Fault: Error, Sendable, CustomStringConvertible {
  /// The exit codes of the command line; the raw values are those of sysexits.h.
  public enum Kind: Int32, Sendable {
    /// The command line asks for something impossible (EX_USAGE).
    case usage = 64
    /// Input was read and found malformed or damaged (EX_DATAERR).
    case badData = 65
    /// Input is missing or unreadable (EX_NOINPUT).
    case noInput = 66
    /// A bug in Sheaf (EX_SOFTWARE).
    case bug = 70
    /// An output cannot be created, or belongs to another command (EX_CANTCREAT).
    case cannotCreate = 73
    /// A read or write failed in the operating system, including on a full disk (EX_IOERR).
    case io = 74
    /// Stopped early by a signal or a time limit; the same command resumes (EX_TEMPFAIL).
    case stopped = 75
  }

  public let kind: Kind
  public let message: String
  /// Whether a disk or quota is full: no other unit of work can succeed until space is freed.
  package private(set) var isDiskFull = false
  /// Whether every rank throws this same fault, so that it is printed only once.
  package private(set) var isOnEveryRank = false

  /// Sanitises text quoted from files: line breaks and other control characters become spaces, and the middle of a very
  /// long message is elided.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = Fault.sentence(message)
  }

  private static let longestMessage = 2000

  private static func sentence(_ text: String) -> String {
    func isControl(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: true
      default: false
      }
    }
    let scalars = text.unicodeScalars
    if scalars.count <= longestMessage, !scalars.contains(where: isControl) { return text }
    var kept = scalars.map { isControl($0) ? " " : $0 }
    if kept.count > longestMessage {
      kept = kept.prefix(longestMessage / 2) + ["…"] + kept.suffix(longestMessage / 2)
    }
    var result = String.UnicodeScalarView()
    result.append(contentsOf: kept)
    return String(result)
  }

  public var description: String { message }

  package static func usage(_ message: String) -> Fault { Fault(.usage, message) }
  package static func badData(_ message: String) -> Fault { Fault(.badData, message) }
  package static func noInput(_ message: String) -> Fault { Fault(.noInput, message) }
  package static func cannotCreate(_ message: String) -> Fault { Fault(.cannotCreate, message) }
  package static func io(_ message: String) -> Fault { Fault(.io, message) }
  package static func stopped(_ message: String) -> Fault { Fault(.stopped, message) }
  package static func diskFull(_ message: String) -> Fault {
    var fault = Fault(.io, message)
    fault.isDiskFull = true
    return fault
  }

  /// The same fault, marked as thrown by every rank.
  package var onEveryRank: Fault {
    var fault = self
    fault.isOnEveryRank = true
    return fault
  }
}

/// A library's error that ends the program as a `Fault` does.
package protocol FaultConvertible: Error {
  var fault: Fault { get }
}
