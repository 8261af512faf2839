import Files
import Foundation
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import VolumeFormats
import Voxels

/// What TIFF files may be like inside, as tifffile writes them.
@Suite struct TIFFVariantTests {
  @Test(.needsPeers) func compressionsPredictorsStripsTilesAndOrders() throws {
    try checkPeerFiles(
      """
      def name(*parts): return '_'.join(map(str, parts)).replace('<', 'le').replace('>', 'be')
      for t in ['u1', 'i1', 'u2', 'i2', 'u4', 'i4', 'u8', 'f4', 'f8']:
          v = pattern(t, (2, 37, 45))
          for compression in ['lzw', 'zlib', 'zstd', 'packbits', 'lzma']:
              for order in '<>':
                  for cut in ({'rowsperstrip': 7}, {'tile': (16, 32)}):
                      for predictor in (False, True):
                          if predictor and (compression in ('packbits', 'lzma') or t == 'u8'): continue
                          n = name(t, compression, order, list(cut)[0], predictor) + '.tif'
                          tifffile.imwrite(n, v, byteorder=order, photometric='minisblack', compression=compression,
                                           predictor=predictor, bigtiff=order == '>', **cut)
                          expect(n, v)
      rgb = pattern('u2', (3, 21, 26, 3))
      for planar in ('contig', 'separate'):
          for tile in (None, (16, 16)):
              for compression in (None, 'zstd'):
                  n = name('rgb', planar, tile is None, compression) + '.tif'
                  data = rgb if planar == 'contig' else rgb.transpose(0, 3, 1, 2)
                  tifffile.imwrite(n, data, photometric='rgb', planarconfig=planar, tile=tile, compression=compression)
                  for c in range(3): expect(n, rgb[..., c], c)
      # Pages that are scattered, with a wrong byte count on the last strip as some cameras write.
      v = pattern('u2', (5, 12, 14))
      with tifffile.TiffWriter('single.tif') as f:
          for plane in v: f.write(plane, metadata=None, contiguous=False)
      expect('single.tif', v)
      """, least: 300)
  }

  @Test(.needsPeers) func imageJHyperstacks() throws {
    try checkPeerFiles(
      """
      for axes, shape in [('TZCYX', (2, 4, 3, 9, 11)), ('ZCYX', (4, 3, 9, 11)), ('TZYX', (2, 4, 9, 11)),
                          ('TCYX', (2, 3, 9, 11)), ('ZYX', (5, 9, 11)), ('YX', (9, 11)), ('CYX', (3, 9, 11))]:
          for t in ('u1', 'u2', 'f4'):
              v = pattern(t, shape)
              n = f'{axes}_{t}.tif'
              tifffile.imwrite(n, v, imagej=True, metadata={'axes': axes, 'spacing': 3.0, 'unit': 'um'}, resolution=(0.5, 0.25))
              full = v.reshape([dict(zip(axes, shape)).get(a, 1) for a in 'TZCYX'])
              for c in range(full.shape[2]):
                  for time in range(full.shape[0]): expect(n, full[time, :, c], c, time, '3,4,2')
      rgb = pattern('u1', (4, 9, 11, 3))
      tifffile.imwrite('rgb.tif', rgb, imagej=True, metadata={'axes': 'ZYXS'})
      for c in range(3): expect('rgb.tif', rgb[..., c], c)
      """, least: 60)
  }

