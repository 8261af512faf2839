import Foundation

/// What a unit's body returns, as JSON with its keys in order: the same results then make the same journal, byte for
/// byte, which plain `JSONEncoder` does not promise.
package func encodePayload(_ value: some Encodable) throws -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  return try encoder.encode(value)
}
