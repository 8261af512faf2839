/// The names in a pickle that mean something to a reader of weights. What is made by any other name is not looked into.
///
/// nnU-Net's checkpoints contain NumPy scalars among the losses of past epochs; they are read as numbers, without executing
/// anything of NumPy or PyTorch.
enum PickleGlobal: Sendable, Equatable {
  case orderedDictionary
  /// A dictionary whose arguments say how missing values are made.
  case defaultDictionary
  case rebuildTensor
  case rebuildTypedTensor
  case rebuildParameter
  /// A function, the class of its result, its arguments, and attributes: tensors that carry attributes.
  case rebuildFromType
  /// `Tensor` and `Parameter`.
  case tensorClass
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
    case ("collections", "OrderedDict"), ("collections", "Counter"): self = .orderedDictionary
    case ("collections", "defaultdict"): self = .defaultDictionary
    case ("torch._utils", "_rebuild_tensor_v2"), ("torch._utils", "_rebuild_tensor"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTypedTensor
    case ("torch._utils", "_rebuild_parameter"), ("torch._utils", "_rebuild_parameter_with_state"):
      self = .rebuildParameter
    case ("torch._tensor", "_rebuild_from_type_v2"): self = .rebuildFromType
    case ("torch", "Tensor"), ("torch._tensor", "Tensor"), ("torch.nn.parameter", "Parameter"),
      ("torch.nn.parameter", "Buffer"):
      self = .tensorClass
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

extension PickleGlobal {
  /// Whether a name stands in pickles that attack their reader, and in no others: something that starts programs, runs
  /// text, or reads files. It would not be run here either; but such a file is not to be trusted.
  static func isDangerous(module: String, name: String) -> Bool {
    let top = module.prefix { $0 != "." }
    switch top {
    case "os", "posix", "nt", "subprocess", "sys", "runpy", "shutil", "socket", "importlib", "ctypes", "pty",
      "commands",
      "webbrowser", "code", "pickle", "_pickle", "cPickle", "pydoc", "timeit", "signal", "platform", "http", "urllib",
      "requests", "bdb", "pdb", "asyncio":
      return true
    case "builtins", "__builtin__":
      return ["eval", "exec", "compile", "open", "__import__", "input", "execfile", "apply", "breakpoint", "globals"]
        .contains(name)
    case "torch":
      return module.hasPrefix("torch.hub") || name == "load" || name == "_load"
        || module.hasPrefix("torch.utils.cpp_ext")
    case "numpy": return name == "load" || name == "fromfile" || name == "memmap" || name == "runstring"
    default: return false
    }
  }
}
