import Files
import Foundation
import Networks
import Scratch
import Testing
import Training
import TrainingFixtures

@Suite struct WaitWatchTests {
  /// Warnings, with the number of the step that gave them.
  private func warnings(
    steps: Int, seconds: Double, _ waits: (_ step: Int) -> (data: Double, communication: Double)
  ) -> (found: [(step: Int, text: String)], speed: TrainingSpeed?) {
    var watch = WaitWatch(batch: 8)
    var found: [(Int, String)] = []
    for step in 0..<steps {
      let wait = waits(step)
      found += watch.add(seconds: seconds, dataWait: wait.data, communicationWait: wait.communication)
        .map { (step, $0) }
    }
    return (found, watch.speed)
  }

  @Test func stepsThatHardlyWaitAreNotWarnedAbout() {
    let (found, speed) = warnings(steps: 2000, seconds: 2) { $0 == 0 ? (1.9, 1.9) : (0.09, 0.08) }
    #expect(found.isEmpty)
    // The first step does not count.
    #expect(abs((speed?.dataWait ?? 0) - 0.045) < 1e-9)
    #expect(abs((speed?.communicationWait ?? 0) - 0.04) < 1e-9)
    #expect(abs((speed?.patchesPerSecond ?? 0) - 4) < 1e-9)
  }

  @Test func waitingForDataIsWarnedAboutOnceHalfAnHour() throws {
    let (found, _) = warnings(steps: 2000, seconds: 2) { _ in (0.25, 0) }
    // Windows of 15 steps; 1800 seconds are 900 steps.
    #expect(found.map(\.step) == [15, 915, 1815])
    let text = try #require(found.first?.text)
    #expect(text.contains("12.5 %") && text.contains("samples") && text.contains("--threads"), "\(text)")
  }

  @Test func aShortStallIsNotWarnedAboutButWaitingForRanksIs() {
    #expect(warnings(steps: 100, seconds: 10) { $0 == 7 ? (4, 4) : (0, 0) }.found.isEmpty)
    let (found, _) = warnings(steps: 30, seconds: 10) { _ in (0, 1) }
    #expect(found.count == 1 && found[0].text.contains("other ranks"), "\(found)")
  }

  @Test func thereIsNoSpeedBeforeTheSecondStep() {
    #expect(warnings(steps: 1, seconds: 1) { _ in (0, 0) }.speed == nil)
  }
}

/// Pictures of what a network makes of a sample, which training must not notice.
@Suite(.serialized) struct SamplePictureTests {
  /// Collects what is drawn instead of drawing it.
  private final class Album: @unchecked Sendable {
    private let lock = NSLock()
    private var list: [SamplePicture] = []
    var pictures: [SamplePicture] { lock.withLock { list } }
    @Sendable func draw(_ picture: SamplePicture) -> DrawnPicture {
      lock.withLock { list.append(picture) }
      return DrawnPicture(png: Data("picture \(pictures.count)".utf8), width: 4, height: 3)
    }
  }

  @Test func picturesComeAtTheirStepsAndChangeNoBit() throws {
    let directory = try ScratchDirectory()
    var recipe = tinyRecipe(steps: 7)
    recipe.training.pictureInterval = 3
    let album = Album()
    var settings = TrainerSettings()
    let (plain, plainTask) = try trainerOnWaves(recipe, directory.file("plain"), settings: settings)
    _ = try plain.run()
    settings.drawPicture = album.draw
    let (shown, shownTask) = try trainerOnWaves(recipe, directory.file("shown"), settings: settings)
    _ = try shown.run()
    let weights = try [plainTask, shownTask].map { try $0.parameters.map { try $0.tensor.floats() } }
    #expect(weights[0] == weights[1])
    #expect(!fileExists(directory.file("plain/pictures")))
    #expect(
      try directoryEntries(directory.file("shown/pictures"))
        == ["step-0000003.png", "step-0000006.png", "step-0000007.png"])
    #expect(try readWholeFile(directory.file("shown/pictures/step-0000006.png")) == Data("picture 2".utf8))

    // Three pictures of one sample: the same input, each time another reconstruction.
    let pictures = album.pictures
    #expect(pictures.count == 3)
    for picture in pictures {
      #expect(picture.panels.map(\.caption) == ["input", "network sees", "reconstruction", "input, filled in"])
      #expect(picture.panels[0] == pictures[0].panels[0])
      let hidden = picture.panels[1].marks.map { $0 == .hidden }
      // Blocks of 4 × 4 pixels, of which three quarters of the crop's are hidden.
      #expect(hidden.contains(true) && hidden.contains(false))
      for pixel in hidden.indices {
        let (row, column) = pixel.quotientAndRemainder(dividingBy: 16)
        #expect(hidden[pixel] == hidden[row / 4 * 64 + column / 4 * 4])
        let filled = picture.panels[3].brightness[pixel]
        #expect(filled == picture.panels[hidden[pixel] ? 2 : 0].brightness[pixel])
      }
    }
    #expect(pictures[0].panels[2] != pictures[2].panels[2])
  }

  @Test func aStoppedRunDrawsAgainWhatItsResumptionReaches() throws {
    let directory = try ScratchDirectory()
    var recipe = tinyRecipe(steps: 4)
    recipe.training.pictureInterval = 2
    let album = Album()
    var settings = TrainerSettings()
    settings.drawPicture = album.draw
    _ = try trainerOnWaves(recipe, directory.file("run"), settings: settings).trainer.run()
    // Checkpoints after 3 and 4 steps.
    try FileManager.default.removeItem(atPath: directory.file("run/checkpoint/step-4.checkpoint"))
    _ = try trainerOnWaves(recipe, directory.file("run"), settings: settings).trainer.run()
    #expect(album.pictures.count == 3)
    #expect(album.pictures[1] == album.pictures[2])
  }
}
