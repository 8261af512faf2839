import Files
import Voxels

/// One component of a block: its number and its statistics.
package struct ComponentRecord: Sendable, Equatable {
  /// The number of its first part in the block. Parts are numbered in the order of their first voxels, so ascending
  /// numbers are ascending first voxels, in the block and in the volume.
  package let number: Int
  package internal(set) var statistics = ComponentStatistics()

  /// The most bytes that one takes.
  static let longestInBytes = (1 + ComponentStatistics.wordCount) * ByteReader.longestNumber

  func encode(into writer: inout ByteWriter) {
    writer.append(number)
    for word in statistics.words { writer.append(signed: word) }
  }
}

/// The limits that records of a block are checked against when they are read.
struct RecordLimits {
  let partCount: Int
  let block: Region
  let volume: Extent

  /// - Parameter previous: the record before.
  /// - Throws: `Fault.badData` when the record is not one that this block can have.
  func read(_ reader: inout ByteReader, after previous: ComponentRecord?) throws -> ComponentRecord {
    guard partCount > 0 else { throw reader.damaged() }
    let number = try reader.next(upTo: partCount - 1)
    var words: [Int] = []
    for _ in 0..<ComponentStatistics.wordCount { words.append(try reader.nextSigned()) }
    let statistics = ComponentStatistics(words)
    guard statistics.isPossible(in: block, of: volume) else { throw reader.damaged() }
    if let previous, number <= previous.number || statistics.firstVoxel <= previous.statistics.firstVoxel {
      throw reader.damaged()
    }
    return ComponentRecord(number: number, statistics: statistics)
  }
}

/// Reads records that were written one after the other, a small part of them at a time.
struct RecordReader {
  private let path: String
  private let limits: RecordLimits
  private let read: (Range<Int>) throws -> [UInt8]
  /// What has not been read into `buffer`.
  private var rest: Range<Int>
  private let bufferInBytes: Int
  private var buffer: ByteReader
  private var last: ComponentRecord?

  /// What each of so many readers buffers, so that together they take little.
  static func bufferInBytes(sources: Int) -> Int { min(max((8 << 20) / max(sources, 1), 1 << 12), 1 << 16) }

  /// - Parameters:
  ///   - path: for errors.
  ///   - range: the bytes that hold the records.
  ///   - read: returns a part of these bytes.
  init(
    _ range: Range<Int>, path: String, limits: RecordLimits, bufferInBytes: Int,
    read: @escaping (Range<Int>) throws -> [UInt8]
  ) {
    self.path = path
    self.limits = limits
    self.read = read
    rest = range
    self.bufferInBytes = max(bufferInBytes, ComponentRecord.longestInBytes)
    buffer = ByteReader([], path: path)
  }

  /// - Returns: nil after the last.
  mutating func next() throws -> ComponentRecord? {
    if buffer.rest.count < ComponentRecord.longestInBytes, !rest.isEmpty {
      let end = min(rest.upperBound, rest.lowerBound + bufferInBytes)
      buffer = ByteReader(Array(buffer.rest) + (try read(rest.lowerBound..<end)), path: path)
      rest = end..<rest.upperBound
    }
    if buffer.isAtEnd { return nil }
    last = try limits.read(&buffer, after: last)
    return last
  }
}

/// Records of several sources, each in the order of first voxels, in the order of first voxels of all.
///
/// A binary heap of the sources by their next record: a record costs time logarithmic in the number of sources, and
/// memory is one record a source.
struct RecordMerging {
  typealias Source = () throws -> ComponentRecord?

  private let sources: [Source]
  private var heap: [(record: ComponentRecord, source: Int)] = []

  init(_ sources: [Source]) throws {
    self.sources = sources
    for (index, source) in sources.enumerated() {
      if let record = try source() { heap.append((record, index)) }
    }
    for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(place) }
  }

  mutating func next() throws -> (record: ComponentRecord, source: Int)? {
    guard let first = heap.first else { return nil }
    if let record = try sources[first.source]() {
      heap[0].record = record
    } else {
      heap[0] = heap[heap.count - 1]
      heap.removeLast()
    }
    sink(0)
    return first
  }

  /// Moves an entry down until none below it comes first.
  private mutating func sink(_ start: Int) {
    func key(_ place: Int) -> Int { heap[place].record.statistics.firstVoxel }
    var place = start
    while 2 * place + 1 < heap.count {
      var child = 2 * place + 1
      if child + 1 < heap.count, key(child + 1) < key(child) { child += 1 }
      if key(place) <= key(child) { return }
      heap.swapAt(place, child)
      place = child
    }
  }
}
