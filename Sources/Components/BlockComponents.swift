import Voxels

/// What is needed of a block to join its components to those of its neighbours.
package struct BlockSurface: Sendable, Equatable {
  /// Parts of the block, of all its components.
  package let partCount: Int
  /// The components that touch a face with a neighbour, by ascending number.
  package let open: [ComponentRecord]
  /// The open components on the two faces of each axis, by their places in `open`: z low, z high, y low, y high, x low,
  /// x high. A face at the end of the volume is empty.
  package let faces: [ComponentPlane]

  /// Runs on all faces, which take memory too.
  package var runCount: Int { faces.reduce(0) { $0 + $1.runs.count } }
}

/// The components of one block by itself, which are kept until all blocks are merged.
package struct BlockComponents {
  package let surface: BlockSurface
  package let foregroundVoxels: Int
  /// Closed components that are large enough.
  package let closedCount: Int
  /// Their records, in ascending order.
  let closed: Spool
  /// For each part of the block in 8 bytes (`EightByteIntegers`) one more than the number of its component, or 0 when that is dropped.
  let parts: Spool
  let limits: RecordLimits

  /// The records of its closed components, from memory or its temporary file: what returns the next one, or nil after
  /// the last.
  package func closedRecords() -> () throws -> ComponentRecord? {
    var reader = RecordReader(
      0..<closed.size, path: "a temporary file", limits: limits, bufferInBytes: 1 << 16
    ) { try closed.read($0) }
    return { try reader.next() }
  }

  /// For each part one more than the number of its component, or 0 when that is dropped.
  package func componentsOfParts() throws -> [Int] { EightByteIntegers.decode(try parts.read(0..<parts.size))! }
}
