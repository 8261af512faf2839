/// The reference page of what Sheaf makes of nnU-Net's files, `docs/reference/nnunet.md`, in Markdown.
package enum NNUNetReference {
  package static var page: String {
    """
    # nnU-Net's files

    <!-- Written by SHEAF_UPDATE_DOCS=1 swift test --filter NNUNetReference; edit Sources/Architectures/NNUNet instead. -->

    What `--model` and `--from` make of every entry of nnU-Net's checkpoints, `plans.json` and `dataset.json`, and what
    `finetune` makes of `dataset.json` beside `imagesTr` and `labelsTr`, for nnU-Net 2.0 to 2.8. *Honoured* entries decide
    what Sheaf does. Of *checked* ones any value but those named is refused with a sentence. *Passed over* are entries
    that change neither what a network sees nor what its output or a label means. Entries of plans that are not listed are
    passed over with a warning; arguments of networks that are not listed are refused.

    A JSON description beside the weights ([exchange weights](../how-to/exchange-weights.md)) takes the place of all of
    them.

    ## Prediction

    `infer` gives what `nnUNetv2_predict` gives, up to rounding: logits, not probabilities, are averaged over tiles, over
    mirrored passes (`--mirror`; nnU-Net mirrors unless `--disable_tta` is given) and over folds; tiles are spread evenly
    over the volume and weighed by nnU-Net's Gaussian; small volumes are padded with zeros on both sides. nnU-Net adds up in
    half precision, Sheaf in single precision. Differences remain where tiles of nothing but air are skipped
    (`--keep-background-tiles`), where volumes have a surround of zeros, which nnU-Net cuts off first, and where volumes are
    resampled.

    The output is one probability of foreground. With several labels it is that of the likeliest label against the
    background, P(label) / (P(label) + P(background)): from 0.5 up just where nnU-Net's segmentation is not background. With
    `--foreground any` it is 1 − P(background), of all labels together. Regions may overlap: there it is the probability of
    the likeliest region. Several `--model` are averaged as folds are; `nnUNetv2_ensemble` averages probabilities instead.

    ## plans.json

    \(table(NNUNetEntries.plans))

    ## A configuration in plans.json

    \(table(NNUNetEntries.configuration))

    ## Arguments of the network (arch_kwargs)

    `ResidualEncoderUNet` and `PlainConvUNet`; other networks are refused by name.

    \(table(NNUNetEntries.arguments))

    ## dataset.json

    Any other entry is passed over, as in nnU-Net. `dataset_fingerprint.json` holds statistics that the plans were made
    from; it marks a preprocessed dataset, which `finetune` refuses.

    \(table(NNUNetEntries.dataset))

    ## The checkpoint

    \(table(NNUNetEntries.checkpoint))

    """
  }

  private static func table(_ entries: [String: NNUNetEntry]) -> String {
    let order = [NNUNetEntry.Treatment.honoured, .checked, .passedOver]
    let rows = entries.sorted {
      (order.firstIndex(of: $0.value.treatment)!, $0.key) < (order.firstIndex(of: $1.value.treatment)!, $1.key)
    }.map { "| `\($0)` | \($1.treatment.rawValue) | \($1.text) |" }
    return (["| Entry | What happens | How, or which values |", "|---|---|---|"] + rows).joined(separator: "\n")
  }
}
