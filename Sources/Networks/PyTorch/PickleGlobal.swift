/// The names that a pickle of weights may contain, and what each means. Any other name is refused.
///
/// nnU-Net's checkpoints contain NumPy scalars among the losses of past epochs; they are read as numbers, without executing
/// anything of NumPy or PyTorch.
enum PickleGlobal: Sendable, Equatable {
  case orderedDictionary
  case rebuildTensor
  case rebuildTypedTensor
  case rebuildParameter
  case storage(StoredElementType)
  case elementType(StoredElementType)
  case shape
  case device
  case numPyScalar
  case numPyType
  case encode
  /// `bytes` and `bytearray`.
  case byteString
  /// A built-in container made from its only argument.
  case container
  /// A built-in type, or a property of a tensor, that does not matter for weights.
  case inert

  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch._utils", "_rebuild_tensor_v2"), ("torch._utils", "_rebuild_tensor"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTypedTensor
    case ("torch._utils", "_rebuild_parameter"), ("torch._utils", "_rebuild_parameter_with_state"):
      self = .rebuildParameter
    case ("torch", "Size"): self = .shape
    case ("torch", "device"): self = .device
    case ("torch.serialization", "_get_layout"), ("torch", "strided"): self = .inert
    case ("numpy.core.multiarray", "scalar"), ("numpy._core.multiarray", "scalar"): self = .numPyScalar
    case ("numpy", "dtype"): self = .numPyType
    case ("_codecs", "encode"): self = .encode
    case ("builtins", let name), ("__builtin__", let name):
      switch name {
      case "bytes", "bytearray": self = .byteString
      case "list", "tuple", "set", "frozenset": self = .container
      case "int", "float", "bool", "complex", "str", "dict", "long", "unicode": self = .inert
      default: return nil
      }
    case ("torch", let name), ("torch.storage", let name):
      if let type = StoredElementType(storageClass: name) {
        self = .storage(type)
      } else if module == "torch", let type = StoredElementType(typeName: name) {
        self = .elementType(type)
      } else {
        return nil
      }
    default: return nil
    }
  }
}
