import Jobs

/// What a run that was interrupted had begun with, and what the run that continues it keeps: the rest of the tiles is
/// computed as those are that were written, also where new runs do it another way.
package struct BegunInference: Codable, Sendable {
  /// The precision it computed in; nil where there is nothing to continue.
  package let precision: String?
  /// `InferenceSettings.margin`: the usual one where there is nothing to continue.
  package let margin: Int

  /// - Parameters:
  ///   - path: the output.
  ///   - overwrite: whether what is there is replaced, so that nothing of it is kept.
  package init(at path: String, overwrite: Bool) {
    func recorded(_ name: String) -> String? { OutputPlace.recordedSetting(name, of: path, overwrite: overwrite) }
    precision = recorded("precision")
    // Earlier versions had no margin, and every version has written the threshold.
    let isBegun = recorded("threshold") != nil
    margin = isBegun ? recorded("margin").flatMap { Int($0) } ?? 0 : InferenceGeometry.margin
  }
}
