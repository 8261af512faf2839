import Files
import Foundation

/// What ScanImage (2016 and later) writes about the order of its frames: lines of `SI.… = value` in the Software tag or
/// the description.
struct ScanImageHeader: Equatable {
  var channels: Int
  var slices: Int
  /// Frames taken at each slice before the next.
  var framesPerSlice: Int

  /// Nil when it is not of ScanImage.
  ///
  /// - Throws: `Fault.badData` for older versions, whose headers differ.
  init?(description: String, software: String, path: String) throws {
    if description.hasPrefix("state.") || description.contains("scanimage.SI4") || description.contains("scanimage.SI5")
    {
      throw Fault.badData(
        "\(path) is of an old version of ScanImage: expected axes that can be read, found them in its own header; export it as OME-TIFF or as an ImageJ hyperstack, for example by Fiji"
      )
    }
    let text = software.hasPrefix("SI.") ? software : description.contains("scanimage.SI.") ? description : ""
    guard !text.isEmpty else { return nil }
    var values: [String: String] = [:]
    for (key, value) in keyedLines(text) {
      values[key.hasPrefix("scanimage.") ? String(key.dropFirst("scanimage.".count)) : key] = value
    }
    func number(_ key: String) -> Int? { values[key].flatMap { Double($0) }.flatMap { Int(exactly: $0) } }
    let saved = (values["SI.hChannels.channelSave"] ?? "").split { !$0.isNumber }.count
    guard (1...64).contains(saved) else {
      throw Fault.badData(
        "\(path) is of ScanImage: expected SI.hChannels.channelSave to list its channels, found \"\(values["SI.hChannels.channelSave"] ?? "none")\"; export it as OME-TIFF"
      )
    }
    let discarded = number("SI.hFastZ.numDiscardFlybackFrames") ?? 0
    if discarded > 0, values["SI.hFastZ.enable"] == "true" {
      throw Fault.badData(
        "\(path) is of ScanImage with \(discarded) flyback frames after every volume: expected planes only; export it without them"
      )
    }
    channels = saved
    slices = number("SI.hStackManager.actualNumSlices") ?? number("SI.hStackManager.numSlices") ?? 1
    framesPerSlice = number("SI.hStackManager.framesPerSlice") ?? 1
    guard (1...(1 << 24)).contains(slices), (1...(1 << 24)).contains(framesPerSlice) else {
      throw Fault.badData(
        "\(path) is of ScanImage: expected counts of slices and frames above zero, found \(slices) and \(framesPerSlice)"
      )
    }
  }

  /// Channels vary fastest, then the frames of a slice, then slices, then volumes.
  ///
  /// - Throws: `Fault.badData` when the pages are not of whole volumes.
  func order(pages: Int, path: String) throws -> PlaneOrder {
    let (frames, rest) = pages.quotientAndRemainder(dividingBy: channels)
    if rest == 0 {
      // Without a stack, framesPerSlice is infinite or counts what was planned.
      if slices == 1 { return PlaneOrder(slices: 1, channels: channels, timePoints: frames, order: "CTZ") }
      let (each, overflow) = slices.multipliedReportingOverflow(by: framesPerSlice)
      if !overflow, frames == each {
        return PlaneOrder(slices: slices, channels: channels, timePoints: framesPerSlice, order: "CTZ")
      }
      if framesPerSlice == 1, frames % slices == 0 {
        return PlaneOrder(slices: slices, channels: channels, timePoints: frames / slices, order: "CZT")
      }
    }
    throw Fault.badData(
      "\(path) does not match its ScanImage header: expected pages for whole volumes of \(slices) slices × \(framesPerSlice) frames × \(channels) channels, found \(pages); export it as OME-TIFF"
    )
  }
}
