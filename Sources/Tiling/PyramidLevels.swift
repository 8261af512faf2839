import Files
import Jobs
import MPI
import Voxels
import Zarr

/// Makes the coarser levels of a store, each from the level below it: images and labels, for every command that writes
/// a pyramid.
///
/// 1. Each level is a job of its own, whose units are its shards; small levels at the end of the pyramid may be one job
///    of a single unit (`joinsSmallLevels`).
/// 2. A level is begun when the one below is complete, and read back from the store: two to eight percent of the
///    voxels.
/// 3. A shard of the level below without a file must be one that its writer reported as empty. A network file system
///    may show a file late on another node; read as zeros, it would silently become background.
public struct PyramidLevels {
  private let store: Store
  private let content: StoreLayout.Content
  private let jobs: LevelJobs
  private let communicator: Communicator

  /// A level of so few shards is not worth distributing.
  private static let smallShardCount = 16

  /// - Parameter store: as `Store.create` returns it.
  package init(_ store: Store, content: StoreLayout.Content, jobs: LevelJobs, communicator: Communicator) {
    self.store = store
    self.content = content
    self.jobs = jobs
    self.communicator = communicator
  }

  /// Memory in bytes for making the levels of such a store, beside what the program takes.
  package static func memoryInBytes(_ layout: StoreLayout, threads: Int) -> Int {
    LevelBuilder.memoryInBytes(
      chunkInBytes: layout.chunk.count * layout.voxelType.byteCount,
      chunksInShard: layout.shard.dividedRoundingUp(by: layout.chunk).count, threads: threads)
  }

  /// Makes the levels from `first` on. Collective.
  ///
  /// - Parameter below: the empty shards of level `first` − 1, on every rank.
  /// - Returns: the shards of each level from `first` on, on every rank.
  /// - Throws: `Fault.badData` when a shard of a level below is damaged or cannot be found, `Fault.stopped` after a
  ///   stop.
  package func make(from first: Int = 1, below: EmptyShards) throws -> [WrittenShards] {
    var made: [WrittenShards] = []
    while first + made.count < store.levels.count {
      let level = first + made.count
      let joinsRest = jobs.joinsSmallLevels && store.levels[level].shards.count <= Self.smallShardCount
      let levels = level..<(joinsRest ? store.levels.count : level + 1)
      let records = try run(levels, below: made.last?.empty ?? below)
      made += try UnitRecord.shards(records, of: store, levels: levels, communicator)
    }
    return made
  }

  /// One level, whose units are its shards, or several, which are one unit together.
  private func run(_ levels: Range<Int>, below: EmptyShards) throws -> [UnitRecord] {
    let level = levels.lowerBound
    let target = store.levels[level]
    let isOneUnit = jobs.joinsSmallLevels && levels.upperBound == store.levels.count
    var settings = jobs.settings
    // The command's first job has replaced what was there.
    settings.overwrite = false
    let job = try Job(
      plan: JobPlan(
        command: jobs.command, name: "\(jobs.name)-\(level)", unitCount: isOneUnit ? 1 : target.shards.count,
        unitName: isOneUnit ? "units" : "shards", bytesRead: byteCount(levels.map { $0 - 1 }),
        bytesWritten: byteCount(Array(levels)),
        memoryPerRankInBytes: jobs.baseInBytes + LevelBuilder.memoryInBytes(target, threads: settings.threads),
        diskNeededInBytes: 0
      ).tolerating(jobs.baseInBytes / 10),
      directory: jobs.directory, identity: jobs.identity, output: jobs.output, communicator: communicator,
      settings: settings)
    let builders = LevelBuilders(store: store, method: content.downsampling, threads: settings.threads)
    let builder = try builders.builder(level, above: below)
    let outcome = try job.runOverlapping { unit, turn in
      try isOneUnit
        ? builders.run(levels, above: below).encoded() : builder.run(shard: unit) { turn.end() }.encoded()
    }
    return try outcome.payloads.enumerated().map { unit, payload in
      try UnitRecord.decode(payload, ofShard: unit, level: level)
    }
  }

  private func byteCount(_ levels: [Int]) -> Int {
    levels.reduce(0) { $0 + store.levels[$1].extent.count * store.voxelType.byteCount }
  }
}

/// The builders of a store's levels.
private struct LevelBuilders: Sendable {
  let store: Store
  let method: Downsampling
  let threads: Int

  /// - Parameter empty: the empty shards of the level below.
  func builder(_ level: Int, above empty: EmptyShards) throws -> LevelBuilder {
    let below = store.levels[level - 1]
    let fine = try ZarrArray(path: below.path, metadata: below.metadata, missingShards: .areLost(except: empty))
    return LevelBuilder(level: level, fine: fine, coarse: store.levels[level], method: method, threads: threads)
  }

  /// Makes several levels, one after the other.
  func run(_ levels: Range<Int>, above empty: EmptyShards) throws -> UnitRecord {
    var record = UnitRecord()
    var below = empty
    for level in levels {
      let made = try builder(level, above: below).runAll()
      below = made.shards(ofLevel: level, count: store.levels[level].shards.count).empty
      record.append(made)
    }
    return record
  }
}

/// How a command runs the jobs of its levels. Command, name and identity are in the journals: a run that was cut off
/// continues only under the same ones.
package struct LevelJobs {
  /// The subcommand, such as `tile`.
  package var command: String
  /// The job of level N is named `<name>-N`.
  package var name: String
  /// Where the journals are kept.
  package var directory: String
  package var identity: OutputIdentity
  /// The command's output, for messages.
  package var output: String
  package var settings: JobSettings
  /// Memory in bytes that the program takes apart from making levels.
  package var baseInBytes: Int
  /// Whether the first level of at most 16 shards and all after it are made as one unit.
  package var joinsSmallLevels: Bool

  package init(
    command: String, name: String, directory: String, identity: OutputIdentity, output: String, settings: JobSettings,
    baseInBytes: Int, joinsSmallLevels: Bool
  ) {
    self.command = command
    self.name = name
    self.directory = directory
    self.identity = identity
    self.output = output
    self.settings = settings
    self.baseInBytes = baseInBytes
    self.joinsSmallLevels = joinsSmallLevels
  }
}
