import Foundation

/// Reads a pickle of protocol 2 to 5 as inert data (Python's `pickletools`, PyTorch's `_weights_only_unpickler`).
///
/// 1. The pickle is a program for a stack machine. Operations that make numbers, texts and containers are carried out.
///    Containers are on the stack as numbers only: `Pickle` holds their contents.
/// 2. `GLOBAL` and `STACK_GLOBAL` name functions and types. They are never looked up: `PickleGlobal` knows what those of
///    PyTorch's weights mean; any other name makes an unknown value. A name that only an attack would use ends the reading
///    at once.
/// 3. `REDUCE`, `NEWOBJ` and `BUILD` would call them. Here they make what the function would have returned, as data: a
///    tensor is its storage, offset, shape and strides. What an unknown function would make is unknown, and swallows what
///    is put into it: optimisers, dates, paths, arrays of NumPy, settings of trainers.
/// 4. `BINPERSID` refers to a storage by its type, the key of its record and its count of elements.
struct Unpickler {
  /// More than any checkpoint holds, and less than half a gigabyte in memory.
  static let valueLimit = 12_000_000

  var pickle = Pickle()
  private let bytes: [UInt8]
  private var position = 0
  private var stack: [Pickle.Value] = []
  private var marks: [Int] = []
  private var memo: [Int: Pickle.Value] = [:]
  private var valueCount = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// - Throws: `PickleDamage`.
  static func read(_ bytes: [UInt8]) throws -> Pickle {
    var unpickler = Unpickler(bytes)
    while try !unpickler.step() {}
    return unpickler.pickle
  }

  // MARK: Bytes

  /// Position of the current operation, for messages.
  private(set) var offset = 0

