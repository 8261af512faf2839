import Files
import Foundation
import Networks
import Pictures
import Scratch
import Testing
import Torch
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

/// Previews of a sample and the network's output, which training must not notice.
@Suite(.serialized) struct SamplePreviewTests {
  @Test func previewsComeAtTheirStepsAndChangeNoBit() throws {
    let directory = try ScratchDirectory()
    var recipe = tinyRecipe(steps: 7)
    let (plain, plainTask) = try trainerOnWaves(recipe, directory.file("plain"))
    _ = try plain.run()
    recipe.training.pictureInterval = 3
    let (shown, shownTask) = try trainerOnWaves(recipe, directory.file("shown"))
    _ = try shown.run()
    let weights = try [plainTask, shownTask].map { try $0.parameters.map { try $0.tensor.floats() } }
    #expect(weights[0] == weights[1])
    #expect(!fileExists(directory.file("plain/pictures")))
    let names = ["step-0000003.png", "step-0000006.png", "step-0000007.png"]
    #expect(try directoryEntries(directory.file("shown/pictures")) == names)
    // One sample, each time another reconstruction.
    let files = try names.map { try readWholeFile(directory.file("shown/pictures/\($0)")) }
    #expect(files.allSatisfy { $0.starts(with: [0x89] + Array("PNG".utf8)) })
    #expect(Set(files).count == 3)
  }

  @Test func aPreviewShowsInputMaskAndReconstruction() throws {
    let directory = try ScratchDirectory()
    let (trainer, task) = try trainerOnWaves(tinyRecipe(steps: 3), directory.file("run"))
    let sample = try task.sampler.sample(step: 0, index: 1)
    func preview() throws -> SamplePreview { try withoutGradients { try task.preview(of: sample) } }
    let before = try preview()
    _ = try trainer.run()
    let after = try preview()
    // The same input, another reconstruction.
    #expect(before.panels[0] == after.panels[0] && before.panels[2] != after.panels[2])
    for preview in [before, after] {
      #expect(preview.panels.map(\.caption) == ["input", "network sees", "reconstruction", "input, filled in"])
      let masked = preview.panels[1].marks.map { $0 == .masked }
      // Blocks of 4 × 4 pixels, of which half of the crop's are masked.
      #expect(masked.contains(true) && masked.contains(false))
      for pixel in masked.indices {
        let (row, column) = pixel.quotientAndRemainder(dividingBy: 16)
        #expect(masked[pixel] == masked[row / 4 * 64 + column / 4 * 4])
        let filled = preview.panels[3].brightness[pixel]
        #expect(filled == preview.panels[masked[pixel] ? 2 : 0].brightness[pixel])
      }
    }
  }

  /// Masked voxels in one colour; the panels side by side, magnified to at least 256 pixels.
  @Test func previewsAreDrawnSideBySide() {
    let brightness = (0..<256).map { Float($0) }
    let preview = SamplePreview(
      height: 16, width: 16,
      panels: [
        SamplePreview.Panel("input", brightness),
        SamplePreview.Panel("network sees", brightness, marks: (0..<256).map { $0 == 0 ? .masked : .none }),
      ])
    let picture = preview.picture()
    #expect(picture.width == 2 * 256 + 3 * 8)
    let blue = picture.pixels.count { $0 == Colour(38, 62, 108) }
    #expect(blue == 16 * 16)
  }

  @Test func aStoppedRunDrawsAgainWhatItsResumptionReaches() throws {
    let directory = try ScratchDirectory()
    var recipe = tinyRecipe(steps: 4)
    recipe.training.pictureInterval = 2
    _ = try trainerOnWaves(recipe, directory.file("run")).trainer.run()
    let last = directory.file("run/pictures/step-0000004.png")
    let first = try readWholeFile(last)
    // Checkpoints after 3 and 4 steps.
    try FileManager.default.removeItem(atPath: directory.file("run/checkpoint/step-4.checkpoint"))
    try FileManager.default.removeItem(atPath: last)
    _ = try trainerOnWaves(recipe, directory.file("run")).trainer.run()
    #expect(try readWholeFile(last) == first)
  }
}
