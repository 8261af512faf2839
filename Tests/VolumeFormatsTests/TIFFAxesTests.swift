import Files
import Foundation
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import VolumeFormats
import Voxels

/// Ways in which a TIFF file tells of more axes, planes or units than its pages show.
@Suite struct TIFFAxesTests {
  /// tifffile's own description, with axes of every kind, several series, one page for all, and its older form.
  @Test(.needsPeers) func axesOfTifffile() throws {
    try checkPeerFiles(
      """
      import itertools
      def expect_all(n, v, axes, size=None, dataset=''):
          full = v.transpose([axes.index(a) for a in 'TCZYX' if a in axes])
          full = full.reshape([v.shape[axes.index(a)] if a in axes else 1 for a in 'TCZYX'])
          for t in range(full.shape[0]):
              for c in range(full.shape[1]): expect(n, full[t, c], c, t, size, dataset)
      sizes = dict(T=2, C=3, Z=4, Y=12, X=14)
      for k in (1, 2, 3):
          for axes in itertools.permutations('TCZ', k):
              axes = ''.join(axes) + 'YX'
              v = pattern('u2', [sizes[a] for a in axes])
              for big in (False, True):
                  n = f'{axes}_{big}.tif'
                  tifffile.imwrite(n, v, photometric='minisblack', bigtiff=big, metadata={'axes': axes}); expect_all(n, v, axes)
              n = f'{axes}_packed.tif'
              tifffile.imwrite(n, v, photometric='minisblack', compression='zlib', metadata={'axes': axes}); expect_all(n, v, axes)
              n = f'{axes}_one.tif'
              tifffile.imwrite(n, v, photometric='minisblack', truncate=True, metadata={'axes': axes}); expect_all(n, v, axes)
      for axes in ('QYX', 'IYX'):
          v = pattern('u1', (5, 12, 14)); n = f'{axes}.tif'
          tifffile.imwrite(n, v, photometric='minisblack', metadata={'axes': axes}); expect(n, v)
      # Axes of one element, and a description by the user before that of tifffile.
      v = pattern('u2', (1, 3, 1, 4, 12, 14))
      tifffile.imwrite('singles.tif', v, photometric='minisblack', description='my image', metadata={'axes': 'PCTZYX'})
      for c in range(3): expect('singles.tif', v[0, c, 0], c)
      w = pattern('u2', (3, 12, 14, 1)); tifffile.imwrite('last.tif', w, photometric='minisblack', metadata={'axes': 'ZYXS'}); expect('last.tif', w[..., 0])
      # Samples of a pixel.
      v = pattern('u1', (4, 12, 14, 3)); tifffile.imwrite('ZYXS.tif', v, photometric='rgb', metadata={'axes': 'ZYXS'})
      w = pattern('u2', (4, 3, 12, 14)); tifffile.imwrite('ZCYX_separate.tif', w, photometric='rgb', planarconfig='separate', metadata={'axes': 'ZCYX'})
      u = pattern('u1', (2, 4, 12, 14, 3)); tifffile.imwrite('CZYXS.tif', u, photometric='rgb', metadata={'axes': 'CZYXS'})
      for c in range(3): expect('ZYXS.tif', v[..., c], c); expect('ZCYX_separate.tif', w[:, c], c)
      for c in range(6): expect('CZYXS.tif', u[c // 3, ..., c % 3], c)
      # Several series, one with a pyramid in SubIFDs.
      a, b, d = pattern('u2', (3, 4, 12, 14)), pattern('u1', (6, 10, 20)), pattern('u2', (4, 64, 64))
      with tifffile.TiffWriter('series.tif') as f:
          f.write(a, photometric='minisblack', metadata={'axes': 'CZYX', 'name': 'first'})
          f.write(b, photometric='minisblack', metadata={'axes': 'ZYX', 'name': 'second'})
          f.write(d, photometric='minisblack', subifds=1, tile=(32, 32), metadata={'axes': 'ZYX'})
          f.write(d[:, ::2, ::2], photometric='minisblack', subfiletype=1, tile=(32, 32))
      assert [s.shape for s in tifffile.TiffFile('series.tif').series][:3] == [a.shape, b.shape, d.shape]
      for c in range(3): expect('series.tif', a[c], c); expect('series.tif', a[c], c, dataset='first')
      expect('series.tif', b, dataset='second'); expect('series.tif', b, dataset='1'); expect('series.tif', d, dataset='2')
      # Grown frame by frame.
      v = pattern('u2', (5, 12, 14))
      with tifffile.TiffWriter('grown.tif') as f:
          for plane in v: f.write(plane, photometric='minisblack', contiguous=True)
      assert tifffile.imread('grown.tif').shape == v.shape; expect('grown.tif', v)
      # The form before 2018.
      v = pattern('u2', (5, 12, 14))
      with tifffile.TiffWriter('old.tif') as f:
          for i, plane in enumerate(v): f.write(plane, photometric='minisblack', metadata=None, contiguous=False, description='shape=(5, 12, 14)' if i == 0 else None)
      assert tifffile.TiffFile('old.tif').is_shaped; expect('old.tif', v)
      # Units that tifffile is told and does not know itself.
      v = pattern('u2', (4, 12, 14))
      tifffile.imwrite('units.tif', v, photometric='minisblack', resolution=(500, 250), metadata={'axes': 'ZYX', 'spacing': 3.0, 'unit': 'mm'}); expect('units.tif', v, size='3000,4,2')
      tifffile.imwrite('cm.tif', v, photometric='minisblack', resolution=(5000, 2500), resolutionunit='CENTIMETER', metadata={'axes': 'ZYX', 'spacing': 3.0, 'unit': 'cm'}); expect('cm.tif', v, size='30000,4,2')
      """, least: 200)
  }