  private mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.count - position else { throw PickleDamage.truncated(offset: bytes.count) }
    defer { position += count }
    return bytes[position..<(position + count)]
  }

  /// A little-endian number of up to 8 bytes.
  private mutating func number(_ byteCount: Int) throws -> UInt64 {
    try take(byteCount).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private mutating func count(_ byteCount: Int) throws -> Int {
    // A count that does not fit is also longer than the pickle.
    try Int(exactly: number(byteCount)) ?? .max
  }

  private mutating func line() throws -> String {
    guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else {
      throw PickleDamage.truncated(offset: bytes.count)
    }
    let line = try text(end - position)
    position += 1
    return line
  }

  private mutating func text(_ byteCount: Int) throws -> String {
    // Text that is not UTF-8, such as file names with lone surrogates, is at most quoted.
    String(decoding: try take(byteCount), as: UTF8.self)
  }

  // MARK: Stack

  mutating func push(_ value: Pickle.Value) throws {
    try count(values: 1)
    stack.append(value)
  }

  /// Counts the values made, so that a small pickle that repeats itself cannot make many.
  mutating func count(values: Int) throws {
    valueCount += values
    if valueCount > Self.valueLimit { throw PickleDamage.tooManyValues(Self.valueLimit) }
  }

  mutating func pop() throws -> Pickle.Value {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
      throw PickleDamage.emptyStack(offset: offset)
    }
    return value
  }

  private func top() throws -> Pickle.Value {
    guard stack.count > (marks.last ?? 0), let value = stack.last else { throw PickleDamage.emptyStack(offset: offset) }
    return value
  }

  /// All values since the last mark.
  private mutating func popToMark() throws -> [Pickle.Value] {
    guard let mark = marks.popLast() else { throw PickleDamage.noMark(offset: offset) }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private mutating func pop(_ count: Int) throws -> [Pickle.Value] {
    var values: [Pickle.Value] = []
    for _ in 0..<count { values.append(try pop()) }
    return values.reversed()
  }

  mutating func sequence(_ values: [Pickle.Value]) -> Pickle.Value {
    pickle.sequences.append(values)
    return .sequence(pickle.sequences.count - 1)
  }

  mutating func dictionary(_ values: [Pickle.Value] = []) throws -> Pickle.Value {
    pickle.dictionaries.append([])
    let dictionary = Pickle.Value.dictionary(pickle.dictionaries.count - 1)
    try set(values, in: dictionary)
    return dictionary
  }

  /// - Parameter values: alternating keys and values.
  private mutating func set(_ values: [Pickle.Value], in dictionary: Pickle.Value) throws {
    if isOpaque(dictionary) { return }
    guard case .dictionary(let index) = dictionary, values.count % 2 == 0 else {
      throw PickleDamage.wrongOperand(offset: offset)
    }
    for pair in stride(from: 0, to: values.count, by: 2) {
      pickle.dictionaries[index].append((values[pair], values[pair + 1]))
    }
  }

  private mutating func append(_ values: [Pickle.Value], to sequence: Pickle.Value) throws {
    if isOpaque(sequence) { return }
    guard case .sequence(let index) = sequence else { throw PickleDamage.wrongOperand(offset: offset) }
    pickle.sequences[index] += values
  }

  /// Whether what is put into a value is dropped.
  private func isOpaque(_ value: Pickle.Value) -> Bool {
    switch value {
    case .unknown, .inert: true
    default: false
    }
  }

  private mutating func recall(_ index: Int) throws {
    guard let value = memo[index] else { throw PickleDamage.unknownMemo(index, offset: offset) }
    try push(value)
  }

  private mutating func global(_ module: String, _ name: String) throws -> Pickle.Value {
    if let global = PickleGlobal(module: module, name: name) { return .global(global) }
    if PickleGlobal.isDangerous(module: module, name: name) { throw PickleDamage.forbiddenName("\(module).\(name)") }
    pickle.unknownNames.append("\(module).\(name)")
    return .unknown(pickle.unknownNames.count - 1)
  }

  /// A two's complement number, little-endian, of any length.
  private mutating func longInteger(_ byteCount: Int) throws -> Pickle.Value {
    let bytes = try take(byteCount)
    // Larger ones are seeds and the like, which nothing here needs.
    guard bytes.count <= 8 else { return .inert }
    guard let last = bytes.last else { return .integer(0) }
    let bits = bytes.reversed().reduce(last >= 0x80 ? UInt64.max : 0) { $0 << 8 | UInt64($1) }
    return .integer(Int(Int64(bitPattern: bits)))
  }

  // MARK: Operations

  /// Carries out one operation.
  ///
  /// - Returns: whether it was the last.
  private mutating func step() throws -> Bool {
    offset = position
    let code = try take(1).first!
    guard let opcode = PickleOpcode(rawValue: code) else {
      throw PickleDamage.unknownOperation(code, offset: offset)
    }
    switch opcode {
    case .proto:
      let version = try take(1).first!
      if version > 5 { throw PickleDamage.unknownProtocol(version) }
    case .frame: _ = try take(8)
    case .stop:
      pickle.root = try pop()
      return true
    case .mark: marks.append(stack.count)
    case .pop:
      if let mark = marks.last, mark == stack.count { marks.removeLast() } else { _ = try pop() }
    case .popMark: _ = try popToMark()
    case .dup: try push(top())
    case .none: try push(.none)
    case .newTrue: try push(.bool(true))
    case .newFalse: try push(.bool(false))
    case .binInt: try push(.integer(Int(Int32(truncatingIfNeeded: number(4)))))
    case .binInt1: try push(.integer(Int(number(1))))
    case .binInt2: try push(.integer(Int(number(2))))
    case .long1: try push(longInteger(count(1)))
    case .long4: try push(longInteger(count(4)))
    case .binFloat: try push(.float(Double(bitPattern: number(8).byteSwapped)))
    case .shortBinUnicode, .shortBinString: try push(.text(text(count(1))))
    case .binUnicode, .binString: try push(.text(text(count(4))))
    case .binUnicode8: try push(.text(text(count(8))))
    case .shortBinBytes: try push(.bytes(Array(take(count(1)))))
    case .binBytes: try push(.bytes(Array(take(count(4)))))
    case .binBytes8, .byteArray8: try push(.bytes(Array(take(count(8)))))
    default: try stepWithContainers(opcode)
    }
    return false
  }

  private mutating func stepWithContainers(_ opcode: PickleOpcode) throws {
    switch opcode {
    case .emptyTuple, .emptyList, .emptySet: try push(sequence([]))
    case .tuple, .list, .frozenSet: try push(sequence(popToMark()))
    case .tuple1: try push(sequence(pop(1)))
    case .tuple2: try push(sequence(pop(2)))
    case .tuple3: try push(sequence(pop(3)))
    case .emptyDict: try push(dictionary())
    case .dict: try push(dictionary(popToMark()))
    case .append:
      let value = try pop()
      try append([value], to: top())
    case .appends, .addItems:
      let values = try popToMark()
      try append(values, to: top())
    case .setItem:
      let values = try pop(2)
      try set(values, in: top())
    case .setItems:
      let values = try popToMark()
      try set(values, in: top())
    default: try stepWithNames(opcode)
    }
  }

  private mutating func stepWithNames(_ opcode: PickleOpcode) throws {
    switch opcode {
    case .binPut: memo[try count(1)] = try top()
    case .longBinPut: memo[try count(4)] = try top()
    case .memoize: memo[memo.count] = try top()
    case .binGet: try recall(count(1))
    case .longBinGet: try recall(count(4))
    case .global:
      let module = try line()
      try push(global(module, line()))
    case .stackGlobal:
      let names = try pop(2)
      guard case .text(let module) = names[0], case .text(let name) = names[1] else {
        throw PickleDamage.wrongOperand(offset: offset)
      }
      try push(global(module, name))
    case .reduce, .newObj:
      let values = try pop(2)
      try push(result(of: values[0], values[1]))
    case .newObjEx:
      // With arguments by name, which nothing that is known here takes.
      let values = try pop(3)
      try push(result(of: values[0], values[1]))
    case .build:
      let state = try pop()
      try build(top(), state)
    case .binPersID: try push(storage(pop()))
    default: throw PickleDamage.unknownOperation(opcode.rawValue, offset: offset)
    }
  }
}
