import Torch

/// The element types of stored tensors; Sheaf computes with those that are `ScalarType`s.
enum StoredElementType: String, Sendable, CaseIterable {
  case float32, bfloat16, float16, float64, uint8, int8, int16, int32, int64, bool, complex64, complex128
  /// Of a storage whose tensors state their own type.
  case untyped

  var byteCount: Int {
    switch self {
    case .uint8, .int8, .bool, .untyped: 1
    case .bfloat16, .float16, .int16: 2
    case .float32, .int32: 4
    case .float64, .int64, .complex64: 8
    case .complex128: 16
    }
  }

  /// By the name of PyTorch's legacy storage classes.
  init?(storageClass: String) {
    switch storageClass {
    case "FloatStorage": self = .float32
    case "BFloat16Storage": self = .bfloat16
    case "HalfStorage": self = .float16
    case "DoubleStorage": self = .float64
    case "ByteStorage": self = .uint8
    case "CharStorage": self = .int8
    case "ShortStorage": self = .int16
    case "IntStorage": self = .int32
    case "LongStorage": self = .int64
    case "BoolStorage": self = .bool
    case "ComplexFloatStorage": self = .complex64
    case "ComplexDoubleStorage": self = .complex128
    case "UntypedStorage": self = .untyped
    default: return nil
    }
  }

  /// By the name of a `torch.dtype`.
  init?(typeName: String) {
    switch typeName {
    case "float": self = .float32
    case "half": self = .float16
    case "double": self = .float64
    default:
      guard let type = StoredElementType(rawValue: typeName), type != .untyped else { return nil }
      self = type
    }
  }
}

extension StoredElementType {
  init(_ type: ScalarType) {
    switch type {
    case .float32: self = .float32
    case .bfloat16: self = .bfloat16
    case .float16: self = .float16
    case .float64: self = .float64
    case .uint8: self = .uint8
    case .int32: self = .int32
    case .int64: self = .int64
    case .bool: self = .bool
    }
  }

  /// PyTorch's legacy name for a storage of such elements.
  var storageClass: String {
    switch self {
    case .float32: "FloatStorage"
    case .bfloat16: "BFloat16Storage"
    case .float16: "HalfStorage"
    case .float64: "DoubleStorage"
    case .uint8: "ByteStorage"
    case .int8: "CharStorage"
    case .int16: "ShortStorage"
    case .int32: "IntStorage"
    case .int64: "LongStorage"
    case .bool: "BoolStorage"
    case .complex64: "ComplexFloatStorage"
    case .complex128: "ComplexDoubleStorage"
    case .untyped: "UntypedStorage"
    }
  }
}

extension ScalarType {
  /// Nil for elements that no tensor of Sheaf has.
  init?(_ type: StoredElementType) {
    guard let known = ScalarType.allCases.first(where: { StoredElementType($0) == type }) else { return nil }
    self = known
  }
}