  @Test(.needsPeers) func imageJAndImageJ2() throws {
    try checkPeerFiles(
      """
      def pages(n, planes, text, **options):
          with tifffile.TiffWriter(n, **options) as f:
              for i, plane in enumerate(planes):
                  f.write(plane, photometric='minisblack', metadata=None, contiguous=False, resolution=(0.5, 0.25), resolutionunit='NONE', description=text if i == 0 else None)
      v = pattern('u2', (2, 4, 3, 9, 11))  # T Z C
      flat = v.reshape(24, 9, 11)
      # The number of images is not to be relied on.
      for images in (1, 7, 24, 1000):
          n = f'images{images}.tif'
          pages(n, flat, f'ImageJ=1.54f\\nimages={images}\\nchannels=3\\nslices=4\\nframes=2\\nhyperstack=true\\nunit=\\\\u00B5m\\nspacing=-3.0\\n')
          for t in range(2):
              for c in range(3): expect(n, v[t, :, c], c, t, '3,4,2')
      for unit, size in [('micron', '3,4,2'), ('nm', '0.003,0.004,0.002'), ('mm', '3000,4000,2000'), ('inch', '76200,101600,50800'), ('Âµm', '3,4,2')]:
          pages(f'unit_{unit}.tif', flat, f'ImageJ=1.54f\\nimages=24\\nslices=24\\nunit={unit}\\nspacing=3.0\\n'.encode())
          expect(f'unit_{unit}.tif', flat, size=size)
      pages('zunit.tif', flat, 'ImageJ=1.54f\\nimages=24\\nslices=24\\nunit=micron\\nzunit=nm\\nspacing=3000\\n'); expect('zunit.tif', flat, size='3,4,2')
      # No unit but that of the resolution tags.
      with tifffile.TiffWriter('tags.tif') as f:
          for i, plane in enumerate(flat):
              f.write(plane, photometric='minisblack', metadata=None, contiguous=False, resolution=(5000, 2500), resolutionunit='CENTIMETER', description='ImageJ=1.54f\\nimages=24\\nslices=24\\nspacing=0.0003\\n' if i == 0 else None)
      expect('tags.tif', flat, size='3,4,2')
      # Axes in an order of their own, as ImageJ2 lists them.
      for axes, shape in [('X,Y,Channel,Z', (4, 3)), ('X,Y,Z,Channel', (3, 4))]:
          n = axes.replace(',', '') + '.tif'
          w = pattern('u2', (*shape, 9, 11))
          pages(n, w.reshape(-1, 9, 11), f'SCIFIO=0.41.1\\naxes={axes}\\nlengths=11,9,{shape[1]},{shape[0]}\\nscales=2.0,4.0,{"1.0,3.0" if axes.endswith("Z") else "3.0,1.0"}\\nunits=micron,micron,{"null,micron" if axes.endswith("Z") else "micron,null"}\\nbitsPerPixel=16\\nimages=12\\n')
          for c in range(3): expect(n, w[:, c] if axes.endswith('Z') else w[c], c, size='3,4,2')
      """, least: 30)
  }

