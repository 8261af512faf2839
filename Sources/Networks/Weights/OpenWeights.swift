import Files
import Foundation

/// Opens weights in a format identified by content: safetensors, or the `.pth` of PyTorch, nnU-Net and nnssl.
///
/// - Throws: `Fault` of kind `noInput` when there is no such file, of kind `badData` when it is damaged or something else.
public func openWeights(_ path: String) throws -> any StoredWeights {
  if try SafetensorsFile.looksLikeSafetensors(path) { return try SafetensorsFile(path: path) }
  if try PyTorchFile.looksLikeArchive(path) {
    try refuseOtherArchive(path)
    let file = try PyTorchFile(path: path)
    // A description of the user's is of the weights as they are.
    guard file.describedBySheaf == nil, !fileExists(Model.descriptionPath(of: path)),
      let order = try? NNUNetSource(of: file)?.configuration.axisOrder, order != [0, 1, 2]
    else { return file }
    return TransposedWeights(original: file, order: order)
  }
  let file = try ReadableFile(path)
  if file.size >= 2, try file.read(at: 0, count: 1) == Data([0x80]) {
    throw Fault.badData(
      "\(path) looks like a bare pickle, as written by PyTorch before 1.6, which is not supported: load it in a newer "
        + "PyTorch and save its state dictionary again with torch.save")
  }
  throw Fault.badData(
    "\(path) is not a weights file: expected safetensors, or a .pth as written by torch.save, found something else")
}
