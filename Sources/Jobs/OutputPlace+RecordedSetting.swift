import Files

extension OutputPlace {
  /// A setting of the run that began what a command would continue at `path`; nil where there is nothing to continue.
  ///
  /// - Parameter overwrite: whether what is there is replaced, so that only an unfinished replacement is continued.
  package static func recordedSetting(_ name: String, of path: String, overwrite: Bool) -> String? {
    let path = ResolvedPath(path).path
    for place in [workPath(of: path)] + (overwrite ? [] : [path]) {
      // What cannot be read is reported where it is opened to be continued.
      if let owner = try? OutputOwner(recordedIn: place), let value = owner.identity[name] { return value }
    }
    return nil
  }
}
