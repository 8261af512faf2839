/// What Sheaf does with an entry of a file of nnU-Net.
package struct NNUNetEntry: Sendable, Equatable {
  package enum Treatment: String, Sendable {
    /// It determines what Sheaf does.
    case honoured
    /// Any value but those named is refused.
    case checked
    /// It changes neither what a network sees nor what its output or a label means.
    case passedOver = "passed over"
  }

  package let treatment: Treatment
  /// How it is honoured, which values are taken, or why it does not matter.
  package let text: String

  static func honoured(_ text: String) -> NNUNetEntry { NNUNetEntry(treatment: .honoured, text: text) }
  static func checked(_ text: String) -> NNUNetEntry { NNUNetEntry(treatment: .checked, text: text) }
  static func passedOver(_ text: String) -> NNUNetEntry { NNUNetEntry(treatment: .passedOver, text: text) }
}

/// Every entry of the files of nnU-Net 2.0 to 2.8 (nnU-Net, `documentation/explanation_plans_files.md` and
/// `documentation/dataset_format.md`): the one place that says which are known. Readers warn about entries of plans that
/// are not here, and refuse arguments of networks that are not; the page of the reference is written from it.
package enum NNUNetEntries {
  /// Of `plans.json`, and `plans` under `init_args` of a checkpoint.
  package static let plans: [String: NNUNetEntry] = [
    "configurations": .honoured("the one that the checkpoint was trained in, with what it inherits"),
    "dataset_name": .honoured("told as what the network was trained on"),
    "foreground_intensity_properties_per_channel": .honoured("the constants of `CTNormalization`"),
    "foreground_intensity_properties_by_modality": .honoured(
      "`foreground_intensity_properties_per_channel` in plans of nnU-Net 2.0"),
    "transpose_forward": .honoured(
      "kernels, strides, patch size, spacing and weights are brought to the order z, y, x"),
    "transpose_backward": .checked("the inverse of `transpose_forward`"),
    "label_manager": .checked("`LabelManager`"),
    "image_reader_writer": .checked(
      "`SimpleITKIO`, `NibabelIO`, `Tiff3DIO` (z, y, x, as Sheaf reads); the `…WithReorient` ones turn volumes to RAS, "
        + "which Sheaf does not, and other ones may do anything: a warning; `NaturalImage2DIO` is refused"),
    "plans_name": .passedOver("a name"),
    "experiment_planner_used": .passedOver("what it planned is in the plans"),
    "original_median_spacing_after_transp": .passedOver("the configuration's `spacing` counts"),
    "original_median_shape_after_transp": .passedOver("a statistic of the training volumes"),
    "continue_training": .passedOver("concerns training"), "device": .passedOver("Sheaf chooses its own"),
  ]

  /// Of one configuration in the plans.
  package static let configuration: [String: NNUNetEntry] = [
    "inherits_from": .honoured("entries that a configuration lacks are those of its parent"),
    "architecture": .honoured("see the arguments of the network"),
    "UNet_class_name": .honoured("the network in plans before nnU-Net 2.5, which list it by a few numbers"),
    "UNet_base_num_features": .honoured("channels of the first stage, doubled from stage to stage"),
    "unet_max_num_features": .honoured("the most channels"),
    "n_conv_per_stage_encoder": .honoured("convolutions or residual blocks of each stage"),
    "n_conv_per_stage_decoder": .honoured("convolutions of each stage of the decoder"),
    "conv_kernel_sizes": .honoured("kernels"), "pool_op_kernel_sizes": .honoured("strides"),
    "num_pool_per_axis": .passedOver("follows from the strides"),
    "patch_size": .honoured(
      "the tile of `infer` and the crop of `finetune`; two edges, a 2d configuration, are refused"),
    "spacing": .honoured(
      "compared with the voxel size of the volume, which is [resampled](../how-to/infer.md#other-voxel-sizes) where they "
        + "differ by more than 10 %"),
    "normalization_schemes": .honoured(
      "`ZScoreNormalization`, `CTNormalization`, `NoNormalization`, `RescaleTo01Normalization`, `RGBTo01Normalization` "
        + "of the one channel; others are refused"),
    "use_mask_for_norm": .checked("false"),
    "previous_stage": .checked("absent: the second stage of a cascade takes the output of the first as input"),
    "previous_stage_name": .checked("the same"),
    "next_stage": .passedOver("the first stage of a cascade also works alone"),
    "preprocessor_name": .checked("`DefaultPreprocessor`"),
    "batch_dice": .passedOver("concerns the loss"), "batch_size": .passedOver("concerns training"),
    "data_identifier": .passedOver("a name"),
    "median_image_size_in_voxels": .passedOver("a statistic of the training volumes"),
    "resampling_fn_data": .passedOver(
      "Sheaf resamples linearly, with a wider filter where it makes voxels larger; see `spacing`"),
    "resampling_fn_data_kwargs": .passedOver("the same"), "resampling_fn_seg": .passedOver("the same"),
    "resampling_fn_seg_kwargs": .passedOver("the same"), "resampling_fn_probabilities": .passedOver("the same"),
    "resampling_fn_probabilities_kwargs": .passedOver("the same"),
  ]

  /// `arch_kwargs`, the arguments of the networks of `dynamic_network_architectures`, with Sheaf's two for the channels.
  package static let arguments: [String: NNUNetEntry] = [
    "n_stages": .honoured("2 to 12"), "features_per_stage": .honoured("channels of each stage"),
    "n_blocks_per_stage": .honoured("residual blocks of `ResidualEncoderUNet`"),
    "n_conv_per_stage": .honoured("convolutions of `PlainConvUNet`"),
    "n_conv_per_stage_decoder": .honoured("convolutions of the decoder"),
    "kernel_sizes": .honoured("odd, up to 31"), "strides": .honoured("1 to 8; 1, 1, 1 in the first stage"),
    "conv_bias": .honoured("biases of convolutions and upsampling"),
    "norm_op_kwargs": .honoured("`eps`; `affine` must be true, `track_running_stats` false"),
    "nonlin": .honoured("`LeakyReLU` or `ReLU`"), "nonlin_kwargs": .honoured("`negative_slope`"),
    "deep_supervision": .honoured("whether outputs of coarser stages were trained"),
    "input_channels": .honoured("in Sheaf's descriptions; otherwise the first layer tells"),
    "num_classes": .honoured("in Sheaf's descriptions; otherwise the last layer tells"),
    "conv_op": .checked("`Conv3d`"), "norm_op": .checked("`InstanceNorm3d`"),
    "nonlin_first": .checked("false"), "squeeze_excitation": .checked("false"), "pool": .checked("`conv`"),
    "block": .checked("none or `BasicBlockD`"), "bottleneck_channels": .checked("none"),
    "stem_channels": .checked("none"),
    "dropout_op": .passedOver("does nothing at inference; fine-tuning goes on without"),
    "dropout_op_kwargs": .passedOver("the same"),
    "stochastic_depth_p": .passedOver("does nothing at inference; fine-tuning goes on without"),
  ]

  /// Of `dataset.json`, and `dataset_json` under `init_args`. nnU-Net passes over any other entry, and so does Sheaf.
  package static let dataset: [String: NNUNetEntry] = [
    "channel_names": .honoured("one channel; with more a network or a dataset is refused, naming them"),
    "modality": .honoured("`channel_names` of nnU-Net 1"),
    "labels": .honoured(
      "fine-tuning: background is 0, `ignore` is not counted, all other values are foreground, values that are not "
        + "listed an error. Inference: the outputs of the network"),
    "regions_class_order": .checked("one entry a region; 0 is no class"),
    "file_ending": .honoured("other files are passed over, with a warning"),
    "numTraining": .honoured("a warning when it is not the number of cases"),
    "dataset": .honoured("the images and the label of each case by path"),
    "overwrite_image_reader_writer": .checked("as `image_reader_writer`"),
    "training": .honoured("the pairs of nnU-Net 1 and the Medical Segmentation Decathlon"),
    "test": .passedOver("volumes without labels"), "numTest": .passedOver("volumes without labels"),
    "name": .passedOver("a name"), "description": .passedOver("a text"), "reference": .passedOver("a text"),
    "licence": .passedOver("a text"), "release": .passedOver("a text"), "tensorImageSize": .passedOver("a text"),
  ]

  /// At the root of a checkpoint.
  package static let checkpoint: [String: NNUNetEntry] = [
    "network_weights": .honoured("the weights"),
    "init_args": .honoured("plans, configuration and dataset, where the results folder has none"),
    "trainer_name": .checked("a trainer of nnU-Net that builds the network of the plans; other names: a warning"),
    "inference_allowed_mirroring_axes": .honoured("the axes along which predictions may be mirrored and averaged"),
    "optimizer_state": .passedOver("concerns training"), "grad_scaler_state": .passedOver("concerns training"),
    "logging": .passedOver("concerns training"), "_best_ema": .passedOver("concerns training"),
    "current_epoch": .passedOver("concerns training"),
  ]
}
