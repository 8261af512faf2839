/// What commands do with libtorch: one method a command, each called with arguments that have been checked.
///
/// The command tree knows nothing of networks beyond this protocol; `sheaf-networks` implements it.
package protocol NetworkOperations: Sendable {
  /// Of the libtorch that is loaded.
  var libtorchVersion: String { get }
  func pretrain(_ command: PretrainCommand) throws
  func finetune(_ command: FinetuneCommand) throws
  func infer(_ command: InferCommand) throws
  func serveChallenge(_ command: ServeChallengeCommand) throws
  func exportWeights(_ command: ExportWeightsCommand) throws
  /// Adds what a weights file says about itself.
  ///
  /// - Throws: `Fault.badData` when it is damaged.
  func describeWeights(at path: String, in information: inout Information) throws
}
