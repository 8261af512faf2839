import CTorch

/// The element types of tensors.
package enum ScalarType: Sendable, CaseIterable {
  case float32, bfloat16, float16, float64, uint8, int32, int64, bool

  package var byteCount: Int {
    switch self {
    case .uint8, .bool: 1
    case .bfloat16, .float16: 2
    case .float32, .int32: 4
    case .float64, .int64: 8
    }
  }

  var code: Int32 {
    switch self {
    case .float32: Int32(CTORCH_FLOAT32)
    case .bfloat16: Int32(CTORCH_BFLOAT16)
    case .float16: Int32(CTORCH_FLOAT16)
    case .float64: Int32(CTORCH_FLOAT64)
    case .uint8: Int32(CTORCH_UINT8)
    case .int32: Int32(CTORCH_INT32)
    case .int64: Int32(CTORCH_INT64)
    case .bool: Int32(CTORCH_BOOL)
    }
  }

  init(code: Int32) {
    guard let type = ScalarType.allCases.first(where: { $0.code == code }) else {
      preconditionFailure("the shim returned the unknown element type \(code)")
    }
    self = type
  }
}

/// A Swift type for elements of tensors in host memory.
package protocol TensorElement: BitwiseCopyable, Sendable {
  static var scalarType: ScalarType { get }
}

extension Float: TensorElement { package static var scalarType: ScalarType { .float32 } }
extension Double: TensorElement { package static var scalarType: ScalarType { .float64 } }
extension UInt8: TensorElement { package static var scalarType: ScalarType { .uint8 } }
extension Int32: TensorElement { package static var scalarType: ScalarType { .int32 } }
extension Int64: TensorElement { package static var scalarType: ScalarType { .int64 } }
