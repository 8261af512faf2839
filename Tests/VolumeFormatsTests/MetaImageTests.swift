import Files
import Foundation
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import VolumeFormats
import Voxels

@Suite struct MetaImageTests {
  /// Headers with the freedoms that ITK takes; SimpleITK reads each of them alike.
  @Test(.needsPeers) func readsHeadersAsITKDoes() throws {
    try checkPeerFiles(
      """
      v = pattern('u2', (4, 9, 11)); v.tofile('v.raw')
      header = ['ObjectType = Image', 'NDims = 3', 'DimSize = 11 9 4', 'ElementSpacing = 0.0015 0.002 0.004', 'ElementType = MET_USHORT', 'ElementDataFile = v.raw']
      def case(n, w, header, end='\\n', last='\\n', data=b'', same=True, size='4,2,1.5'):
          open(n, 'wb').write((end.join(header) + last).encode() + data)
          if same:
              found = sitk.GetArrayFromImage(sitk.ReadImage(n)); assert np.array_equal(found, w) and found.dtype == w.dtype, (n, found.dtype)
          expect(n, w, size=size)
      case('plain.mhd', v, header)
      case('windows.mhd', v, header, end='\\r\\n', last='\\r\\n')
      case('no_end.mhd', v, header, last='')
      case('windows_no_end.mhd', v, header, end='\\r\\n', last='')
      case('tabs.mhd', v, [l.replace(' = ', '\\t=\\t').replace('11 9 4', '11\\t9\\t4') for l in header])
      case('tight.mhd', v, [l.replace(' = ', '=') for l in header])
      case('colon.mhd', v, [l.replace(' = ', ': ') for l in header])
      case('blanks.mhd', v, [l + '   ' for l in header])
      case('order.mhd', v, [header[1], header[4], header[0], header[3], header[2], header[5]])
      case('no_type.mhd', v, ['Comment = by hand'] + header[1:])
      case('inside.mha', v, header[:-1] + ['ElementDataFile = LOCAL'], data=v.tobytes())
      case('inside_windows.mha', v, header[:-1] + ['ElementDataFile = LOCAL'], end='\\r\\n', last='\\r\\n', data=v.tobytes())
      case('local.mha', v, header[:-1] + ['ElementDataFile = Local'], data=v.tobytes())
      for t, kind in [('i4', 'MET_LONG'), ('u4', 'MET_ULONG'), ('i4', 'MET_INT'), ('u4', 'MET_UINT'), ('i8', 'MET_LONG_LONG'), ('u8', 'MET_ULONG_LONG'), ('u1', 'MET_UCHAR'), ('i2', 'MET_SHORT'), ('f4', 'MET_FLOAT'), ('f8', 'MET_DOUBLE')]:
          w = np.abs(pattern(t, (4, 9, 11))); w.tofile(f'{kind}.raw')
          # SimpleITK has a type of its own for what the machine calls long.
          case(f'{kind}.mhd', w, header[:4] + [f'ElementType = {kind}', f'ElementDataFile = {kind}.raw'], same=kind not in ('MET_LONG', 'MET_ULONG'))
          image = sitk.ReadImage(f'{kind}.mhd'); assert np.array_equal(sitk.GetArrayFromImage(image), w), kind
      v.astype('>u2').tofile('big.raw')
      for key in ('BinaryDataByteOrderMSB', 'ElementByteOrderMSB'):
          for value in ('True', 'true', 'T', '1'):
              case(f'{key}_{value}.mhd', v, header[:-1] + [f'{key} = {value}', 'ElementDataFile = big.raw'])
      open('head.raw', 'wb').write(bytes(100) + v.tobytes())
      case('skip.mhd', v, header[:-1] + ['HeaderSize = 100', 'ElementDataFile = head.raw'])
      case('end.mhd', v, header[:-1] + ['HeaderSize = -1', 'ElementDataFile = head.raw'])
      for z in range(4): v[z].tofile(f's{z + 1:03d}.raw'); v[z].tofile(f't{z * 2}.raw')
      case('list.mhd', v, header[:-1] + ['ElementDataFile = LIST', 's001.raw', 's002.raw', 's003.raw', 's004.raw'])
      case('list_2.mhd', v, header[:-1] + ['ElementDataFile = LIST 2', 's001.raw', 's002.raw', 's003.raw', 's004.raw'], last='')
      case('pattern.mhd', v, header[:-1] + ['ElementDataFile = s%03d.raw 1 4 1'])
      case('steps.mhd', v, header[:-1] + ['ElementDataFile = t%d.raw 0 6 2'])
      case('text.mhd', v, header[:-1] + ['BinaryData = False', 'ElementDataFile = LOCAL'], data=' '.join(map(str, v.ravel())).encode() + b' ')
      case('units.mhd', v, header[:3] + ['DistanceUnits = um', 'ElementSpacing = 1.5 2 4'] + header[4:])
      plane = pattern('u1', (9, 11)); plane.tofile('plane.raw')
      case('plane.mhd', plane[None], ['NDims = 2', 'DimSize = 11 9', 'ElementType = MET_UCHAR', 'ElementDataFile = plane.raw'], same=False, size=None)
      vector = pattern('u2', (4, 9, 11, 3)); image = sitk.GetImageFromArray(vector, isVector=True); image.SetSpacing((1.5e-3, 2e-3, 4e-3))
      four = pattern('u2', (2, 4, 9, 11)); times = sitk.GetImageFromArray(four, isVector=False)
      for packed in (False, True):
          for suffix in ('mha', 'mhd'):
              sitk.WriteImage(image, f'vector_{packed}.{suffix}', packed); sitk.WriteImage(times, f'four_{packed}.{suffix}', packed)
              for c in range(3): expect(f'vector_{packed}.{suffix}', vector[..., c], c, size='4,2,1.5')
              for t in range(2): expect(f'four_{packed}.{suffix}', four[t], 0, t)
      """, least: 50)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let directory = try ScratchDirectory()
    let lines = ["ObjectType = Image", "NDims = 3", "DimSize = 3 2 2", "ElementType = MET_UCHAR"]
    for (name, extra, words) in [
      ("mesh", ["ObjectType = Mesh", "ElementDataFile = LOCAL"], "Mesh"),
      ("list", ["ElementDataFile = LIST", "one.raw"], "2 files"),
      ("axes", ["ElementDataFile = LIST 1", "one.raw", "two.raw"], "LIST of files of 2 axes"),
      ("pattern", ["ElementDataFile = a%s.raw 1 2 1"], "pattern"),
      ("step", ["ElementDataFile = a%d.raw 1 2 0"], "pattern"),
      ("gone", ["ElementDataFile = a%d.raw 1 2 1"], "a1.raw"), ("none", ["ElementDataFile ="], "a name"),
      ("text", ["BinaryData = False", "ElementDataFile = LOCAL", "1 2 3 x"], "numbers as text"),
    ] {
      let path = directory.file("\(name).mhd")
      try publish((lines + extra).joined(separator: "\n"), to: path)
      let fault = fault { _ = try openVolume(path).readAll() }
      #expect(fault?.message.contains(words) == true, "\(name): \(fault?.message ?? "no fault")")
    }
  }
}
