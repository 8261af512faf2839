import Files
import Foundation
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import VolumeFormats
import Voxels

/// Files of a few hundred bytes that promise terabytes are refused when they are opened, before memory is taken.
@Suite struct AbsurdSizeTests {
  private func change(_ path: String, _ change: (inout Data) -> Void) throws {
    var data = try readWholeFile(path)
    change(&data)
    try data.write(to: URL(fileURLWithPath: path))
  }

  private func expectRefusal(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let fault = fault { _ = try openVolume(path) }
    #expect(fault?.kind == .badData, "\(fault?.message ?? "no fault")", sourceLocation: sourceLocation)
    #expect(
      // The last is libtiff's own word.
      ["truncated", "damaged", "overflow"].contains { fault?.message.contains($0) == true },
      "\(fault?.message ?? "no fault")", sourceLocation: sourceLocation)
  }

  /// A file that promises 32767 voxels along every axis.
  private func absurdNIfTI() throws -> ScratchDirectory {
    let directory = try ScratchDirectory()
    try write(patternVolume(.uint8, Extent(2, 6, 5)), to: directory.file("a.nii"))
    try change(directory.file("a.nii")) { data in
      for offset in [42, 44, 46] { data.replaceSubrange(offset..<(offset + 2), with: [0xFF, 0x7F]) }
    }
    return directory
  }

  @Test func nifti() throws {
    let directory = try absurdNIfTI()
    expectRefusal(directory.file("a.nii"))
  }

  @Test(.needsPeers) func compressedNIfTI() throws {
    let directory = try absurdNIfTI()
    let peers = try PeerEnvironment.required()
    _ = try peers.run(
      "import gzip, sys; gzip.open(sys.argv[1] + '.gz', 'wb').write(open(sys.argv[1], 'rb').read())",
      arguments: [directory.file("a.nii")])
    expectRefusal(directory.file("a.nii.gz"))
  }

  @Test func metaImage() throws {
    let directory = try ScratchDirectory()
    for isCompressed in [false, true] {
      let path = directory.file("a.mha")
      try write(patternVolume(.uint8, Extent(2, 6, 5)), to: path, isCompressed: isCompressed)
      let lines = String(decoding: try readWholeFile(path), as: Unicode.ASCII.self)
      #expect(lines.contains("DimSize = 5 6 2"))
      try change(path) { data in
        let place = data.range(of: Data("DimSize = 5 6 2".utf8))!
        data.replaceSubrange(place, with: Data("DimSize = 100000 100000 100000".utf8))
      }
      expectRefusal(path)
    }
  }

  /// A page of two million pixels an edge in a file of a kilobyte, in every compression.
  @Test(.needsPeers) func tiff() throws {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    let names = try peers.run(
      """
      import os, sys, struct, numpy as np, tifffile
      os.chdir(sys.argv[1])
      for compression in [None, 'lzw', 'zlib', 'zstd', 'packbits']:
          # Width and height of the image, or of its only tile.
          for cut, changed in (({'rowsperstrip': 16}, (256, 257)), ({'tile': (16, 16)}, (256, 257)), ({'tile': (16, 16)}, (322, 323))):
              n = f'{compression}_{list(cut)[0]}_{changed[0]}.tif'
              tifffile.imwrite(n, np.zeros((16, 16), 'u2'), compression=compression, metadata=None, **cut)
              data = bytearray(open(n, 'rb').read())
              at, = struct.unpack_from('<I', data, 4)
              for entry in range(struct.unpack_from('<H', data, at)[0]):
                  place = at + 2 + 12 * entry
                  if struct.unpack_from('<H', data, place)[0] in changed:
                      struct.pack_into('<HII', data, place + 2, 4, 1, 1 << 21 if changed[0] == 256 else 30000)
              open(n, 'wb').write(data)
              print(n)
      """, arguments: [directory.path]
    ).split(separator: "\n")
    #expect(names.count == 15)
    for name in names { expectRefusal(directory.file(String(name))) }
  }
}
