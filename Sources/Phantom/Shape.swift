import Voxels

/// Something that can be drawn into a scene, with the box it fills.
struct Shape: Sendable {
  enum Form: Sendable {
    case blob(Blob)
    case tube(Tube)
  }

  let form: Form
  let box: Region

  init(_ blob: Blob) {
    form = .blob(blob)
    box = Region(around: blob.centre, reach: blob.reach)
  }

  init(_ tube: Tube) {
    form = .tube(tube)
    box = tube.box
  }

  func render(into scene: inout Scene) {
    switch form {
    case .blob(let blob): blob.render(into: &scene)
    case .tube(let tube): tube.render(into: &scene)
    }
  }
}