  /// Headers of microscopes' programs, made by hand and checked by tifffile's own readers.
  @Test(.needsPeers) func headersOfMicroscopes() throws {
    try checkPeerFiles(
      """
      import struct, json
      v = pattern('u2', (5, 12, 14))
      def rationals(*values): return b''.join(struct.pack('<II', *x) for x in values)
      # MetaMorph: one page, UIC2 with six numbers a plane; UIC1 with calibrations.
      for n, step in [('a.stk', 3), ('still.stk', 0)]:
          tifffile.imwrite(n, v, byteorder='<', photometric='minisblack', truncate=True, metadata=None, extratags=[
              (33628, 4, 4, (4, 0, 5, 0, 6, 0, 0, 0)[:4], True), (33629, 5, 5, (step, 1) * 5, True)])
          d = bytearray(open(n, 'rb').read())
          ifd = struct.unpack('<I', d[4:8])[0]; count = struct.unpack('<H', d[ifd:ifd + 2])[0]
          table = len(d); strings = table + 32
          uic2 = strings + 64
          d += struct.pack('<8I', 4, strings, 5, strings + 8, 6, strings + 16, 0, 0)
          d += (rationals((2, 1), (4, 1)) + struct.pack('<I', 3) + b'um\\0').ljust(64, b'\\0')
          d += b''.join(struct.pack('<6I', step, 1, 2459000, 1000 * i, 2459000, 0) for i in range(5))
          for i in range(count):
              at = ifd + 2 + 12 * i
              tag = struct.unpack('<H', d[at:at + 2])[0]
              if tag == 33628: d[at + 4:at + 12] = struct.pack('<II', 4, table)
              if tag == 33629: d[at + 4:at + 12] = struct.pack('<II', 5, uic2)
          open(n, 'wb').write(d)
          with tifffile.TiffFile(n) as f:
              assert f.series[0].shape == v.shape and f.series[0].kind == 'stk', f.series
              assert np.array_equal(f.asarray(), v)
              assert float(f.stk_metadata['XCalibration']) == 2, f.stk_metadata
          expect(n, v, size='3,4,2' if step else None)
      # LSM: channels as samples, every page followed by a small one.
      w = pattern('u1', (2, 4, 3, 12, 14))  # T Z C
      info = bytearray(500)
      struct.pack_into('<II', info, 0, 67127628, 500)
      struct.pack_into('<iiiiiiii', info, 8, 14, 12, 4, 3, 2, 1, 7, 6)
      struct.pack_into('<ddd', info, 40, 2e-6, 4e-6, 3e-6); struct.pack_into('<H', info, 88, 6)
      with tifffile.TiffWriter('a.lsm', byteorder='<') as f:
          for i, stack in enumerate(w.reshape(8, 3, 12, 14)):
              f.write(stack, photometric='rgb', planarconfig='separate', metadata=None, contiguous=False,
                      extratags=[(34412, 1, len(info), bytes(info), True)] if i == 0 else [])
              f.write(np.zeros((3, 6, 7), 'u1'), photometric='rgb', planarconfig='separate', subfiletype=1, metadata=None, contiguous=False)
      with tifffile.TiffFile('a.lsm') as f: assert f.series[0].shape == w.shape, f.series[0]
      for t in range(2):
          for c in range(3): expect('a.lsm', w[t, :, c], c, t, '3,4,2')
      # Micro-Manager: pages in an order that only the index tells.
      u = pattern('u2', (2, 4, 3, 12, 14))  # T Z C
      order = [(t, z, c) for t in range(2) for c in range(3) for z in range(4)]
      rng.shuffle(order)
      summary = json.dumps({'MicroManagerVersion': '2.0', 'Channels': 3, 'Slices': 4, 'Frames': 2, 'Positions': 1, 'PixelSize_um': 2.0, 'z-step_um': 3.0}).encode()
      def mm(n, positions):
          with tifffile.TiffWriter('pages.tif', byteorder='<') as f:
              for i, (t, z, c) in enumerate(order):
                  f.write(u[t, z, c], photometric='minisblack', metadata=None, contiguous=False, description='ImageJ=1.48\\nimages=24\\nchannels=3\\nslices=4\\nframes=2\\n' if i == 0 else None,
                          extratags=[(51123, 2, 9, '{"a": 1}', True)])
          offsets = [p.offset for p in tifffile.TiffFile('pages.tif').pages]
          d = bytearray(open('pages.tif', 'rb').read())
          # The header goes between the TIFF header and the first page, so everything is moved.
          shift = 40 + len(summary) + len(summary) % 2
          import io
          with tifffile.TiffWriter(n, byteorder='<') as f: pass
          moved = bytearray(d[:8]) + struct.pack('<IIIIIIII', 54773648, 0, 483765892, 0, 99384722, 0, 2355492, len(summary)) + summary + bytes(len(summary) % 2) + d[8:]
          def fix(at, add=0): struct.pack_into('<I', moved, at, struct.unpack_from('<I', moved, at)[0] + shift - 8 + add)
          first = struct.unpack('<I', d[4:8])[0]
          struct.pack_into('<I', moved, 4, first + shift - 8)
          sizes = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8}
          for offset in offsets:
              ifd = offset + shift - 8
              count = struct.unpack_from('<H', moved, ifd)[0]
              for i in range(count):
                  tag, kind, values, value = struct.unpack_from('<HHII', moved, ifd + 2 + 12 * i)
                  if sizes[kind] * values > 4: fix(ifd + 2 + 12 * i + 8)
                  if tag == 273: assert values == 1; fix(ifd + 2 + 12 * i + 8)
              link = ifd + 2 + 12 * count
              if struct.unpack_from('<I', moved, link)[0]: fix(link)
          struct.pack_into('<I', moved, 12, len(moved))
          moved += struct.pack('<II', 3453623, len(order)) + b''.join(
              struct.pack('<5I', c, z, t, i % positions, offset + shift - 8) for i, ((t, z, c), offset) in enumerate(zip(order, offsets)))
          open(n, 'wb').write(moved)
      mm('mm.tif', 1); mm('positions.tif', 2)
      with tifffile.TiffFile('mm.tif') as f:
          index = f.micromanager_metadata['IndexMap']
          assert len(index) == 24 and [tuple(r[[2, 1, 0]]) for r in index] == [tuple(o) for o in order]
          for row, page in zip(index, f.pages): assert page.offset == row[4] and np.array_equal(page.asarray(), u[row[2], row[1], row[0]])
      for t in range(2):
          for c in range(3): expect('mm.tif', u[t, :, c], c, t, '3,2,2')
      # ScanImage: channels, then frames, then slices.
      s = pattern('i2', (4, 2, 3, 12, 14))  # Z T C
      software = 'SI.VERSION_MAJOR = 2020\\nSI.hChannels.channelSave = [1;2;4]\\nSI.hStackManager.framesPerSlice = 2\\nSI.hStackManager.numSlices = 4\\nSI.hFastZ.enable = false\\n'
      tifffile.imwrite('si.tif', s.reshape(24, 12, 14), photometric='minisblack', metadata=None, software=software)
      with tifffile.TiffFile('si.tif') as f: assert f.is_scanimage
      for t in range(2):
          for c in range(3): expect('si.tif', s[:, t, c], c, t)
      volumes = pattern('i2', (2, 4, 12, 14))
      tifffile.imwrite('volumes.tif', volumes.reshape(8, 12, 14), photometric='minisblack', metadata=None,
                       software=software.replace('[1;2;4]', '1').replace('framesPerSlice = 2', 'framesPerSlice = 1'))
      for t in range(2): expect('volumes.tif', volumes[t], 0, t)
      """, least: 22)
  }

