import Foundation

/// A value that PyTorch reads from a pickle with `weights_only`: builtins and tensors, nothing else.
indirect enum PicklingValue {
  case none
  case bool(Bool)
  case integer(Int)
  case float(Double)
  case text(String)
  case list([PicklingValue])
  case tuple([PicklingValue])
  /// In the order in which it is to be read.
  case dictionary([(key: String, value: PicklingValue)])
  /// A whole storage, dense in C order, in the record `data/KEY`; several may name the same.
  case tensor(key: Int, type: StoredElementType, shape: [Int])
}

/// Writes a pickle of protocol 2, with the operations that `torch.save` uses.
struct Pickler {
  private var bytes = Data([0x80, 2])

  static func pickle(_ value: PicklingValue) -> Data {
    var pickler = Pickler()
    pickler.write(value)
    pickler.operation(".")
    return pickler.bytes
  }

  private mutating func operation(_ code: Character) { bytes.append(code.asciiValue!) }

  private mutating func number(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func write(_ value: PicklingValue) {
    switch value {
    case .none: operation("N")
    case .bool(let value): bytes.append(value ? 0x88 : 0x89)
    case .integer(let value): write(value)
    case .float(let value):
      operation("G")
      withUnsafeBytes(of: value.bitPattern.bigEndian) { bytes.append(contentsOf: $0) }
    case .text(let text):
      operation("X")
      number(UInt32(text.utf8.count))
      bytes.append(contentsOf: text.utf8)
    case .list(let elements):
      operation("]")
      operation("(")
      for element in elements { write(element) }
      operation("e")
    case .tuple(let elements):
      operation("(")
      for element in elements { write(element) }
      operation("t")
    case .dictionary(let entries):
      operation("}")
      operation("(")
      for (key, value) in entries {
        write(.text(key))
        write(value)
      }
      operation("u")
    case .tensor(let key, let type, let shape): writeTensor(key, type, shape)
    }
  }

  private mutating func write(_ integer: Int) {
    if let short = Int32(exactly: integer) {
      operation("J")
      number(short)
    } else {
      bytes.append(contentsOf: [0x8A, 8])
      number(Int64(integer))
    }
  }

  private mutating func global(_ module: String, _ name: String) {
    operation("c")
    bytes.append(contentsOf: "\(module)\n\(name)\n".utf8)
  }

  /// `torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks)`.
  private mutating func writeTensor(_ key: Int, _ type: StoredElementType, _ shape: [Int]) {
    global("torch._utils", "_rebuild_tensor_v2")
    operation("(")
    operation("(")
    write(.text("storage"))
    global("torch", type.storageClass)
    write(.text("\(key)"))
    write(.text("cpu"))
    write(shape.reduce(1, *))
    operation("t")
    operation("Q")
    write(0)
    write(.tuple(shape.map { .integer($0) }))
    write(.tuple(denseStrides(shape).map { .integer($0) }))
    write(.bool(false))
    global("collections", "OrderedDict")
    operation(")")
    operation("R")
    operation("t")
    operation("R")
  }

  /// Of C order, in elements; axes of no elements count as one, as PyTorch has it.
  private func denseStrides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * max(shape[axis + 1], 1) }
    return strides
  }
}
