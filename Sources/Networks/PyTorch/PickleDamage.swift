/// One case for every way in which a pickle can be malformed, or contain more than inert data.
enum PickleDamage: Error, Equatable, CustomStringConvertible {
  case truncated(offset: Int)
  case unknownOperation(UInt8, offset: Int)
  case unknownProtocol(UInt8)
  case emptyStack(offset: Int)
  case noMark(offset: Int)
  case unknownMemo(Int, offset: Int)
  case wrongOperand(offset: Int)
  /// The pickle names something that harmless ones do not.
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
    case .emptyStack(let offset): "its pickle uses a value at byte \(offset) where there is none"
    case .noMark(let offset): "its pickle ends a container at byte \(offset) that was never begun"
    case .unknownMemo(let index, let offset):
      "its pickle refers to value \(index) at byte \(offset), which it has not defined"
    case .wrongOperand(let offset):
      "its pickle has an operation at byte \(offset) that does not apply to the value there"
    case .forbiddenName(let name):
      "its pickle names \(name), which could execute anything and has no place beside weights; nothing was executed"
    case .wrongArguments(let function, let offset):
      "its pickle calls \(function) at byte \(offset) with other arguments than PyTorch does"
    case .tooManyValues(let limit): "its pickle holds more than \(limit) values"
    case .negativeSize(let shape): "it has a tensor with a negative or too large size or stride: \(shape)"
    case .beyondStorage(let key, let count, let shape):
      "it has a tensor of shape \(shape) that reaches beyond the \(count) elements of its storage \(key)"
    }
  }
}