  /// What is stored otherwise than in whole bytes, or not at all.
  @Test(.needsPeers) func packedHalfAndMissingSamples() throws {
    try checkPeerFiles(
      """
      import imagecodecs, struct
      mask = pattern('u1', (3, 37, 45)) > 127
      for compression in (None, 'zlib', 'packbits'):
          for options in ({}, {'photometric': 'minisblack'}, {'tile': (16, 32)}, {'rowsperstrip': 5}):
              n = f'mask_{compression}_{"_".join(options)}.tif'
              tifffile.imwrite(n, mask, compression=compression, **options); expect(n, mask.astype('u1'))
      def pages(n, planes, **options):
          with tifffile.TiffWriter(n) as f:
              for plane in planes: f.write(plane, photometric='minisblack', metadata=None, contiguous=False, **options)
      for bits, kind in [(1, 'u1'), (2, 'u1'), (4, 'u1'), (6, 'u1'), (10, 'u2'), (12, 'u2'), (14, 'u2')]:
          v = (pattern('u2', (3, 37, 45)) % 2 ** bits).astype(kind)
          for order in '<>':
              for compression in (None, 'zlib'):
                  n = f'bits{bits}_{"le" if order == "<" else "be"}_{compression}.tif'
                  if compression is None and order == '<':
                      with tifffile.TiffWriter(n, byteorder=order) as f:
                          for plane in v: f.write(plane, bitspersample=bits, photometric='minisblack', metadata=None, contiguous=False, rowsperstrip=37)
                  else:
                      # What tifffile reads, but does not write: packed samples that are big-endian or compressed.
                      d = bytearray(struct.pack(order + '2sHI', b'II' if order == '<' else b'MM', 42, 0)); link = 4
                      for plane in v:
                          packed = np.packbits(((plane[..., None] >> np.arange(bits)[::-1]) & 1).astype('u1').reshape(37, -1), axis=1)
                          data = imagecodecs.zlib_encode(packed.tobytes()) if compression else packed.tobytes(); at = len(d); d += data + bytes(len(data) % 2)
                          struct.pack_into(order + 'I', d, link, len(d)); tags = [(256, 4, 45), (257, 4, 37), (258, 3, bits), (259, 3, 8 if compression else 1), (262, 3, 1), (273, 4, at), (277, 3, 1), (278, 4, 37), (279, 4, len(data))]
                          d += struct.pack(order + 'H', len(tags))
                          for tag, kind, value in tags: d += struct.pack(order + 'HHI', tag, kind, 1) + struct.pack(order + ('I' if kind == 4 else 'HH'), *([value] if kind == 4 else [value, 0]))
                          link = len(d); d += bytes(4)
                      open(n, 'wb').write(d)
                  found = tifffile.imread(n)
                  assert np.array_equal(found if found.ndim == 3 else found[None], v), n
                  expect(n, v)
      # The lowest bit of each byte first.
      for bits in (1, 4, 8, 12, 16):
          v = (pattern('u2', (37, 45)) & (2 ** bits - 1)).astype('u1' if bits <= 8 else 'u2')
          packed = np.packbits(((v[..., None] >> np.arange(bits)[::-1]) & 1).astype('u1').reshape(37, -1), axis=1)
          if bits == 16: packed = v.astype('<u2').view('u1')
          data = np.packbits(np.unpackbits(packed.ravel(), bitorder='big'), bitorder='little').tobytes()
          tags = [(256, 45), (257, 37), (258, bits), (259, 1), (262, 1), (266, 2), (273, 8), (277, 1), (278, 37), (279, len(data))]
          d = struct.pack('<2sHI', b'II', 42, 8 + len(data) + len(data) % 2) + data + bytes(len(data) % 2)
          open(f'lsb{bits}.tif', 'wb').write(d + struct.pack('<H', len(tags)) + b''.join(struct.pack('<HHII', t, 4, 1, x) for t, x in tags) + bytes(4))
          assert np.array_equal(tifffile.imread(f'lsb{bits}.tif'), v), bits
          expect(f'lsb{bits}.tif', v[None])
      half = rng.normal(size=(3, 37, 45)).astype('f2')
      for order in '<>':
          for compression in (None, 'zlib'):
              n = f'half_{"le" if order == "<" else "be"}_{compression}.tif'
              tifffile.imwrite(n, half, byteorder=order, compression=compression, photometric='minisblack'); expect(n, half.astype('f4'))
      v = pattern('u2', (3, 40, 50))
      def tiles(z):
          for i, (y, x) in enumerate((y, x) for y in range(0, 40, 16) for x in range(0, 50, 16)):
              if i % 3 == 1: v[z, y:y + 16, x:x + 16] = 0; yield None
              else: yield np.pad(v[z, y:y + 16, x:x + 16], [(0, max(0, y + 16 - 40)), (0, max(0, x + 16 - 50))])
      for compression in (None, 'zlib'):
          n = f'sparse_{compression}.tif'
          with tifffile.TiffWriter(n) as f:
              for z in range(3): f.write(tiles(z), shape=v.shape[1:], dtype=v.dtype, tile=(16, 16), photometric='minisblack', compression=compression, metadata=None, contiguous=False)
          assert 0 in [o for p in tifffile.TiffFile(n).pages for o in p.dataoffsets]
          assert np.array_equal(np.stack([p.asarray() for p in tifffile.TiffFile(n).pages]), v); expect(n, v)
      # The same for strips: their offsets and sizes set to zero.
      pages('strips.tif', v, rowsperstrip=7)
      with tifffile.TiffFile('strips.tif', mode='r+') as f:
          page = f.pages[1]
          for tag in (273, 279):
              values = list(page.tags[tag].value); values[2] = 0; page.tags[tag].overwrite(values)
      v[1, 14:21] = 0
      assert np.array_equal(np.stack([p.asarray() for p in tifffile.TiffFile('strips.tif').pages]), v), 's'; expect('strips.tif', v)
      for suffix in ('btf', 'tf8'):
          tifffile.imwrite(f'big.{suffix}', v, bigtiff=True, photometric='minisblack'); expect(f'big.{suffix}', v)
      # Smaller versions of each plane as pages of their own.
      with tifffile.TiffWriter('reduced.tif') as f:
          for plane in v:
              f.write(plane, photometric='minisblack', metadata=None, contiguous=False)
              f.write(plane[::2, ::2], photometric='minisblack', subfiletype=1, metadata=None, contiguous=False)
      expect('reduced.tif', v)
      """, least: 50)
  }

