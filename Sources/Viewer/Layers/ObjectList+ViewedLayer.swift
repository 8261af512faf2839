import Components

extension ObjectList {
  /// As `require(_:)`, for labels that are shown.
  package func require(_ layer: ViewedLayer) throws {
    try require(
      Labels(path: layer.path, extent: layer.extent, isUnfinished: layer.isUnfinished) {
        layer.contains(id: $0, from: $1, to: $2)
      })
  }
}
