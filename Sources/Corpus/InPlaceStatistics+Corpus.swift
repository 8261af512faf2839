import Files
import Foundation
import Jobs
import MPI
import Tiling

/// The statistics of the sources of a corpus: `.sheaf/statistics/NNNN-NAME`.
extension InPlaceStatistics {
  static let directoryName = "statistics"

  /// Relative to the corpus.
  static func relativePath(_ number: Int, name: String) -> String {
    joinPath(PrivateDirectory.name, directoryName, "\(zeroPadded(number, 4))-\(CorpusPaths.fileName(name))")
  }

  static func path(inCorpus corpus: String, _ number: Int, name: String) -> String {
    joinPath(corpus, relativePath(number, name: name))
  }

  /// Where an older corpus keeps the statistics of a source of this name, whatever its number there.
  static func path(inOldCorpus corpus: String, name: String) -> String? {
    let directory = joinPath(CorpusPaths.ownDirectory(corpus), directoryName)
    guard isDirectory(directory), let entries = try? directoryEntries(directory) else { return nil }
    return entries.first { $0.dropFirst(5) == CorpusPaths.fileName(name) }.map { joinPath(directory, $0) }
  }

  /// - Parameter path: where the statistics are kept.
  init(
    _ input: CorpusInput, path: String, settings: JobSettings,
    isStopRequested: @escaping @Sendable () -> Bool = { false }
  ) throws {
    switch input.content {
    case .store: preconditionFailure("a store has statistics of its own")
    case .volume(let source):
      let survey = try VolumeSurvey(
        source, threads: settings.threads, memoryInBytes: settings.memoryInBytes ?? 1 << 40,
        isStopRequested: isStopRequested)
      self.init(
        path: path, pass: VolumePass(survey: survey), selection: input.selection, name: input.path, command: "corpus")
    case .patches(let files):
      self.init(
        path: path, pass: PatchPass(files: files, root: input.path, options: input.options),
        selection: input.selection, name: input.path, command: "corpus", patches: (files.names, files.extents))
    }
  }

  /// As `take(in:)`.
  ///
  /// - Parameters:
  ///   - number: of the source, for the name of the job.
  ///   - corpus: where the corpus is written.
  func take(
    number: Int, corpus: String, old: InPlaceStatistics?, resolved: ResolvedSettings, settings: JobSettings,
    _ communicator: Communicator
  ) throws -> Bool {
    let place = Place(
      jobName: "\(resolved.command)-statistics-\(zeroPadded(number, 4))",
      ownDirectory: CorpusPaths.ownDirectory(corpus),
      partialName: joinPath("partial-\(Self.directoryName)", zeroPadded(number, 4)), output: corpus)
    return try take(in: place, old: old, resolved: resolved, settings: settings, communicator)
  }
}
