import Foundation
import Launching
import Scratch
import TestTraits
import Testing

@Suite struct FuzzTests {
  /// A short run: every parser ends in data or in a sentence, whatever the bytes.
  @Test(.randomised(usualSeed: 20_261_121)) func mutatedFilesEndInDataOrASentence() throws {
    try withTemporaryDirectory { directory in
      let fuzz = try Running([
        builtProgram("fuzz-formats"), "--seed", "\(testSeed)", "--cases", "300", "--seconds", "60", "--keep", directory,
      ])
      let ending = fuzz.wait(timeLimit: 900)
      #expect(ending.code == 0, "\(ending.output)\(ending.errors)")
      #expect(ending.output.contains("tiff: "))
    }
  }
}
