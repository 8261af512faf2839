import Architectures
import ArgumentParser
import Components
import Voxels

/// How a network predicts a volume, and what of it becomes an object.
package struct PredictionOptions: ParsableArguments {
  package init() {}

  @Flag(
    help: """
      Average over mirrored tiles as well, along the axes that the network was trained with mirrored: 8 passes a tile \
      for three axes.
      """)
  package var mirror = false

  @Option(
    help: ArgumentHelp(
      "What makes a voxel foreground where a network tells several structures apart: likeliest, the likeliest of them "
        + "against the background, as nnU-Net's labels decide; any, all of them together, 1 − P(background). (default: "
        + "likeliest for nnU-Net's networks, otherwise any)", valueName: "rule"))
  package var foreground: ForegroundRule?

  @Option(
    help: ArgumentHelp(
      "Edges of a tile in voxels, or one number for a cube. (default: the crop the network was trained on)",
      valueName: "n|z,y,x"))
  package var tileSize: Extent?

  @Option(help: ArgumentHelp("Share of a tile's edge that overlaps the next, 0 to 0.9.", valueName: "share"))
  package var overlap = 0.5

  @Option(
    help: ArgumentHelp(
      "What the volumes show: of a network that was trained on several structures, threshold and minimum size are those "
        + "that its validation chose for this one. (default: what a store was tiled with)", valueName: "name"))
  package var structure: String?

  @Option(
    help: ArgumentHelp(
      "Probability threshold of foreground. (default: what the network's validation chose, otherwise 0.5)",
      valueName: "probability"))
  package var threshold: Float?

  @Option(
    help: ArgumentHelp(
      "Which voxels are connected: by faces (6), also edges (18), or also corners (26).", valueName: "count"))
  package var connectivity = Connectivity.corners

  @Option(
    help: ArgumentHelp(
      "Drop objects of fewer voxels. (default: what the network's validation chose, otherwise 1)", valueName: "count"))
  package var minVoxels: Int?

  @Flag(help: "Evaluate tiles that hold nothing but air too.")
  package var keepBackgroundTiles = false

  @Flag(
    help: """
      Refuse a volume whose voxels differ by more than a tenth from those the network was trained on, instead of resampling \
      it for the network and bringing the probabilities back.
      """)
  package var noResample = false

  @Option(
    help: ArgumentHelp(
      "What the network computes in. (default: fp32 on CPUs, where it is no slower; on GPUs what it was trained in)",
      valueName: "precision"))
  package var precision: PrecisionArgument?

  package func validate() throws {
    guard overlap >= 0, overlap <= 0.9 else {
      throw ValidationError("--overlap must be between 0 and 0.9, found \(overlap)")
    }
    if let threshold, !(threshold > 0 && threshold <= 1) {
      throw ValidationError("--threshold must be a probability above 0 and at most 1, found \(threshold)")
    }
    if let minVoxels, minVoxels < 1 { throw ValidationError("--min-voxels must be 1 or more, found \(minVoxels)") }
  }
}
