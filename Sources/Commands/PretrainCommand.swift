import ArgumentParser
import Recipes
import Voxels

package struct PretrainCommand: ParsableCommand, WritingCommand {
  package static let configuration = CommandConfiguration(
    commandName: "pretrain",
    abstract: "Train a masked autoencoder on unannotated volumes, as a start for fine-tuning.",
    discussion: """
      Most blocks of each crop are masked (settings mask-fraction and mask-block), and nnU-Net's residual-encoder U-Net \
      learns to reconstruct them. The loss counts masked voxels, and visible ones with visible-weight; padding and \
      saturated voxels are left out. Samples depend on the seed and the step alone: any number of ranks gives the same \
      training, up to rounding, and so does a run that was stopped and resumed.

      Resolved settings are written to RUN/recipe.yaml.

      Examples:
        mpirun -n 2 sheaf pretrain corpus -o pretrained
        srun sheaf pretrain corpus -o pretrained --tier L --precision bf16 --max-hours 23.8
      """)

  package init() {}

  @Argument(help: "The corpus, as `sheaf corpus` writes it.")
  package var corpus: String

  @Argument(help: ArgumentHelp("The directory of the run, instead of --output.", valueName: "output"))
  package var lastArgument: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Directory of the run: recipe, metrics, checkpoints, and in the end the weights.", valueName: "run"))
  package var output: String?

  @Option(
    help: ArgumentHelp(
      "Voxel size that crops are resampled to, since the volumes of a corpus differ; stored for that of each volume. "
        + "(default: stored) (values: stored, one edge in µm, or the edges along z, y and x such as 4,2,2)",
      valueName: "µm|z,y,x"))
  package var voxelSize: String?

  @OptionGroup package var training: TrainingOptions
  @OptionGroup package var execution: ExecutionOptions
  @OptionGroup package var overwrite: OverwriteOption
  @OptionGroup package var reporting: ReportingOptions

  package func validate() throws {
    try checkedOutput()
    if let voxelSize, voxelSize != PretrainingSettings.storedVoxelSize, VoxelSize(text: voxelSize) == nil {
      throw ValidationError(
        "--voxel-size \(voxelSize) is no voxel size; give an edge in µm, those along z, y and x such as 4,2,2, or stored"
      )
    }
  }

  /// The options as settings, in the order in which they win.
  package func settings() throws -> [(key: String, value: String)] {
    try training.settings(voxelSize.map { [(PretrainingSettings.table.voxelSize.key, $0)] } ?? [])
  }

  package func run() throws {
    try refuseOutput(over: [corpus] + [training.recipe].compactMap { $0 })
    try Program.networkOperations.pretrain(self)
  }
}
