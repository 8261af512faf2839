import Files
import Foundation
import PeerEnvironment
import Scratch
import Testing
import VolumeFormats
import Voxels

/// Reads what a Python program wrote and compares every voxel.
///
/// - Parameters:
///   - program: writes volumes in many ways to its working directory, and after each calls
///     `expect(name, volume, channel, time, size, dataset)` with the voxels (z, y, x) as Sheaf should see them and the
///     voxel size in micrometres as text. `pattern(dtype, shape)` makes random voxels.
///   - least: how many volumes there must be.
func checkPeerFiles(_ program: String, least: Int) throws {
  let peers = try PeerEnvironment.required()
  let directory = try ScratchDirectory()
  let lines = try peers.run(
    peerPrelude + program + "\nprint('\\n'.join(lines))", arguments: [directory.path]
  ).split(separator: "\n")
  #expect(lines.count >= least)
  for line in lines {
    let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    let numbers = fields.dropFirst().map { Int($0) }
    let name = fields[0]
    do {
      let source = try openVolume(
        directory.file(name),
        options: VolumeOptions(
          channel: numbers[0] ?? 0, timePoint: numbers[1] ?? 0, dataset: fields[9].isEmpty ? nil : fields[9]))
      let description = source.description
      #expect(description.voxelType.rawValue == fields[3], "\(name)")
      #expect(description.extent == Extent(numbers[3] ?? 0, numbers[4] ?? 0, numbers[5] ?? 0), "\(name)")
      let wanted = try Data(contentsOf: URL(fileURLWithPath: directory.file(fields[7])))
      guard wanted.count == description.byteCount else { continue }
      #expect(bytes(of: try everyVoxel(of: source)) == wanted, "\(name) channel \(fields[1]) time point \(fields[2])")
      try checkBoxes(source, wanted, name)
      let size = fields[8].split(separator: ",").compactMap { Double($0) }
      if size.count == 3 {
        for axis in 0..<3 {
          let found = description.voxelSizeInMicrometres?[axis] ?? 0
          #expect(abs(found - size[axis]) < 1e-4, "\(name) \(description.voxelSizeInMicrometres as Any)")
        }
      }
      for part in 0..<3 { try source.check(part: part, of: 3) }
    } catch {
      Issue.record("\(name): \(error)")
    }
  }
}

/// A box inside, and bands of whole rows, which are read another way.
private func checkBoxes(_ source: any VolumeSource, _ all: Data, _ name: String) throws {
  let extent = source.description.extent
  let whole = VoxelBuffer(source.description.voxelType, extent)
  _ = all.withUnsafeBytes { memcpy(whole.bytes.baseAddress!, $0.baseAddress!, $0.count) }
  for box in [
    Region(from: Coordinate(extent.z / 4, 3, 2), to: Coordinate(extent.z, extent.y - 1, extent.x - 3)),
    Region(from: Coordinate(0, 4, 0), to: Coordinate(max(1, extent.z - 1), min(6, extent.y), extent.x)),
  ] {
    #expect(bytes(of: try source.read(box)) == bytes(of: whole.cropped(to: box)), "\(name) \(box)")
  }
}

/// Voxels go to a file of their own (`.raw`, C order, native), and one line a volume tells what to expect.
private let peerPrelude = """
  import os, sys, numpy as np, tifffile, nibabel as nib, SimpleITK as sitk
  root = sys.argv[1]; os.chdir(root)
  rng = np.random.default_rng(7)
  lines = []
  def pattern(dtype, shape=(4, 37, 29)):
      dtype = np.dtype(dtype)
      if dtype.kind == 'f': return rng.normal(size=shape).astype(dtype)
      top = min(np.iinfo(dtype).max, 2**40)
      low = np.iinfo(dtype).min if dtype.itemsize < 4 else 0
      return rng.integers(low, top, size=shape, dtype=np.int64).astype(dtype)
  def expect(name, volume, channel=0, time=0, size=None, dataset=''):
      to = {'int8': 'int16', 'int32': 'uint32', 'int64': 'uint64', 'float64': 'float32'}
      kind = to.get(volume.dtype.name, volume.dtype.name)
      raw = '%s.c%d.t%d.%s.raw' % (name.replace('/', '_'), channel, time, dataset)
      np.ascontiguousarray(volume.astype(np.dtype(kind).newbyteorder('='))).tofile(raw)
      lines.append('|'.join(map(str, [name, channel, time, kind, *volume.shape, raw, size or '', dataset])))

  """
