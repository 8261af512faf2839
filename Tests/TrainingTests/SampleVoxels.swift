import Training

/// What an annotated sample's tensors hold, C order.
struct SampleVoxels: Equatable {
  let image: [Float]
  let classes: [UInt8]

  init(_ sample: AnnotatedSample) throws {
    image = try sample.image.floats()
    classes = try sample.classes.array()
  }
}
