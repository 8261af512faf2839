/// The results of a pickle's calls, as data.
extension Unpickler {
  /// As in PyTorch.
  private static let axisLimit = 64

  private func elements(_ value: Pickle.Value?) -> [Pickle.Value]? {
    guard case .sequence(let index) = value else { return nil }
    return pickle.sequences[index]
  }

  private func integers(_ value: Pickle.Value?) -> [Int]? {
    guard let elements = elements(value), elements.count <= Self.axisLimit else { return nil }
    var integers: [Int] = []
    for element in elements {
      guard case .integer(let integer) = element else { return nil }
      integers.append(integer)
    }
    return integers
  }

  /// `function(*arguments)`.
  mutating func result(of function: Pickle.Value, _ arguments: Pickle.Value) throws -> Pickle.Value {
    switch function {
    case .unknown, .inert: return function
    default: break
    }
    guard case .global(let global) = function, let arguments = elements(arguments) else {
      throw PickleDamage.wrongOperand(offset: offset)
    }
    switch global {
    case .defaultDictionary: return try dictionary([])
    case .orderedDictionary:
      var values: [Pickle.Value] = []
      if case .dictionary = arguments.first { return arguments[0] }
      let pairs = elements(arguments.first) ?? []
      try count(values: pairs.count)
      for pair in pairs {
        guard let pair = elements(pair), pair.count == 2 else { return .inert }
        values += pair
      }
      return try dictionary(values)
    case .rebuildTensor: return try tensor(arguments, type: nil)
    case .rebuildTypedTensor:
      // Types of later versions of PyTorch.
      if arguments.count > 6, case .unknown = arguments[6] { return arguments[6] }
      guard arguments.count > 6, case .global(.elementType(let type)) = arguments[6] else {
        throw wrongArguments(global)
      }
      return try tensor(arguments, type: type)
    case .rebuildParameter:
      if case .unknown = arguments.first { return arguments[0] }
      guard case .tensor = arguments.first else { throw wrongArguments(global) }
      return arguments[0]
    case .rebuildFromType:
      guard arguments.count >= 3 else { throw wrongArguments(global) }
      // A class of another program may mean something else by its elements.
      guard case .global(.tensorClass) = arguments[1] else { return arguments[1] == .none ? .inert : arguments[1] }
      return try result(of: arguments[0], arguments[2])
    case .tensorClass: return .inert
    case .shape, .container:
      if arguments.isEmpty { return sequence([]) }
      guard case .sequence = arguments[0] else { return .inert }
      return arguments[0]
    case .byteString:
      if case .text(let text) = arguments.first { return try .bytes(latin1(text)) }
      if case .bytes = arguments.first { return arguments[0] }
      return .bytes([])
    case .encode:
      guard case .text(let text) = arguments.first else { return .inert }
      return try .bytes(latin1(text))
    case .numPyType:
      guard case .text(let code) = arguments.first else { return .inert }
      pickle.numberTypes.append(Pickle.NumberType(code: code))
      return .numberType(pickle.numberTypes.count - 1)
    case .numPyScalar:
      guard arguments.count == 2, case .numberType(let type) = arguments[0], case .bytes(let bytes) = arguments[1]
      else { return .inert }
      return number(bytes, pickle.numberTypes[type])
    case .device, .inert: return .inert
    case .storage, .elementType: throw wrongArguments(global)
    }
  }

  private func wrongArguments(_ global: PickleGlobal) -> PickleDamage {
    .wrongArguments(of: "\(global)", offset: offset)
  }

  /// The state that `BUILD` gives an object: needed only for the byte order of a NumPy type. For state dictionaries it is
  /// their version.
  mutating func build(_ value: Pickle.Value, _ state: Pickle.Value) throws {
    switch value {
    case .numberType(let index):
      if let state = elements(state), state.count > 1 {
        pickle.numberTypes[index].isBigEndian = state[1] == .text(">")
      }
    case .dictionary, .sequence, .tensor, .inert, .unknown: break
    default: throw PickleDamage.wrongOperand(offset: offset)
    }
  }

