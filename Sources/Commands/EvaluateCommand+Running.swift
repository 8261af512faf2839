import Evaluation
import Files
import Jobs
import Tiling
import VolumeFormats

extension EvaluateCommand {
  func run() throws {
    let context = try RunContext.start(reporting, execution)
    let listing = try context.communicator.everyRank {
      try EvaluatedPairs.list(prediction, reference, channel: channels.channel)
    }
    guard let listing else {
      let pair = VolumePair(name: "", first: .init(prediction), second: .init(reference ?? ""))
      let report = try evaluate(pair, context.settings, context)
      try context.print(report, text: report.table)
      return suggestReport(context)
    }
    try evaluate(listing, context)
  }

  /// Several cases, one after another, after all of them have been opened.
  private func evaluate(_ listing: PairListing, _ context: RunContext) throws {
    let (communicator, pairs) = (context.communicator, listing.pairs)
    try communicator.everyRank {
      for pair in pairs { _ = try inputs(pair, context) }
    }
    context.note("evaluate: \(pairs.count) \(pairs.count == 1 ? "case" : "cases")")
    for note in listing.notes { context.note("  \(note)") }
    var settings = context.settings
    settings.printsPlan = false
    var reports: [EvaluationReport] = []
    for (number, pair) in pairs.enumerated() {
      do {
        reports.append(try evaluate(pair, settings, context, caption: "case \(number + 1) of \(pairs.count)"))
      } catch is DryRunEnd { continue }
    }
    if settings.dryRun { throw DryRunEnd() }
    let summary = EvaluationSummary(reports, names: pairs.map(\.name))
    try context.print(summary, text: summary.table)
    suggestReport(context)
  }

  /// Scores are on standard output, wherever that leads.
  private func suggestReport(_ context: RunContext) {
    context.suggest("sheaf report SCORES.json, where --json > SCORES.json keeps the scores")
  }

  /// One case. Collective.
  ///
  /// - Parameter caption: which of several it is; its plan is then told in short.
  private func evaluate(
    _ pair: VolumePair, _ jobSettings: JobSettings, _ context: RunContext, caption: String? = nil
  ) throws -> EvaluationReport {
    let communicator = context.communicator
    let (predicted, truth) = try communicator.everyRank { try inputs(pair, context) }
    let category = category(of: pair)
    var settings = EvaluationSettings()
    settings.withPanopticQuality = category.map { $0.hasPrefix("isolated") } ?? true
    settings.withCentrelineDice = category.map { $0.hasPrefix("contiguous") } ?? true
    settings.matchingThreshold = matchIou
    settings.memoryInBytes = context.memoryInBytes
    settings.threads = context.settings.threads
    settings.stopSignals = context.stopSignals
    settings.console = context.console
    let comparison = try StopSignals.whilePolled {
      try Comparison.interpreting(predicted, truth, samples: jobSettings.dryRun, settings, communicator)
    }
    for doubt in comparison.doubts { context.console.warn(doubt) }
    let plan = comparison.plan
    if let caption { context.note("\(caption): " + plan.description.dropFirst().joined(separator: "; ")) }
    try plan.announce(jobSettings, communicator)
    let result = try StopSignals.whilePolled { try comparison.run() }
    for (name, foreground) in [(pair.first.path, result.counts.predicted), (pair.second.path, result.counts.annotated)]
    where foreground == 0 {
      context.console.warn(
        "no voxel of \(name) that counts is foreground; check --threshold, --label-map and --ignore")
    }
    for doubt in comparison.doubts(about: result) { context.console.warn(doubt) }
    return EvaluationReport(result, of: comparison, category: category)
  }

  /// Opens both volumes of a pair and compares their extents.
  private func inputs(_ pair: VolumePair, _ context: RunContext) throws -> (EvaluationInput, EvaluationInput) {
    var (prediction, reference) = (
      VolumeInterpretation.Context(.prediction), VolumeInterpretation.Context(.reference)
    )
    prediction.told = predictionIs
    reference.told = referenceIs
    reference.map = try labelMap.map(LabelMap.init(parsing:))
    reference.ignored = Set(ignore)
    let sources = try [pair.first, pair.second].map { member in
      let choice = ChannelChoice(
        channel: member.channel ?? channels.channel, timePoint: member.timePoint ?? channels.timePoint)
      let source = try choice.open(member.path, dataset: member.dataset)
      context.console.warn(about: source.description)
      try choice.requireOneChannel(of: source.description)
      return source
    }
    try Comparison.requireEqualExtents(sources[0].description, sources[1].description)
    return (
      EvaluationInput(sources[0], at: pair.first.path, prediction, instances: instances, threshold: threshold),
      EvaluationInput(sources[1], at: pair.second.path, reference, instances: instances)
    )
  }

  /// What is said on the command line, in the list, in one of the stores, or of the structure.
  private func category(of pair: VolumePair) -> String? {
    if let category { return category }
    if !pair.category.isEmpty { return pair.category }
    return [pair.second.path, pair.first.path].lazy.compactMap(categoryOfStore).first
      ?? StructureCategory(structure: pair.structure)?.rawValue
  }
}
