import ArgumentParser
import Foundation

/// The forms of option values, for a message about one that cannot be read: the argument parser says only that it is
/// invalid.
enum ArgumentForms {
  /// By the option where its values have a form of their own, else by the name of the value.
  private static let forms = [
    "--voxel-size": "three edges in micrometres, z first, separated by commas, such as 4,1.8,1.8, or one for a cube",
    "--structures": "names separated by commas",
    "z,y,x": "three whole numbers of at least 1, z first, separated by commas, such as 64,64,64, or one for a cube",
    "n|z,y,x": "three whole numbers of at least 1, z first, separated by commas, such as 64,64,64, or one for a cube",
    "z0:z1,y0:y1,x0:x1": "a box of voxels, z first, each axis from 0 and without its end, such as 0:64,128:256,128:256",
    "size": "a number of bytes with a unit, such as 512MiB or 8G",
    "count": "a whole number", "number": "a whole number", "level": "a whole number", "voxels": "a whole number",
    "steps": "a whole number", "samples": "a whole number", "parts": "a whole number", "z": "a whole number",
    "hours": "a number, such as 1.5", "probability": "a number from 0 to 1, such as 0.5",
    "share": "a number from 0 to 1, such as 0.5", "fraction": "a number from 0 to 1, such as 0.5",
    "iou": "a number from 0 to 1, such as 0.5", "contrast": "a number",
  ]

  /// The text with which the program ends because of `error`, with the form where a value is invalid.
  static func fullMessage(for error: any Error) -> String {
    let message = SheafCommand.message(for: error)
    let full = SheafCommand.fullMessage(for: error)
    guard let form = form(in: message), let place = full.range(of: message) else { return full }
    return full.replacingCharacters(in: place, with: "\(message): expected \(form)")
  }

  /// The form of the value that `message` calls invalid, as in `The value '4 2 2' is invalid for '--voxel-size <z,y,x>'`.
  private static func form(in message: String) -> String? {
    guard message.hasPrefix("The value '"), let end = message.range(of: "' is invalid for '", options: .backwards),
      message.hasSuffix("'")
    else { return nil }
    let words = message[end.upperBound...].dropLast().split(separator: " ")
    let value = words.last.map { $0.trimmingCharacters(in: ["<", ">"]) } ?? ""
    return words.first.flatMap { forms[String($0)] } ?? forms[value]
  }
}