  /// ImageJ beyond 4 GB: a classic TIFF file with one page, all planes behind each other. The file has holes.
  @Test(.needsPeers) func imageJBeyond4GB() throws {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    let path = directory.file("large.tif")
    let program = """
      import struct, sys
      z, y, x = 700, 2048, 2048
      text = f'ImageJ=1.54f\\nimages={z * 2}\\nchannels=2\\nslices={z}\\nhyperstack=true\\nunit=micron\\nspacing=3.0\\n'.encode() + b'\\0'
      tags = [(256, 4, 1, x), (257, 4, 1, y), (258, 3, 1, 16 << 16), (259, 3, 1, 1 << 16), (262, 3, 1, 1 << 16),
              (270, 2, len(text), 200), (273, 4, 1, 4096), (277, 3, 1, 1 << 16), (278, 4, 1, y), (279, 4, 1, y * x * 2)]
      with open(sys.argv[1], 'wb') as f:
          f.write(struct.pack('>2sHI', b'MM', 42, 8) + struct.pack('>H', len(tags)))
          for tag in tags: f.write(struct.pack('>HHII', *tag))
          f.write(struct.pack('>I', 0)); f.seek(200); f.write(text)
          f.truncate(4096 + z * 2 * y * x * 2)
          for plane, row, column, value in [(0, 0, 0, 7), (2 * 600, 1000, 2000, 513), (2 * 699 + 1, 2047, 2047, 60000)]:
              f.seek(4096 + ((plane * y + row) * x + column) * 2); f.write(struct.pack('>H', value))
      import tifffile
      with tifffile.TiffFile(sys.argv[1]) as f:
          series = f.series[0]
          assert series.shape == (z, 2, y, x) and len(f.pages) == 1, series
          print(series.dataoffset)
      """
    let offset = try peers.run(program, arguments: [path])
    #expect(offset.trimmingCharacters(in: .whitespacesAndNewlines) == "4096")
    let (first, second) = (try openVolume(path), try openVolume(path, options: VolumeOptions(channel: 1)))
    #expect(first.description.extent == Extent(700, 2048, 2048))
    #expect(first.description.channels == 2)
    #expect(first.description.format == "ImageJ TIFF")
    func voxel(_ source: any VolumeSource, _ z: Int, _ y: Int, _ x: Int) throws -> UInt16 {
      try source.read(Region(origin: Coordinate(z, y, x), extent: Extent(1))).array(of: UInt16.self)[0]
    }
    #expect(try voxel(first, 0, 0, 0) == 7)
    #expect(try voxel(first, 600, 1000, 2000) == 513)
    #expect(try voxel(first, 600, 1000, 1999) == 0)
    #expect(try voxel(second, 699, 2047, 2047) == 60000)
    for part in 0..<2 { try second.check(part: part, of: 2) }
    truncate(path, off_t(4096 + 1399 * 2048 * 2048 * 2))
    let fault = fault { _ = try openVolume(path) }
    #expect(fault?.message.contains("expected 1400 planes") == true, "\(fault?.message ?? "no fault")")
  }

  @Test(.needsPeers) func pagesThatDoNotFitTheirDescription() throws {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    _ = try peers.run(
      """
      import os, sys, numpy as np, tifffile
      os.chdir(sys.argv[1])
      text = 'ImageJ=1.54f\\nimages=6\\nchannels=3\\nslices=2\\n'
      with tifffile.TiffWriter('a.tif') as f:
          for z in range(5):
              f.write(np.zeros((9, 11), 'u2'), metadata=None, contiguous=False, description=text if z == 0 else None)
      """, arguments: [directory.path])
    let fault = fault { _ = try openVolume(directory.file("a.tif")) }
    #expect(fault?.kind == .badData)
    #expect(fault?.message.contains("expected 6 pages for 2 slices × 3 channels × 1 time points, found 5") == true)
  }

  @Test(.needsPeers) func unreadableCompressionsAreNamed() throws {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    _ = try peers.run(
      """
      import os, sys, numpy as np, tifffile
      os.chdir(sys.argv[1])
      for n, compression in [('a', 'jpeg2000'), ('b', 'jpegxl'), ('c', 'jpegxr')]:
          tifffile.imwrite(n + '.tif', np.arange(64 * 64, dtype='u1').reshape(64, 64), compression=compression)
      """, arguments: [directory.path])
    for (name, words) in [("a", "JPEG 2000"), ("b", "JPEG XL"), ("c", "JPEG XR")] {
      let fault = fault { _ = try openVolume(directory.file("\(name).tif")) }
      #expect(fault?.kind == .badData)
      #expect(fault?.message.contains("compressed by \(words)") == true, "\(fault?.message ?? "no fault")")
    }
  }

  /// Names of one plane linked ten thousand times over: no more files are open than threads read.
  @Test func tenThousandPlanesKeepNoFilesOpen() throws {
    let directory = try ScratchDirectory()
    try write(patternVolume(.uint16, Extent(1, 6, 5)), to: directory.file("one/"))
    try createDirectory(directory.file("planes"))
    for z in 0..<10_000 {
      #expect(link(directory.file("one/z00000.tif"), directory.file("planes/p\(z).tif")) == 0)
    }
    let source = try openVolume(directory.file("planes"))
    #expect(source.description.extent == Extent(10_000, 6, 5))
    #expect(source.description.notes.isEmpty)
    var most = 0
    for z in stride(from: 0, to: 10_000, by: 1000) {
      _ = try source.read(Region(origin: Coordinate(z, 0, 0), extent: Extent(1000, 6, 5)))
      most = max(most, openFiles(below: directory.path))
    }
    #expect(most <= 1)
  }

  /// How many descriptors of this process are of files below a directory.
  private func openFiles(below directory: String) -> Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return names.filter {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))?.hasPrefix(directory) ?? false
    }.count
  }
}