  /// The storage of a persistent identifier `("storage", class, key, device, count)`.
  mutating func storage(_ identifier: Pickle.Value) throws -> Pickle.Value {
    // Elements of a type that later versions of PyTorch have.
    if let parts = elements(identifier), parts.count >= 2, case .unknown = parts[1] { return parts[1] }
    guard let parts = elements(identifier), parts.count >= 5, parts[0] == .text("storage"),
      case .global(.storage(let type)) = parts[1], case .text(let key) = parts[2], case .integer(let count) = parts[4],
      count >= 0
    else { throw PickleDamage.wrongOperand(offset: offset) }
    pickle.storages.append(Pickle.Storage(type: type, key: key, count: count))
    return .storage(pickle.storages.count - 1)
  }

  /// `_rebuild_tensor_v2(storage, offset, size, stride, …)`, checked to be within its storage.
  private mutating func tensor(_ arguments: [Pickle.Value], type: StoredElementType?) throws -> Pickle.Value {
    if case .unknown = arguments.first { return arguments[0] }
    guard arguments.count >= 4, case .storage(let index) = arguments[0], case .integer(let offset) = arguments[1],
      let shape = integers(arguments[2]), let strides = integers(arguments[3]), strides.count == shape.count
    else { throw wrongArguments(.rebuildTensor) }
    let storage = pickle.storages[index]
    let elementType = type ?? storage.type
    guard offset >= 0, shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 }) else {
      throw PickleDamage.negativeSize(shape: shape)
    }
    // An untyped storage counts bytes, any other counts elements.
    let count = storage.type == .untyped ? storage.count / elementType.byteCount : storage.count
    guard storage.type == .untyped || elementType == storage.type, elementType != .untyped else {
      throw wrongArguments(.rebuildTensor)
    }
    var elementCount = elementType.byteCount
    var last = offset
    for (size, stride) in zip(shape, strides) {
      let (product, overflow) = elementCount.multipliedReportingOverflow(by: size)
      let (span, spanOverflow) = stride.multipliedReportingOverflow(by: max(size - 1, 0))
      let (sum, sumOverflow) = last.addingReportingOverflow(span)
      if overflow || spanOverflow || sumOverflow { throw PickleDamage.negativeSize(shape: shape) }
      (elementCount, last) = (product, sum)
    }
    guard elementCount == 0 ? offset <= count : last < count else {
      throw PickleDamage.beyondStorage(key: storage.key, count: count, shape: shape)
    }
    pickle.tensors.append(
      Pickle.StridedTensor(storage: index, type: elementType, offset: offset, shape: shape, strides: strides))
    return .tensor(pickle.tensors.count - 1)
  }

  private mutating func latin1(_ text: String) throws -> [UInt8] {
    try count(values: text.utf8.count / MemoryLayout<Pickle.Value>.stride)
    return text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
  }

  /// The number in the bytes of a NumPy scalar; texts, dates and the like are not needed.
  private func number(_ bytes: [UInt8], _ type: Pickle.NumberType) -> Pickle.Value {
    guard let kind = type.code.first, Int(type.code.dropFirst()) == bytes.count, (1...8).contains(bytes.count) else {
      return .inert
    }
    let bits = (type.isBigEndian ? bytes : bytes.reversed()).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    switch (kind, bytes.count) {
    case ("f", 8): return .float(Double(bitPattern: bits))
    case ("f", 4): return .float(Double(Float(bitPattern: UInt32(bits))))
    case ("f", 2): return .float(Double(Float16(bitPattern: UInt16(bits))))
    case ("u", _): return Int(exactly: bits).map { .integer($0) } ?? .inert
    case ("i", let count):
      let unused = UInt64(64 - 8 * count)
      return .integer(Int(Int64(bitPattern: bits << unused) >> Int64(unused)))
    case ("b", 1): return .bool(bits != 0)
    default: return .inert
    }
  }
}
