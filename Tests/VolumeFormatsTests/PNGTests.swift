import Files
import PeerEnvironment
import Scratch
import Testing
import VolumeFormats
import Voxels

/// Planes in PNG files, written by Pillow and imagecodecs' libpng through tifffile's companions.
@Suite struct PNGTests {
  @Test func planesOfPillow() throws {
    try checkPeerFiles(
      """
      from PIL import Image
      def series(name, planes, **options):
          os.mkdir(name)
          for z, plane in enumerate(planes): plane.save(f'{name}/466400_470200_{z * 20:06d}.png', **options)
      for t in ('u1', 'u2'):
          v = pattern(t)
          series(f'grey_{t}', [Image.fromarray(p) for p in v]); expect(f'grey_{t}', v)
          series(f'fast_{t}', [Image.fromarray(p) for p in v], compress_level=1); expect(f'fast_{t}', v)
      rgba = rng.integers(0, 255, size=(3, 11, 13, 4), dtype=np.uint8)
      series('rgb', [Image.fromarray(p[..., :3]) for p in rgba]); series('rgba', [Image.fromarray(p) for p in rgba])
      for c in range(3): expect('rgb', rgba[..., c], c)
      for c in range(4): expect('rgba', rgba[..., c], c)
      index = rng.integers(0, 200, size=(2, 9, 10), dtype=np.uint8)
      planes = []
      for p in index:
          image = Image.fromarray(p, mode='P'); image.putpalette(list(range(256)) * 3); planes.append(image)
      series('palette', planes); expect('palette', index)
      bits = rng.integers(0, 2, size=(2, 9, 19), dtype=np.uint8)
      series('bits', [Image.fromarray(p.astype(bool)) for p in bits]); expect('bits', bits)
      """, least: 13)
  }

  @Test func damageIsNamed() throws {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    _ = try peers.run(
      """
      import sys, os, numpy as np
      from PIL import Image
      os.chdir(sys.argv[1]); os.mkdir('p')
      for z in range(3): Image.fromarray(np.full((20, 30), z * 1000 + 7, np.uint16)).save(f'p/z{z}.png')
      os.mkdir('q')
      for z in range(2): Image.fromarray(np.full((20, 30 + z), 7, np.uint16)).save(f'q/z{z}.png')
      """, arguments: [directory.path])
    let whole = try readWholeFile(directory.file("p/z1.png"))
    for count in 0..<whole.count {
      try publish(whole.prefix(count), to: directory.file("p/z1.png"))
      let fault = fault {
        let source = try openVolume(directory.file("p"))
        try source.check(part: 0, of: 1)
        _ = try source.readAll()
      }
      #expect(fault?.kind == .badData && fault?.message.contains("z1.png") == true, "cut to \(count) bytes")
    }
    for index in whole.indices {
      var data = whole
      data[index] ^= 0x10
      try publish(data, to: directory.file("p/z1.png"))
      let fault = fault { _ = try openVolume(directory.file("p")).readAll() }
      #expect(fault == nil || fault?.kind == .badData)
    }
    let other = fault { try openVolume(directory.file("q")).check(part: 0, of: 1) }
    #expect(other?.message.contains("z1.png does not belong to the series") == true)
  }
}
