import Foundation
import Launching
import Testing

@Suite struct FuzzTests {
  /// A short run with a fixed seed: every parser ends in data or in a sentence, whatever the bytes.
  @Test func mutatedFilesEndInDataOrASentence() throws {
    try withTemporaryDirectory { directory in
      let fuzz = try Running([
        builtProgram("fuzz-formats"), "--seed", "20261121", "--cases", "300", "--seconds", "60", "--keep", directory,
      ])
      let ending = fuzz.wait(timeLimit: 600)
      #expect(ending.code == 0, "\(ending.output)\(ending.errors)")
      #expect(ending.output.contains("tiff: "))
    }
  }
}
