import Foundation

/// What a unit's body returns, as JSON with sorted keys: equal results then give bit-identical journals, which plain
/// `JSONEncoder` does not guarantee.
package func encodePayload(_ value: some Encodable) throws -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  return try encoder.encode(value)
}
