/// How the objects of an evaluated volume are told apart.
package enum InstanceRule: String, Sendable, CaseIterable {
  /// `labels` for instances, `components` for everything else.
  case auto
  /// The 26-connected components of the foreground.
  case components
  /// All foreground voxels of one value are one object.
  case labels
}
