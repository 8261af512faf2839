import Files
import Foundation
import Scratch

/// One mutated input. Entry, seed and number say which, so that any case can be made again on its own.
struct FuzzCase {
  let entry: FuzzEntry
  let seed: UInt64
  let number: Int

  /// Writes the files of the case below `directory`, which is emptied first. Nothing is flushed to disk.
  ///
  /// - Returns: the path to give to the parser.
  func write(_ samples: [FuzzSample], below directory: String) throws -> String {
    // The entry's name is mixed in so that entries do not share their sequences.
    var state = seed
    for byte in entry.name.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var mutator = Mutator(random: SeededNumbers(seed: state &+ UInt64(number) &* 0xD129_42F0_1A4C_6B2D))
    let sample = samples[number % samples.count]
    let others = samples.flatMap { $0.files.map(\.bytes) }
    var chosen: Set<String> = []
    for _ in 0..<Int.random(in: 1...2, using: &mutator.random) {
      chosen.insert(sample.mutated.randomElement(using: &mutator.random)!)
    }
    return try sample.write(below: directory) { path, bytes in
      chosen.contains(path) ? mutator.mutate(bytes, others: others) : bytes
    }
  }
}

extension FuzzSample {
  /// - Returns: the path to give to the parser.
  func write(below directory: String, changing change: (String, [UInt8]) -> [UInt8] = { $1 }) throws -> String {
    try? FileManager.default.removeItem(atPath: directory)
    for (path, bytes) in files {
      let place = URL(fileURLWithPath: joinPath(directory, path))
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(seal(path, change(path, bytes))).write(to: place)
    }
    return input.isEmpty ? directory : joinPath(directory, input)
  }
}
