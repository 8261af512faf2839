import Files

/// The content of a PyTorch pickle: numbers, texts and containers of them, and where its tensors are stored. Inert data: no
/// name in a pickle is ever looked up, no function called.
///
/// Containers are held in tables and refer to each other by index, so that a pickle that nests without end, or contains
/// itself, costs no more than its bytes. Code that walks through one must bound the depth.
struct Pickle: Sendable {
  enum Value: Sendable, Equatable {
    case none
    case bool(Bool)
    case integer(Int)
    case float(Double)
    case text(String)
    case bytes([UInt8])
    /// An index into `sequences`: a list, a tuple or a set.
    case sequence(Int)
    /// An index into `dictionaries`.
    case dictionary(Int)
    /// An index into `tensors`.
    case tensor(Int)
    /// An index into `storages`.
    case storage(Int)
    /// An index into `numberTypes`.
    case numberType(Int)
    /// A known name of a function or a type.
    case global(PickleGlobal)
    /// Something that is not needed here, such as a device.
    case inert
    /// What another program's class or function would be, or make: an index into `unknownNames`. It has no content: what
    /// the pickle puts into it is dropped.
    case unknown(Int)
  }

  /// The elements that tensors share, in a record of the archive.
  struct Storage: Sendable, Equatable {
    let type: StoredElementType
    /// Names the record `data/KEY`.
    let key: String
    let count: Int
  }

  /// A view into a storage; offset and strides count elements.
  struct StridedTensor: Sendable, Equatable {
    let storage: Int
    let type: StoredElementType
    let offset: Int
    let shape: [Int]
    let strides: [Int]
  }

  /// NumPy's description of a number, such as `f8`.
  struct NumberType: Sendable {
    let code: String
    var isBigEndian = false
  }

  var root = Value.none
  var sequences: [[Value]] = []
  var dictionaries: [[(key: Value, value: Value)]] = []
  var tensors: [StridedTensor] = []
  var storages: [Storage] = []
  var numberTypes: [NumberType] = []
  /// Names with their modules.
  var unknownNames: [String] = []
}

extension Pickle {
  /// A value of a pickle with the tables that it refers to, for access as in JSON.
  struct View {
    let pickle: Pickle
    let value: Value

    /// The value under a key of a dictionary; of several the last, as in Python.
    subscript(key: String) -> View? { entries?.last { $0.key == key }?.value }

    /// The keys that are texts, with their values.
    var entries: [(key: String, value: View)]? {
      guard case .dictionary(let index) = value else { return nil }
      return pickle.dictionaries[index].compactMap { key, value in
        if case .text(let key) = key { (key, View(pickle: pickle, value: value)) } else { nil }
      }
    }

    var elements: [View]? {
      guard case .sequence(let index) = value else { return nil }
      return pickle.sequences[index].map { View(pickle: pickle, value: $0) }
    }

    var text: String? { if case .text(let text) = value { text } else { nil } }

    var integer: Int? {
      switch value {
      case .integer(let number): number
      case .float(let number): Int(exactly: number)
      default: nil
      }
    }

    var number: Double? {
      switch value {
      case .integer(let number): Double(number)
      case .float(let number): number
      default: nil
      }
    }

    var bool: Bool? { if case .bool(let bool) = value { bool } else { nil } }

    var isNone: Bool { value == .none }

    /// The name of the class or function of another program that would have made this.
    var unknownName: String? {
      if case .unknown(let index) = value { pickle.unknownNames[index] } else { nil }
    }

    /// As JSON, which is what nnU-Net's plans and the like are; what JSON does not have becomes null.
    ///
    /// - Parameter depth: containers within containers that are followed.
    func json(depth: Int = 16) -> JSONValue {
      switch value {
      case .bool(let flag): .bool(flag)
      case .integer(let number): .integer(number)
      case .float(let number): number.isFinite ? .number(number) : .null
      case .text(let text): .string(text)
      case .sequence where depth > 0: .array(elements!.map { $0.json(depth: depth - 1) })
      case .dictionary(let index) where depth > 0:
        .object(
          Dictionary(
            pickle.dictionaries[index].compactMap { key, value in
              switch key {
              case .text(let key): (key, View(pickle: pickle, value: value).json(depth: depth - 1))
              case .integer(let key): ("\(key)", View(pickle: pickle, value: value).json(depth: depth - 1))
              default: nil
              }
            }
          ) { $1 })
      default: .null
      }
    }
  }

  var view: View { View(pickle: self, value: root) }
}
