import Foundation

/// Writes a pickle of protocol 2, with the operations that `torch.save` uses.
struct Pickler {
  private var bytes = Data([PickleOpcode.proto.rawValue, 2])

  static func pickle(_ value: PicklingValue) -> Data {
    var pickler = Pickler()
    pickler.write(value)
    pickler.operation(.stop)
    return pickler.bytes
  }

  private mutating func operation(_ opcode: PickleOpcode) { bytes.append(opcode.rawValue) }

  private mutating func number(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func write(_ value: PicklingValue) {
    switch value {
    case .none: operation(.none)
    case .bool(let value): operation(value ? .newTrue : .newFalse)
    case .integer(let value): write(value)
    case .float(let value):
      operation(.binFloat)
      withUnsafeBytes(of: value.bitPattern.bigEndian) { bytes.append(contentsOf: $0) }
    case .text(let text):
      operation(.binUnicode)
      number(UInt32(text.utf8.count))
      bytes.append(contentsOf: text.utf8)
    case .list(let elements):
      operation(.emptyList)
      operation(.mark)
      for element in elements { write(element) }
      operation(.appends)
    case .tuple(let elements):
      operation(.mark)
      for element in elements { write(element) }
      operation(.tuple)
    case .dictionary(let entries):
      operation(.emptyDict)
      operation(.mark)
      for (key, value) in entries {
        write(.text(key))
        write(value)
      }
      operation(.setItems)
    case .tensor(let key, let type, let shape): writeTensor(key, type, shape)
    }
  }

  private mutating func write(_ integer: Int) {
    if let short = Int32(exactly: integer) {
      operation(.binInt)
      number(short)
    } else {
      operation(.long1)
      bytes.append(8)
      number(Int64(integer))
    }
  }

  private mutating func global(_ module: String, _ name: String) {
    operation(.global)
    bytes.append(contentsOf: "\(module)\n\(name)\n".utf8)
  }

  /// `torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks)`.
  private mutating func writeTensor(_ key: Int, _ type: StoredElementType, _ shape: [Int]) {
    global("torch._utils", "_rebuild_tensor_v2")
    operation(.mark)
    operation(.mark)
    write(.text("storage"))
    global("torch", type.storageClass)
    write(.text("\(key)"))
    write(.text("cpu"))
    write(shape.reduce(1, *))
    operation(.tuple)
    operation(.binPersID)
    write(0)
    write(.tuple(shape.map { .integer($0) }))
    write(.tuple(denseStrides(shape).map { .integer($0) }))
    write(.bool(false))
    global("collections", "OrderedDict")
    operation(.emptyTuple)
    operation(.reduce)
    operation(.tuple)
    operation(.reduce)
  }

  /// Strides of C order, in elements; empty axes count as one element, as in PyTorch.
  private func denseStrides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * max(shape[axis + 1], 1) }
    return strides
  }
}
