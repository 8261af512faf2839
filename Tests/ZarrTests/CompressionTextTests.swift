import Testing
import Zarr

/// Stores are repaired with the text in their settings, so it may never change.
@Suite struct CompressionTextTests {
  @Test(arguments: [
    (ChunkCompression.zstd(level: 3), "zstd(level: 3)"), (.zstd(level: -7), "zstd(level: -7)"),
    (.zstd(level: 0), "zstd(level: 0)"), (.bloscZstd(level: 1), "bloscZstd(level: 1)"),
    (.bloscZstd(level: 9), "bloscZstd(level: 9)"), (.bloscLZ4(level: 1), "bloscLZ4(level: 1)"),
  ])
  func theTextIsThatOfEveryStoreSoFar(compression: ChunkCompression, text: String) {
    #expect(compression.text == text)
    #expect(ChunkCompression(text: text) == compression)
  }

  @Test(arguments: [
    "", "zstd", "zstd(level: )", "zstd(level: 3", "zstd(level: 3))", "zstd(level: +3)", "zstd(level: 03)",
    "zstd(level: 23)", "zstd(level: 3.5)", "bloscZstd(level: 10)", "bloscZstd(level: -1)", "bloscLZ4(level: 10)",
    "gzip(level: 3)",
    "(level: 3)", "zstd(level: 3)(level: 3)",
  ])
  func anythingElseIsRefused(text: String) {
    #expect(ChunkCompression(text: text) == nil)
  }
}
