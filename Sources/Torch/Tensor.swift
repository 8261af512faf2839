import CTorch

/// An n-dimensional array of libtorch, and its place in the autograd graph.
///
/// A class that owns one reference to the C++ tensor and releases it in `deinit`. Volumes are (batch, channel, z, y, x). A
/// tensor may be passed between threads; as with any shared memory, nobody may write while another reads.
public final class Tensor: @unchecked Sendable {
  let handle: OpaquePointer

  init(handle: OpaquePointer) { self.handle = handle }

  deinit { ctorch_tensor_free(handle) }

  /// Owns what a shim function writes to its `out` parameter.
  static func make(_ body: (UnsafeMutablePointer<OpaquePointer?>) -> CTorchStatus) throws -> Tensor {
    var out: OpaquePointer?
    try check(body(&out))
    guard let out else { preconditionFailure("the shim reported success without a tensor") }
    return Tensor(handle: out)
  }

  // MARK: Making

  /// Copies `elements`, dense in C order. A copy to a GPU is queued behind earlier work there, and the host does not wait:
  /// threads that prepare samples during a step would otherwise wait for the step with every copy.
  package static func copying<Element: TensorElement>(
    _ elements: UnsafeBufferPointer<Element>, shape: [Int], device: Device = .cpu
  ) throws -> Tensor {
    try copying(UnsafeRawBufferPointer(elements), of: Element.scalarType, shape: shape, device: device)
  }

  package static func copying<Element: TensorElement>(
    _ elements: [Element], shape: [Int], device: Device = .cpu
  ) throws -> Tensor {
    try elements.withUnsafeBufferPointer { try copying($0, shape: shape, device: device) }
  }

  package static func copying(
    _ bytes: UnsafeRawBufferPointer, of type: ScalarType, shape: [Int], device: Device = .cpu
  ) throws -> Tensor {
    let sizes = shape.map(Int64.init)
    return try make {
      ctorch_tensor_from_bytes(bytes.baseAddress, bytes.count, sizes, Int32(sizes.count), type.code, device.name, $0)
    }
  }

  package static func zeros(_ shape: [Int], type: ScalarType = .float32, device: Device = .cpu) throws -> Tensor {
    let sizes = shape.map(Int64.init)
    return try make { ctorch_tensor_zeros(sizes, Int32(sizes.count), type.code, device.name, $0) }
  }

  /// Elements are undefined until they are written.
  package static func uninitialized(_ shape: [Int], type: ScalarType = .float32, device: Device = .cpu) throws
    -> Tensor
  {
    let sizes = shape.map(Int64.init)
    return try make { ctorch_tensor_empty(sizes, Int32(sizes.count), type.code, device.name, $0) }
  }

  // MARK: Properties

  package var shape: [Int] {
    var axes: Int32 = 0
    // These two fail only for a broken handle.
    precondition(ctorch_tensor_axes(handle, &axes) == CTorchStatus(CTORCH_OK))
    var sizes = [Int64](repeating: 0, count: Int(axes))
    precondition(ctorch_tensor_shape(handle, &sizes, axes) == CTorchStatus(CTORCH_OK))
    return sizes.map(Int.init)
  }

  /// Number of elements.
  package var count: Int { shape.reduce(1, *) }

  package func scalarType() throws -> ScalarType {
    var code: Int32 = 0
    try check(ctorch_tensor_scalar_type(handle, &code))
    return ScalarType(code: code)
  }

  package func device() throws -> Device {
    var name = [CChar](repeating: 0, count: 64)
    try check(ctorch_tensor_device(handle, &name, name.count))
    return Device(name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) })
  }

  // MARK: To and from host memory

  /// The only element; waits for the device.
  package func item() throws -> Double {
    var value = 0.0
    try check(ctorch_tensor_item(handle, &value))
    return value
  }

  /// The elements in C order, converted to `Element`.
  package func array<Element: TensorElement>(of element: Element.Type = Element.self) throws -> [Element] {
    try [Element](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      try copy(to: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initializedCount = count
    }
  }

  /// The elements as floats in C order.
  package func floats() throws -> [Float] { try array() }

  /// Copies the elements in C order, converted to `Element`; the buffer has exactly `count` elements.
  package func copy<Element: TensorElement>(to buffer: UnsafeMutableBufferPointer<Element>) throws {
    let bytes = UnsafeMutableRawBufferPointer(buffer)
    try copy(to: bytes, as: Element.scalarType)
  }

  package func copy(to bytes: UnsafeMutableRawBufferPointer, as type: ScalarType) throws {
    try check(ctorch_tensor_to_bytes(handle, type.code, bytes.baseAddress, bytes.count))
  }

  /// Overwrites the elements in place from host memory in C order; not recorded by autograd.
  package func set<Element: TensorElement>(_ elements: UnsafeBufferPointer<Element>) throws {
    try set(UnsafeRawBufferPointer(elements), of: Element.scalarType)
  }

  package func set<Element: TensorElement>(_ elements: [Element]) throws {
    try elements.withUnsafeBufferPointer { try set($0) }
  }

  package func set(_ bytes: UnsafeRawBufferPointer, of type: ScalarType) throws {
    try check(ctorch_tensor_set_bytes(handle, type.code, bytes.baseAddress, bytes.count))
  }

  /// The memory of a dense tensor on the CPU itself.
  ///
  /// - Throws: `TorchError` when the tensor is on another device, is not dense in C order, or holds another type.
  package func withUnsafeElements<Element: TensorElement, Result>(
    _ body: (UnsafeMutableBufferPointer<Element>) throws -> Result
  ) throws -> Result {
    guard try scalarType() == Element.scalarType else {
      throw TorchError(
        .invalidArgument, "expected elements of type \(Element.scalarType), found \(try scalarType())")
    }
    var data: UnsafeMutableRawPointer?
    var byteCount = 0
    try check(ctorch_tensor_data(handle, &data, &byteCount))
    let elements = data?.assumingMemoryBound(to: Element.self)
    return try withExtendedLifetime(self) {
      try body(UnsafeMutableBufferPointer(start: elements, count: byteCount / MemoryLayout<Element>.stride))
    }
  }
}

extension Tensor {
  /// The memory of a dense tensor on the CPU, whatever its type.
  ///
  /// - Throws: `TorchError` when the tensor is on another device or is not dense in C order.
  package func withUnsafeBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) throws -> Result) throws -> Result {
    var data: UnsafeMutableRawPointer?
    var byteCount = 0
    try check(ctorch_tensor_data(handle, &data, &byteCount))
    return try withExtendedLifetime(self) {
      try body(UnsafeMutableRawBufferPointer(start: data, count: byteCount))
    }
  }
}
