import Files
import Foundation
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import VolumeFormats
import Voxels

@Suite struct NumPyTests {
  @Test(.needsPeers) func readsWhatNumPyWrites() throws {
    try checkPeerFiles(
      """
      from numpy.lib import format
      for t in ['u1', 'i1', 'u2', 'i2', 'u4', 'i4', 'u8', 'i8', 'f4', 'f8']:
          v = np.abs(pattern(t)) if t in ('i8',) else pattern(t)
          for order in '<>':
              for fortran in (False, True):
                  n = f'{t}_{"le" if order == "<" else "be"}_{fortran}.npy'
                  a = v.astype(np.dtype(t).newbyteorder(order))
                  np.save(n, np.asfortranarray(a) if fortran else a)
                  expect(n, v)
      np.save('bool.npy', pattern('u1') > 99); expect('bool.npy', (np.load('bool.npy')).astype('u1'))
      for version in (1, 2, 3):
          v = pattern('u2')
          with open(f'v{version}.npy', 'wb') as f: format.write_array(f, v, version=(version, 0))
          expect(f'v{version}.npy', v)
      for fortran in (False, True):
          for shape in [(2, 3, 4, 9, 11), (3, 4, 9, 11), (9, 11)]:
              v = pattern('u2', shape)
              n = f'axes_{len(shape)}_{fortran}.npy'
              np.save(n, np.asfortranarray(v) if fortran else v)
              full = v.reshape((1,) * (5 - len(shape)) + shape)
              for t in range(full.shape[0]):
                  for c in range(full.shape[1]): expect(n, full[t, c], c, t)
      # Long runs along z are read in part, short ones whole.
      v = pattern('u2', (9000, 7, 9)); np.save('deep.npy', np.asfortranarray(v)); expect('deep.npy', v)
      """, least: 60)
  }

  @Test(.needsPeers) func numPyReadsWhatIsWritten() throws {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    for type in VoxelType.allCases {
      let volume = patternVolume(type, Extent(3, 40, 31))
      try write(volume, to: directory.file("\(type).npy"))
      try bytes(of: volume).write(to: URL(fileURLWithPath: directory.file("\(type).raw")))
    }
    let count = try peers.run(
      """
      import os, sys, numpy as np
      os.chdir(sys.argv[1])
      count = 0
      for kind in ['uint8', 'uint16', 'int16', 'uint32', 'uint64', 'float32']:
          wanted = np.fromfile(f'{kind}.raw', dtype=kind).reshape(3, 40, 31)
          found = np.load(f'{kind}.npy', mmap_mode='r')
          assert found.dtype == wanted.dtype and found.shape == wanted.shape and (found == wanted).all(), kind
          assert found.offset % 64 == 0
          count += 1
      print(count)
      """, arguments: [directory.path])
    #expect(count.trimmingCharacters(in: .whitespacesAndNewlines) == "6")
  }

  @Test func arraysThatAreNoVolumes() throws {
    func header(_ text: String, version: UInt8 = 1) -> Data {
      let bytes = Array(text.utf8)
      return Data([0x93] + Array("NUMPY".utf8) + [version, 0, UInt8(bytes.count & 0xFF), UInt8(bytes.count >> 8)])
        + (version == 1 ? Data() : Data([0, 0])) + Data(bytes)
    }
    let directory = try ScratchDirectory()
    let path = directory.file("a.npy")
    for (text, words) in [
      ("{'descr': '<u2', 'fortran_order': False, 'shape': (2, 3, 4), }", ""),
      ("{'shape': (2L, 3, 4,),'fortran_order':False,\"descr\":\"<u2\"}\n", ""),
      ("{'descr': '<c8', 'fortran_order': False, 'shape': (2, 3, 4), }", "type <c8"),
      ("{'descr': '|O', 'fortran_order': False, 'shape': (2, 3, 4), }", "type |O"),
      ("{'descr': [('a', '<u2')], 'fortran_order': False, 'shape': (2, 3, 4), }", "a dictionary"),
      ("{'descr': '<u2', 'fortran_order': 0, 'shape': (2, 3, 4), }", "a dictionary"),
      ("{'descr': '<u2', 'fortran_order': False, 'shape': (2, 3, 0), }", "sizes above zero"),
      ("{'descr': '<u2', 'fortran_order': False, 'shape': (24,), }", "1 axes"),
      ("{'descr': '<u2', 'fortran_order': False, 'shape': (2, 3, 5), }", "truncated"),
      (
        "{'descr': '<u2', 'fortran_order': True, 'shape': (9223372036854775807, 9223372036854775807, 8), }",
        "damaged"
      ),
      ("{'descr': '<u2', 'fortran_order': False, 'shape': (99999999999999999999, 3, 5), }", "a dictionary"),
      ("{'descr': '<u2', 'descr': '<u4', 'fortran_order': False, 'shape': (2, 3, 4), }", "a dictionary"),
      ("__import__('os').system('touch x')", "a dictionary"),
    ] {
      for version: UInt8 in 1...3 {
        try (header(text, version: version) + Data(count: 48)).write(to: URL(fileURLWithPath: path))
        let fault = fault { _ = try openVolume(path).readAll() }
        if words.isEmpty {
          #expect(fault == nil, "\(text): \(fault?.message ?? "")")
        } else {
          #expect(fault?.kind == .badData)
          #expect(fault?.message.contains(words) == true, "\(text): \(fault?.message ?? "no fault")")
        }
      }
    }
    try (header("{}", version: 9) + Data(count: 48)).write(to: URL(fileURLWithPath: path))
    #expect(fault { _ = try openVolume(path) }?.message.contains("version 1, 2 or 3") == true)
  }
}
