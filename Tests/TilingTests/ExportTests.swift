import Files
import Foundation
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import Tiling
import VolumeFormats
import Voxels

@Suite struct ExportTests {
  private static let names = ["a.tif", "a.nii", "a.nii.gz", "a.mha", "a.npy", "planes/"]

  /// Memory for `planes` planes of the region beside what an export takes anyway.
  private func memory(_ source: any VolumeSource, _ region: Region, planes: Int) throws -> Int {
    let plane = region.extent.y * region.extent.x * source.description.voxelType.byteCount
    let all = try Export(
      source, region: region, to: "a.nii", isCompressed: true, threads: 2, memoryInBytes: 1 << 40)
    return all.memoryInBytes - 2 * plane * all.slabDepth + 2 * plane * planes
  }

  private func export(
    _ source: any VolumeSource, _ region: Region, to path: String, isCompressed: Bool, planes: Int
  ) throws {
    let export = try Export(
      source, region: region, to: path, isCompressed: isCompressed, threads: 2,
      memoryInBytes: memory(source, region, planes: planes))
    #expect(export.slabDepth <= planes)
    try export.run(to: path, progress: { _ in }, isStopRequested: { false })
  }

  /// A region of every type in every format, written slab by slab, as the field's own readers see it.
  @Test(.needsPeers) func peersReadRegions() throws {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    let region = Region(from: Coordinate(3, 5, 7), to: Coordinate(12, 30, 38))
    for type in VoxelType.allCases {
      let source = try MemoryVolume(organ(type, Extent(14, 33, 40)), piece: Extent(4, 1, 1))
      let part = source.voxels.cropped(to: region)
      try Data(bytes: part.bytes.baseAddress!, count: part.byteCount)
        .write(to: URL(fileURLWithPath: directory.file("\(type.rawValue).raw")))
      for isCompressed in [false, true] {
        for name in Self.names {
          try export(
            source, region, to: directory.file("\(type.rawValue)_\(isCompressed)_\(name)"), isCompressed: isCompressed,
            planes: isCompressed ? 1 : 5)
        }
      }
    }
    let count = try peers.run(
      """
      import os, sys, glob, numpy as np, tifffile, nibabel as nib, SimpleITK as sitk
      os.chdir(sys.argv[1])
      count = 0
      for raw in sorted(glob.glob('*.raw')):
          kind = raw[:-4]
          wanted = np.fromfile(raw, dtype=kind).reshape(9, 25, 31)
          def check(name, found):
              global count
              assert found.dtype == wanted.dtype and found.shape == wanted.shape and (found == wanted).all(), name
              count += 1
          for packed in ('false', 'true'):
              p = f'{kind}_{packed}_'
              for name in ('a.nii', 'a.nii.gz'):
                  image = nib.load(p + name)
                  check(p + name, np.asarray(image.dataobj).T)
                  assert np.allclose(image.header.get_zooms(), (1e-3, 2e-3, 4e-3))
              for name in ('a.nii', 'a.nii.gz', 'a.mha'): check(p + name, sitk.GetArrayFromImage(sitk.ReadImage(p + name)))
              check(p + 'a.tif', tifffile.imread(p + 'a.tif'))
              check(p + 'planes', tifffile.imread(sorted(glob.glob(p + 'planes/*.tif'))))
              check(p + 'a.npy', np.load(p + 'a.npy'))
      print(count)
      """, arguments: [directory.path])
    #expect(count.trimmingCharacters(in: .whitespacesAndNewlines) == "\(6 * 2 * 8)")
  }

  /// The bytes do not depend on the slabs.
  @Test func memoryChangesNothing() throws {
    let directory = try ScratchDirectory()
    let source = try MemoryVolume(organ(.uint16, Extent(11, 20, 18)))
    let region = Region(from: Coordinate(1, 2, 3), to: Coordinate(10, 19, 18))
    for name in Self.names {
      var files: [[String: Data]] = []
      for planes in [1, 2, 9] {
        let place = directory.file("\(planes)")
        try createDirectory(place)
        try export(source, region, to: joinPath(place, name), isCompressed: true, planes: planes)
        files.append(try tree(place))
        try FileManager.default.removeItem(atPath: place)
      }
      #expect(files[0] == files[1] && files[1] == files[2], "\(name)")
    }
  }

  /// Edges that NIfTI-1 cannot say, as nibabel and SimpleITK see them.
  @Test(.needsPeers) func longEdgesMakeNIfTI2() throws {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    let source = try MemoryVolume(organ(.uint16, Extent(2, 3, 32_768)))
    for name in ["a.nii", "a.nii.gz"] {
      try export(source, Region(source.voxels.extent), to: directory.file(name), isCompressed: true, planes: 1)
    }
    try Data(bytes: source.voxels.bytes.baseAddress!, count: source.voxels.byteCount)
      .write(to: URL(fileURLWithPath: directory.file("a.raw")))
    let output = try peers.run(
      """
      import os, sys, numpy as np, nibabel as nib
      os.chdir(sys.argv[1])
      wanted = np.fromfile('a.raw', dtype='u2').reshape(2, 3, 32768)
      for name in ('a.nii', 'a.nii.gz'):
          image = nib.load(name)
          assert isinstance(image, nib.Nifti2Image) and (np.asarray(image.dataobj).T == wanted).all(), name
      print('same')
      """, arguments: [directory.path])
    #expect(output.contains("same"))
  }

  /// What may not fit into 4 GB is BigTIFF from its first byte on; what fits is classic TIFF.
  @Test func largeStacksAreBigTIFF() throws {
    for (depth, magic) in [(900, 42), (1100, 43)] as [(Int, UInt8)] {
      let directory = try ScratchDirectory()
      let layout = VolumeLayout(extent: Extent(depth, 2048, 2048), voxelType: .uint8)
      let writer = try createVolume(directory.file("a.tif"), layout, isCompressed: true)
      try writer.append(VoxelBuffer(.uint8, Extent(1, 2048, 2048)))
      let partial = try #require(try directoryEntries(directory.path).first)
      let head = [UInt8](try ReadableFile(directory.file(partial)).read(at: 0, count: 4))
      #expect(head.contains(magic), "\(head) for \(depth) planes")
    }
  }
}
