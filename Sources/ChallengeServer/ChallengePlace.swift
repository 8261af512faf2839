import Files
import Foundation

/// Where a challenge puts its input and expects the output.
package struct ChallengePlace: Sendable {
  /// With `inputs.json`, which names the sockets that have a value and where it lies.
  package var input = "/input"
  package var output = "/output"
  package var inputSocket = "light-sheet-3d-microscopy"
  package var outputSocket = "isolated-biological-structure"

  package init() {}

  /// The file that is written: one of this name alone, which takes the place of an earlier one.
  static let outputName = "output.mha"

  /// What a file of a volume may end with; panimg, which the platform converts uploads with, writes the first two.
  private static let endings = [".mha", ".tif", ".tiff", ".mhd", ".nii", ".nii.gz", ".nrrd"]

  /// The path of the case's image.
  ///
  /// - Throws: `Fault.noInput` when there is none, `Fault.badData` when `inputs.json` is malformed, names no image, or it is
  ///   not clear which file it is.
  package func findImage() throws -> String {
    let socket = try socket()
    let directory = joinPath(input, socket.relativePath)
    guard isDirectory(directory) else {
      throw Fault.noInput(
        "there is no directory \(directory), where the image of the socket \(socket.slug) is expected; check what is mounted "
          + "at \(input)")
    }
    let files = try directoryEntries(directory).filter { name in
      !name.hasPrefix(".") && Self.endings.contains { name.lowercased().hasSuffix($0) }
    }.sorted()
    // The platform stores an image under a name of its own, and tells the one that it was uploaded with.
    if let name = socket.imageName, files.contains(name) { return joinPath(directory, name) }
    guard let file = files.first else {
      throw Fault.noInput(
        "\(directory) holds no image: expected a file that ends with one of \(Self.endings.joined(separator: ", "))")
    }
    guard files.count == 1 else {
      throw Fault.badData(
        "\(directory) holds \(files.count) images, \(files.prefix(4).joined(separator: ", "))\(files.count > 4 ? " and more" : ""), "
          + "where one is expected; leave the one of the case")
    }
    return joinPath(directory, file)
  }

  /// The path of the segmentation; its directory is made when it is missing.
  package func makeOutput() throws -> String {
    let directory = joinPath(output, "images/\(outputSocket)")
    try createDirectory(directory)
    return joinPath(directory, Self.outputName)
  }

  private struct Socket {
    let slug: String
    let relativePath: String
    let imageName: String?
  }

  /// The socket of the image: the one with the expected name, or the only one that holds an image.
  private func socket() throws -> Socket {
    let path = joinPath(input, "inputs.json")
    guard fileExists(path) else {
      throw Fault.noInput("there is no \(path), which lists the inputs of a case; check what is mounted at \(input)")
    }
    let document = try JSONValue(parsing: readWholeFile(path, limit: 1 << 20), path: path)
    guard let entries = document.asArray else {
      throw Fault.badData("\(path) is not a list of inputs, each with a socket; found \(document.excerpt)")
    }
    var images: [Socket] = []
    for entry in entries {
      guard let socket = entry["socket"] ?? entry["interface"], let slug = socket["slug"]?.asString else {
        throw Fault.badData("\(path) has an input without a socket that has a slug; found \(entry.excerpt)")
      }
      if socket["is_image_kind"] == .bool(false) { continue }
      let relativePath = socket["relative_path"]?.asString ?? "images/\(slug)"
      guard !relativePath.hasPrefix("/"), !relativePath.split(separator: "/").contains("..") else {
        throw Fault.badData("\(path) says that the input \(slug) lies at \(relativePath), outside of \(input)")
      }
      images.append(Socket(slug: slug, relativePath: relativePath, imageName: entry["image"]?["name"]?.asString))
    }
    if let expected = images.first(where: { $0.slug == inputSocket }) { return expected }
    if images.count == 1 { return images[0] }
    throw Fault.badData(
      images.isEmpty
        ? "\(path) lists no image: expected one with the socket \(inputSocket)"
        : "\(path) lists images with the sockets \(images.map(\.slug).joined(separator: ", ")), but none with \(inputSocket)"
    )
  }
}
