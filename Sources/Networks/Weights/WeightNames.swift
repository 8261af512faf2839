/// The names of a parameter in files of PyTorch projects.
///
/// `dynamic_network_architectures` registers most modules twice, so that a state dictionary has several names for one
/// tensor: `….conv.weight` is also `….all_modules.0.weight`, `….norm.weight` also `….all_modules.1.weight`, and all of
/// the encoder is also found under `decoder.encoder.`. Wrappers and trainers prepend `module.`, `student_encoder.` and the
/// like. Sheaf writes canonical names, and accepts any of the others when reading.
enum WeightNames {
  private static let wrapperPrefixes = [
    "module.", "_orig_mod.", "net.", "network.", "model.", "student.", "student_encoder.", "network_weights.",
    "state_dict.",
  ]

  static func canonical(_ name: String) -> String {
    var rest = Substring(name)
    while let prefix = wrapperPrefixes.first(where: { rest.hasPrefix($0) }) { rest = rest.dropFirst(prefix.count) }
    // An encoder that was saved on its own.
    if rest.hasPrefix("stem.") || rest.hasPrefix("stages.") { rest = "encoder." + rest }
    if rest.hasPrefix("decoder.encoder.") { rest = rest.dropFirst("decoder.".count) }
    return String(rest)
      .replacing(".all_modules.0.", with: ".conv.")
      .replacing(".all_modules.1.", with: ".norm.")
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
