/// The names of a parameter in files of PyTorch projects.
///
/// `dynamic_network_architectures` registers most modules twice, so that a state dictionary has several names for one
/// tensor: `….conv.weight` is also `….all_modules.0.weight`, `….norm.weight` also `….all_modules.1.weight` (`.2` behind
/// dropout), and all of the encoder is also found under `decoder.encoder.`. Programs wrap modules (`module.`,
/// `_orig_mod.`, also in the middle of a name) and hold networks in others (`net.`, `unet.`, `student.encoder.`): whatever
/// stands before the names of the network is its *prefix*. Sheaf writes canonical names, without a prefix.
enum WeightNames {
  /// A name in a file, taken apart.
  struct Parts: Equatable {
    /// With a full stop at its end, or empty.
    let prefix: String
    let canonical: String
  }

  /// Modules that PyTorch puts around others: compiled, on several devices, and with checkpoints of activations.
  private static let wrappers: Set<Substring> = [
    "_orig_mod", "module", "_fsdp_wrapped_module", "_checkpoint_wrapped_module",
  ]
  private static let decoderParts: Set<Substring> = ["stages", "transpconvs", "seg_layers"]
  private static let encoderParts: Set<Substring> = ["stem", "stages"]

  /// Nil for a name that is of no part of a network.
  static func parts(_ name: String) -> Parts? {
    let components = name.split(separator: ".", omittingEmptySubsequences: false).filter { !wrappers.contains($0) }
    func parts(from index: Int, prefixEnd: Int, _ canonical: String) -> Parts {
      let prefix = components[..<prefixEnd].map { $0 + "." }.joined()
      return Parts(prefix: prefix, canonical: canonical)
    }
    for index in components.indices {
      let next = index + 1 < components.count ? components[index + 1] : ""
      let rest = { (start: Int) in spelledOut(components[start...]) }
      if components[index] == "decoder" && decoderParts.contains(next) {
        return parts(from: index, prefixEnd: index, rest(index))
      }
      if components[index] == "encoder" && encoderParts.contains(next) {
        let isAlias = index > 0 && components[index - 1] == "decoder"
        return parts(from: index, prefixEnd: isAlias ? index - 1 : index, rest(index))
      }
      // An encoder that was saved on its own, or is held under another name.
      if encoderParts.contains(components[index]) {
        return parts(from: index, prefixEnd: index, "encoder." + rest(index))
      }
    }
    return nil
  }

  /// The name without prefix, as Sheaf writes it; the name itself where it is of no part of a network.
  static func canonical(_ name: String) -> String { parts(name)?.canonical ?? name }

  private static func spelledOut(_ components: ArraySlice<Substring>) -> String {
    var names = Array(components)
    if let index = names.firstIndex(of: "all_modules"), index + 1 < names.count, let number = Int(names[index + 1]) {
      names.replaceSubrange(index...(index + 1), with: [number == 0 ? "conv" : "norm"])
    }
    return names.joined(separator: ".")
  }

  /// The other names of a canonical name, in nnU-Net's state dictionary.
  static func aliases(of name: String) -> [String] {
    var spellings = [name]
    for (module, number) in [(".conv.", 0), (".norm.", 1)] where name.contains(module) {
      spellings.append(name.replacing(module, with: ".all_modules.\(number)."))
    }
    let underDecoder = name.hasPrefix("encoder.") ? spellings.map { "decoder." + $0 } : []
    return Array((spellings + underDecoder).dropFirst())
  }
}
