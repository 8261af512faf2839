import ArgumentParser
import Commands
import Files
import Jobs
import Training

struct PretrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pretrain",
    abstract: "Trains a network to fill in hidden parts of unannotated volumes, as a start for fine-tuning.",
    discussion: """
      A masked autoencoder on nnU-Net's residual-encoder U-Net: most blocks of each crop are hidden (mask-fraction, \
      mask-block), and the error is counted where voxels were hidden, by visible-weight elsewhere too, padding and \
      saturated voxels left out. Samples depend on the seed and the step alone: any number of ranks gives the same \
      training, up to rounding, and so does a run that was stopped and carried on.

      Example:
        mpirun -n 2 sheaf pretrain corpus -o pretrained
        srun sheaf pretrain corpus -o pretrained --tier L --precision bf16 --max-hours 23.8
      """)

  @Argument(help: "The corpus that `sheaf corpus` made.")
  var corpus: String

  @OptionGroup var training: TrainingOptions
  @OptionGroup var execution: ExecutionOptions

  func run() throws {
    let context = try RunContext.start(execution)
    let recipe = try PretrainingRecipe.resolve(file: training.recipe, options: training.settings())
    let summary = try Pretraining.run(
      corpus: corpus, recipe: recipe, output: training.output,
      resolved: context.resolvedSettings(command: "pretrain"), resources: training.resources(context),
      communicator: context.communicator)
    try training.printSummary(summary, context)
  }
}