  /// Known conventions that are not read are named, with what would work.
  @Test(.needsPeers) func refusedByName() throws {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    _ = try peers.run(
      """
      import os, sys, struct, numpy as np, tifffile
      os.chdir(sys.argv[1])
      v = np.zeros((16, 3, 20, 24), 'u2')
      tifffile.imwrite('nameless.tif', v, photometric='minisblack')
      tifffile.imwrite('angles.tif', v, photometric='minisblack', metadata={'axes': 'AZYX'})
      tifffile.imwrite('turned.tif', v[:, 0], photometric='minisblack', metadata={'axes': 'XYZ'})
      tifffile.imwrite('short.tif', v[:, 0], photometric='minisblack', metadata=None, description='{"shape": [32, 20, 24], "axes": "ZYX"}')
      tifffile.imwrite('volumetric.tif', v[:, 0], photometric='minisblack', volumetric=True, tile=(16, 16, 16))
      one = v[0, 0].astype('u1')
      tifffile.imwrite('slide.svs', one, metadata=None, description='Aperio Image Library v12.0.15\\n46000x32914')
      tifffile.imwrite('slide.scn', one, metadata=None, description='<?xml version="1.0"?><scn xmlns="http://www.leica-microsystems.com/scn/2010/10/01"></scn>')
      tifffile.imwrite('slide.ndpi', one, metadata=None, extratags=[(271, 2, 9, 'Hamamatsu', True), (65420, 4, 1, 1, True)])
      tifffile.imwrite('slide.qptiff', one, metadata=None, software='PerkinElmer-QPI')
      tifffile.imwrite('fluo.tif', v[:, 0], photometric='minisblack', metadata=None, extratags=[(34362, 1, 10, b'0123456789', True)])
      tifffile.imwrite('si4.tif', v[:, 0], photometric='minisblack', metadata=None, description='state.configPath = 1')
      tifffile.imwrite('cmyk.tif', np.zeros((5, 20, 24, 4), 'u1'), photometric='separated')
      tifffile.imwrite('lab.tif', np.zeros((5, 20, 24, 3), 'u1'), photometric='cielab')
      tifffile.imwrite('ycbcr.tif', np.zeros((5, 32, 32, 3), 'u1'), photometric='rgb', compression='jpeg')
      d = bytearray(open('angles.tif', 'rb').read())
      with tifffile.TiffWriter('sizes.tif') as f:
          for n in (20, 20, 18): f.write(np.zeros((n, 24), 'u2'), photometric='minisblack', metadata=None, contiguous=False)
      nd = bytearray(struct.pack('<2sHIIIII', b'II', 42, 24, 483729, 3, 2355492, 0))
      nd += struct.pack('<H', 4) + b''.join(struct.pack('<HHII', t, 4, 1, x) for t, x in [(256, 4), (257, 4), (273, 8), (279, 16)]) + bytes(4)
      open('nd.tif', 'wb').write(nd)
      """, arguments: [directory.path])
    for (name, words) in [
      ("nameless.tif", ["does not say what its axes are", "16", "3", "metadata={'axes'"]),
      ("angles.tif", ["16 along A", "split the file"]), ("turned.tif", ["XYZ", "TCZYX"]),
      ("short.tif", ["expected 32 pages"]), ("volumetric.tif", ["ImageDepth"]),
      ("slide.svs", ["Aperio", "bioformats2raw"]), ("slide.scn", ["Leica"]), ("slide.ndpi", ["Hamamatsu"]),
      ("slide.qptiff", ["PerkinElmer"]), ("fluo.tif", ["FluoView"]),
      ("cmyk.tif", ["CMYK", "not intensities"]), ("lab.tif", ["CIE L*a*b*"]), ("ycbcr.tif", ["YCbCr"]),
      ("si4.tif", ["ScanImage"]),
      ("sizes.tif", ["several sizes", "18 × 24", "page 2"]), ("nd.tif", ["NDTiff"]),
    ] {
      let fault = fault { _ = try openVolume(directory.file(name)) }
      #expect(fault?.kind == .badData, "\(name): \(fault?.message ?? "no fault")")
      for word in words { #expect(fault?.message.contains(word) == true, "\(name): \(fault?.message ?? "no fault")") }
    }
  }

  /// What the file leaves open is said.
  @Test(.needsPeers) func doubtsAreSaid() throws {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    _ = try peers.run(
      """
      import os, sys, numpy as np, tifffile
      os.chdir(sys.argv[1])
      v = np.zeros((4, 20, 24), 'u2')
      options = dict(photometric='minisblack', resolution=(5000, 2500), resolutionunit='CENTIMETER')
      tifffile.imwrite('flat.tif', v, **options, metadata=None)
      tifffile.imwrite('dpi.tif', v, photometric='minisblack', resolution=(300, 300), resolutionunit='INCH', metadata=None)
      tifffile.imwrite('times.tif', v, photometric='minisblack', imagej=True, metadata={'axes': 'TYX'})
      tifffile.imwrite('furlong.tif', v, photometric='minisblack', imagej=True, resolution=(1, 1), metadata={'axes': 'ZYX', 'unit': 'furlong', 'spacing': 2})
      tifffile.imwrite('pixel.tif', v, photometric='minisblack', imagej=True, resolution=(1, 1), metadata={'axes': 'ZYX', 'unit': 'pixel', 'spacing': 2})
      tifffile.imwrite('white.tif', v, photometric='miniswhite')
      with tifffile.TiffWriter('two.tif') as f:
          f.write(v, photometric='minisblack', metadata={'axes': 'ZYX'}); f.write(v[:2], photometric='minisblack', metadata={'axes': 'ZYX'})
      """, arguments: [directory.path])
    for (name, words) in [
      ("flat.tif", "2 µm"), ("times.tif", "time points of one slice"), ("furlong.tif", "furlong"),
      ("white.tif", "zero as white"),
      ("two.tif", "series 0 of 0, 1"),
    ] {
      let notes = try openVolume(directory.file(name)).description.remarks
      #expect(notes.contains { $0.contains(words) }, "\(name): \(notes)")
    }
    for name in ["dpi.tif", "pixel.tif"] {
      let description = try openVolume(directory.file(name)).description
      #expect(description.voxelSizeInMicrometres == nil)
      #expect(description.remarks.isEmpty, "\(description.remarks)")
    }
  }
}
