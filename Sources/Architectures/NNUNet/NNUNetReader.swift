/// nnU-Net's classes that read volumes: they decide on the axes that a network was trained with.
enum NNUNetReader {
  /// A sentence when volumes may have looked different to nnU-Net than they do to Sheaf; nil for readers that give (z, y, x)
  /// as Sheaf does.
  ///
  /// - Throws: `NNUNetConfiguration.Refusal` for photographs.
  static func doubts(_ name: String) throws -> String? {
    switch name {
    case "SimpleITKIO", "NibabelIO", "Tiff3DIO": nil
    case "SimpleITKIOWithReorient", "NibabelIOWithReorient":
      "nnU-Net turned the volumes to RAS (\(name)), which Sheaf does not: compare the axes of your volume with theirs"
    case "NaturalImage2DIO":
      throw NNUNetConfiguration.Refusal(
        "expected volumes, found photographs (\(name)); Sheaf has no networks for planes")
    default: "nnU-Net read the volumes with \(name), which Sheaf does not know: their axes may have been others"
    }
  }
}
