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
  /// A whole storage, dense in C order, in the record `data/KEY`; several tensors may share one.
  case tensor(key: Int, type: StoredElementType, shape: [Int])
}
