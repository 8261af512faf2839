import Files
import Foundation
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import VolumeFormats
import Voxels

@Suite struct NRRDTests {
  /// pynrrd and ITK write, with the voxels inside and beside, in every encoding they have.
  @Test(.needsPeers) func readsWhatPeersWrite() throws {
    try checkPeerFiles(
      """
      import nrrd, bz2
      # nrrd.write takes the fastest axis first unless it is told otherwise.
      def write(n, v, **header): nrrd.write(n, v, header, index_order='C', **({'compression_level': 1}))
      for t in ['u1', 'i1', 'u2', 'i2', 'u4', 'i4', 'u8', 'i8', 'f4', 'f8']:
          v = np.abs(pattern(t)) if t == 'i8' else pattern(t)
          for encoding in ('raw', 'gzip', 'bzip2', 'text'):
              for order in '<>':
                  if encoding == 'text' and (order == '>' or t[0] == 'f'): continue
                  for suffix in ('nrrd', 'nhdr'):
                      n = f'{t}_{encoding}_{"le" if order == "<" else "be"}.{suffix}'
                      write(n, v.astype(np.dtype(t).newbyteorder(order)), encoding=encoding, space='left-posterior-superior',
                            **{'space directions': np.diag([1.5, 2, 4]), 'space units': ['um', 'um', 'um']})
                      found, _ = nrrd.read(n, index_order='C'); assert np.array_equal(found, v), n
                      expect(n, v, size='4,2,1.5')
          if t not in ('i1',):
              image = sitk.GetImageFromArray(v); image.SetSpacing((1.5e-3, 2e-3, 4e-3))
              for packed in (False, True):
                  for suffix in ('nrrd', 'nhdr'):
                      n = f'itk_{t}_{packed}.{suffix}'
                      sitk.WriteImage(image, n, packed); expect(n, v, size='4,2,1.5')
      # Channels before and after the axes of space.
      v = pattern('u2', (4, 19, 23, 3))
      image = sitk.GetImageFromArray(v, isVector=True); sitk.WriteImage(image, 'vector.nrrd')
      write('list.nrrd', v, kinds=['list', 'domain', 'domain', 'domain'])
      write('none.nrrd', v, space='left-posterior-superior', **{'space directions': [[np.nan] * 3, [1.5, 0, 0], [0, 2, 0], [0, 0, 4]], 'space units': ['um'] * 3})
      for c in range(3): expect('vector.nrrd', v[..., c], c); expect('list.nrrd', v[..., c], c); expect('none.nrrd', v[..., c], c, size='4,2,1.5')
      v = pattern('u2', (3, 4, 19, 23))
      write('last.nrrd', v, kinds=['domain', 'domain', 'domain', 'list'])
      write('labels.nrrd', v, labels=['x', 'y', 'z', 'channel'])
      write('time.nrrd', v, kinds=['domain', 'domain', 'domain', 'time'])
      for c in range(3): expect('last.nrrd', v[c], c); expect('labels.nrrd', v[c], c); expect('time.nrrd', v[c], 0, c)
      both = pattern('u1', (2, 4, 9, 11, 3))
      write('both.nrrd', both, kinds=['RGB-color', 'space', 'space', 'space', 'time'])
      for t in range(2):
          for c in range(3): expect('both.nrrd', both[t, ..., c], c, t)
      four = sitk.GetImageFromArray(pattern('u2', (2, 4, 9, 11)), isVector=False); sitk.WriteImage(four, 'four.nrrd')
      for t in range(2): expect('four.nrrd', sitk.GetArrayFromImage(four)[t], 0, t)
      plane = pattern('u2', (9, 11)); write('plane.nrrd', plane); expect('plane.nrrd', plane[None])
      # Headers by hand: lists and patterns of files, skipped lines and bytes, hexadecimal digits, Windows line ends.
      v = pattern('u2', (4, 9, 11))
      def header(n, *lines, end='\\n', data=b''):
          text = end.join(['NRRD0004', '# by hand', 'type: unsigned short', 'dimension: 3', 'sizes: 11 9 4', 'endian: little', 'spacings: 2 2 5', 'units: "nm" "nm" "nm"', 'key:=value', *lines]) + end
          open(n, 'wb').write(text.encode() + (end.encode() + data if data else b''))
      def check(n):
          found, _ = nrrd.read(n, index_order='C'); assert np.array_equal(found, v), n
          expect(n, v, size='0.005,0.002,0.002')
      def itk(n):
          assert np.array_equal(sitk.GetArrayFromImage(sitk.ReadImage(n)), v), n
          expect(n, v, size='0.005,0.002,0.002')
      for z in range(4): v[z].tofile(f's{z + 1:03d}.raw'); open(f'h{z}.raw', 'wb').write(b'seven b' + v[z].tobytes())
      v.tofile('v.raw'); open('lines.raw', 'wb').write(b'one\\ntwo\\nxyz' + v.tobytes())
      header('inside.nrrd', 'encoding: raw', data=v.tobytes()); check('inside.nrrd')
      header('windows.nrrd', 'encoding: raw', data=v.tobytes(), end='\\r\\n'); itk('windows.nrrd')
      header('file.nhdr', 'encoding: raw', 'data file: v.raw'); check('file.nhdr')
      header('one.nhdr', 'encoding: raw', 'datafile: v.raw'); check('one.nhdr')
      header('pattern.nhdr', 'encoding: raw', 'data file: s%03d.raw 1 4 1'); itk('pattern.nhdr')
      header('files.nhdr', 'encoding: raw', 'data file: LIST', 's001.raw', 's002.raw', 's003.raw', 's004.raw'); itk('files.nhdr')
      header('skip.nhdr', 'encoding: raw', 'byte skip: 7', 'data file: h%d.raw 0 3 1'); itk('skip.nhdr')
      header('end.nhdr', 'encoding: raw', 'byte skip: -1', 'data file: LIST 2', 'h0.raw', 'h1.raw', 'h2.raw', 'h3.raw'); itk('end.nhdr')
      header('lines.nhdr', 'encoding: raw', 'line skip: 2', 'byte skip: 3', 'data file: lines.raw'); check('lines.nhdr')
      header('hex.nrrd', 'encoding: hex', data=v.tobytes().hex().encode()); itk('hex.nrrd')
      """, least: 120)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let directory = try ScratchDirectory()
    func header(_ change: (inout [String]) -> Void) -> String {
      var lines = ["NRRD0004", "type: uchar", "dimension: 3", "sizes: 3 2 2", "encoding: raw"]
      change(&lines)
      return lines.joined(separator: "\n") + "\n\n" + String(repeating: "x", count: 12)
    }
    for (name, text, words) in [
      ("good", header { _ in }, ""), ("short", String(header { _ in }.dropLast()), "truncated"),
      ("block", header { $0[1] = "type: block" }, "block"), ("no type", header { $0.remove(at: 1) }, "type none"),
      ("sizes", header { $0[3] = "sizes: 3 2" }, "3 sizes above zero"),
      ("huge", header { $0[3] = "sizes: 4000000000 4000000000 4000000000" }, "overflow"),
      ("encoding", header { $0[4] = "encoding: zrl" }, "zrl"),
      (
        "five",
        header {
          $0[2] = "dimension: 4"; $0[3] = "sizes: 3 2 2 1"
        }, "does not say which"
      ),
      ("order", header { $0.append("labels: \"z\" \"y\" \"x\"") }, "unu permute"),
      (
        "between",
        header {
          $0[2] = "dimension: 4"; $0[3] = "sizes: 3 2 1 2"; $0.append("kinds: domain domain list domain")
        },
        "unu permute"
      ),
      ("files", header { $0.append("data file: gone%d.raw 1 99999999999 1") }, "pattern"),
      ("format", header { $0.append("data file: gone%s.raw 1 2 1") }, "pattern"),
      ("gone", header { $0.append("data file: gone.raw") }, "gone.raw"),
    ] {
      let path = directory.file("\(name).nrrd")
      try publish(text, to: path)
      let fault = fault { _ = try openVolume(path).readAll() }
      #expect(
        words.isEmpty ? fault == nil : fault?.message.contains(words) == true,
        "\(name): \(fault?.message ?? "no fault")")
    }
  }

  @Test func unknownUnitsAreSaid() throws {
    let directory = try ScratchDirectory()
    for (line, words) in [
      ("spacings: 2 2 5", "without a unit of length"), ("spacings: 1 1 1", "do not know it"),
      ("spacings: 2 2 5\nunits: \"px\" \"px\" \"px\"", "\"px\", is not known"),
    ] {
      let path = directory.file("a.nrrd")
      try publish(
        "NRRD0004\ntype: uchar\ndimension: 3\nsizes: 3 2 2\nencoding: raw\n\(line)\n\n\(String(repeating: "x", count: 12))",
        to: path)
      let description = try openVolume(path).description
      #expect(description.voxelSizeInMicrometres == nil)
      #expect(description.remarks.contains { $0.contains(words) }, "\(description.remarks)")
    }
  }
}
