/// One case for every way in which a pickle can be wrong, or ask for more than inert data.
enum PickleDamage: Error, Equatable, CustomStringConvertible {
  case truncated(offset: Int)
  case unknownOperation(UInt8, offset: Int)
  case unknownProtocol(UInt8)
  case emptyStack(offset: Int)
  case noMark(offset: Int)
  case unknownMemo(Int, offset: Int)
  case wrongOperand(offset: Int)
  /// The pickle wants something looked up that is neither a tensor nor a builtin.
  case forbiddenName(String)
  case wrongArguments(of: String, offset: Int)
  case tooManyValues(Int)
  case negativeSize(shape: [Int])
  case beyondStorage(key: String, count: Int, shape: [Int])

  var description: String {
    switch self {
    case .truncated(let offset): "its pickle is truncated: it ends at byte \(offset), in the middle of a value"
    case .unknownOperation(let code, let offset):
      "its pickle has the operation \(code) at byte \(offset), expected one that makes plain data"
    case .unknownProtocol(let version): "its pickle is of protocol \(version), expected at most 5"
    case .emptyStack(let offset): "its pickle takes a value at byte \(offset) where there is none"
    case .noMark(let offset): "its pickle ends a container at byte \(offset) that it never began"
    case .unknownMemo(let index, let offset): "its pickle repeats value \(index) at byte \(offset) before it was made"
    case .wrongOperand(let offset): "its pickle does at byte \(offset) what cannot be done with the value there"
    case .forbiddenName(let name):
      "its pickle names \(name), which is neither a tensor nor a builtin and could run anything; nothing of it was run"
    case .wrongArguments(let function, let offset):
      "its pickle gives \(function) other arguments at byte \(offset) than PyTorch does"
    case .tooManyValues(let limit): "its pickle holds more than \(limit) values"
    case .negativeSize(let shape): "it has a tensor with a negative size or stride, or one that is too large: \(shape)"
    case .beyondStorage(let key, let count, let shape):
      "it has a tensor of shape \(shape) that reaches beyond the \(count) elements of its storage \(key)"
    }
  }
}
