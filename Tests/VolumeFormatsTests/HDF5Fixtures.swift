/// Python programs that write HDF5 files with h5py and hdf5plugin into the directory that they are given.
///
/// They print one line for each image that Sheaf should find: file, dataset (or nothing), channel, time point, voxel
/// type, extent, file with the voxels as Sheaf should see them (`.raw`, C order, native), voxel size (or nothing).
enum HDF5Fixtures {
  static let common = """
    import os, sys, numpy as np, h5py, hdf5plugin
    os.chdir(sys.argv[1])
    rng = np.random.default_rng(11)
    lines, raws = [], {}
    def pattern(dtype, shape):
        dtype = np.dtype(dtype)
        if dtype.kind == 'f': return rng.normal(size=shape).astype(dtype)
        top = min(np.iinfo(dtype).max, 2**40)
        low = np.iinfo(dtype).min if dtype.itemsize < 4 else 0
        values = rng.integers(low, top, size=shape, dtype=np.int64)
        # Half of it compresses.
        values[..., : shape[-1] // 2] = values.flat[0]
        return values.astype(dtype)
    def expect(name, volume, dataset='', channel=0, time=0, size=''):
        to = {'int8': 'int16', 'int32': 'uint32', 'int64': 'uint64', 'float64': 'float32'}
        kind = to.get(volume.dtype.name, volume.dtype.name)
        data = np.ascontiguousarray(volume.astype(np.dtype(kind).newbyteorder('='))).tobytes()
        raw = raws.setdefault(data, '%d.raw' % len(raws))
        if not os.path.exists(raw): open(raw, 'wb').write(data)
        lines.append('|'.join(map(str, [name, dataset, channel, time, kind, *volume.shape, raw, size])))

    """

  /// Every type, byte order and filter; layouts, indices of chunks, fill values, links.
  static let datasets =
    common + """
      filters = {
          'none': {}, 'gzip': dict(compression='gzip', compression_opts=1), 'shuffle': dict(shuffle=True),
          'gzip_shuffle': dict(compression='gzip', shuffle=True), 'fletcher': dict(fletcher32=True),
          'all': dict(compression='gzip', shuffle=True, fletcher32=True),
          'lz4': dict(**hdf5plugin.LZ4()), 'lz4_small': dict(shuffle=True, **hdf5plugin.LZ4(nbytes=64)),
          'lz4_all': dict(shuffle=True, fletcher32=True, **hdf5plugin.LZ4(nbytes=100)),
          'blosc': dict(**hdf5plugin.Blosc()), 'blosc_bits': dict(**hdf5plugin.Blosc(cname='zstd', clevel=3, shuffle=hdf5plugin.Blosc.BITSHUFFLE)),
          'zstd': dict(**hdf5plugin.Zstd()), 'zstd_all': dict(shuffle=True, fletcher32=True, **hdf5plugin.Zstd(clevel=9)),
      }
      with h5py.File('types.h5', 'w') as f:
          for t in ['u1', 'i1', 'u2', 'i2', 'u4', 'i4', 'u8', 'i8', 'f4', 'f8']:
              v = pattern(t, (7, 23, 19))
              for order in '<>':
                  kind = np.dtype(t).newbyteorder(order)
                  for name, options in filters.items():
                      n = f'{t}/{"le" if order == "<" else "be"}/{name}'
                      f.create_dataset(n, data=v.astype(kind), dtype=kind, chunks=(3, 8, 5), **options)
                      expect('types.h5', v, n)
                  n = f'{t}/{"le" if order == "<" else "be"}/contiguous'
                  f.create_dataset(n, data=v.astype(kind), dtype=kind)
                  expect('types.h5', v, n)
          create = h5py.h5p.create(h5py.h5p.DATASET_CREATE); create.set_layout(h5py.h5d.COMPACT)
          v = pattern('u2', (3, 5, 7))
          d = h5py.h5d.create(f.id, b'compact', h5py.h5t.STD_U16BE, h5py.h5s.create_simple(v.shape), create)
          d.write(h5py.h5s.ALL, h5py.h5s.ALL, v); expect('types.h5', v, 'compact')
          v = pattern('u1', (7, 23, 19)) > 100; f.create_dataset('bool', data=v, chunks=(4, 4, 4)); expect('types.h5', v.astype('i1'), 'bool')
          f['group/soft'] = h5py.SoftLink('/u2/le/gzip'); f['group/hard'] = f['compact']
          f['group/again'] = f['group']
          expect('types.h5', f['u2/le/gzip'][()], 'group/soft'); expect('types.h5', f['compact'][()], '/group/hard/')
      # Fill values: nothing written, some chunks written, big-endian, contiguous.
      with h5py.File('fill.h5', 'w') as f:
          for name, options in dict(chunked=dict(chunks=(4, 6, 5), compression='gzip'), flat={}, big=dict(chunks=(4, 6, 5), dtype='>u2')).items():
              d = f.create_dataset(name, (9, 17, 21), **{'dtype': 'u2', 'fillvalue': 513, **options})
              expect('fill.h5', np.full(d.shape, 513, 'u2'), name)
          d = f.create_dataset('some', (9, 17, 21), 'f4', chunks=(4, 6, 5), fillvalue=1.5, compression='gzip', shuffle=True)
          d[3:6, 5:8, :7] = pattern('f4', (3, 3, 7)); expect('fill.h5', d[()], 'some')
          d = f.create_dataset('plain', (9, 17, 21), 'u2', chunks=(4, 6, 5)); d[5:, 7:9] = 3; expect('fill.h5', d[()], 'plain')
      # Chunks written past the filters: bit i of the mask leaves filter i out.
      with h5py.File('mask.h5', 'w') as f:
          v = pattern('u2', (4, 8, 8))
          d = f.create_dataset('mask', data=v, chunks=(2, 8, 8), compression='gzip', shuffle=True)
          d.id.write_direct_chunk((2, 0, 0), v[2:].tobytes(), filter_mask=3)
          shuffled = v[:2].view('u1').reshape(-1, 2).T.tobytes()
          d.id.write_direct_chunk((0, 0, 0), shuffled, filter_mask=2)
          expect('mask.h5', v)
      # Old and new formats, every index of chunks, user blocks.
      for name, options in {'old': {}, 'new': dict(libver=('v110', 'v110')), 'block': dict(userblock_size=512),
                            'bigblock': dict(userblock_size=4096, libver=('v110', 'v110'))}.items():
          with h5py.File(f'index_{name}.h5', 'w', **options) as f:
              v = pattern('u2', (9, 17, 21))
              for packed in (False, True):
                  for index, shape in dict(fixed=(9, 17, 21), one=(None, 17, 21), two=(None, None, 21)).items():
                      n = f'{index}_{int(packed)}'
                      f.create_dataset(n, data=v, maxshape=shape, chunks=(4, 6, 5), compression='gzip' if packed else None)
                      expect(f'index_{name}.h5', v, n)
                  f.create_dataset(f'single_{int(packed)}', data=v, chunks=v.shape, compression='gzip' if packed else None)
                  expect(f'index_{name}.h5', v, f'single_{int(packed)}')
              f.create_dataset('large', data=v, maxshape=(None,) * 3, chunks=(16, 32, 64), compression='gzip'); expect(f'index_{name}.h5', v, 'large')
              f.create_dataset('flat', data=v); expect(f'index_{name}.h5', v, 'flat')
              create = h5py.h5p.create(h5py.h5p.DATASET_CREATE); create.set_chunk((4, 6, 5)); create.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
              d = h5py.h5d.create(f.id, b'implicit', h5py.h5t.STD_U16LE, h5py.h5s.create_simple(v.shape), create)
              d.write(h5py.h5s.ALL, h5py.h5s.ALL, v); expect(f'index_{name}.h5', v, 'implicit')
              f['flat'].attrs['text'] = 'of variable length'; f['flat'].attrs['fixed'] = np.bytes_('fixed')
      # Time points and channels before z; chunks may span them.
      with h5py.File('axes.h5', 'w') as f:
          for name, chunks in dict(a=(1, 1, 2, 6, 5), b=(2, 3, 3, 4, 5), flat=None).items():
              v = pattern('u2', (3, 4, 5, 11, 13)); f.create_dataset('five/' + name, data=v, chunks=chunks, compression='gzip' if chunks else None)
              for t in range(3):
                  for c in range(4): expect('axes.h5', v[t, c], 'five/' + name, c, t)
          v = pattern('u1', (2, 5, 11, 13)); f.create_dataset('four', data=v, chunks=(2, 5, 6, 7))
          for c in range(2): expect('axes.h5', v[c], 'four', c)
      # The only dataset that can be a volume needs no name.
      with h5py.File('only.h5', 'w') as f:
          v = pattern('u2', (5, 6, 7)); f.create_dataset('deep/down/volume', data=v); f['table'] = np.arange(5); f['text'] = 'a'
          expect('only.h5', v)
      print('\\n'.join(lines))
      """

  /// Imaris files as ImarisWriter lays them out: padded datasets, attributes of one-character strings.
  static let imaris =
    common + """
      def text(value, style):
          if style == 'fixed': return np.bytes_(value)
          if style == 'variable': return value
          letters = list(value.encode()) + ([0] if style == 'nul' else [])
          return np.array([bytes([b]) for b in letters], 'S1')
      def write(name, dtype, style='letters', unit='um', extent=(10, 21, 18), chunks=(8, 16, 16), times=2, channels=3, scale=1.0, expected='2,1.5,0.5', **options):
          with h5py.File(name, 'w') as f:
              f.attrs['ImarisDataSet'] = text('ImarisDataSet', style)
              info = f.create_group('DataSetInfo/Image')
              for i, (low, edge) in enumerate(zip((-3.25, 100, 7), (0.5, 1.5, 2))):
                  info.attrs[f'ExtMin{i}'] = text(repr(low * scale), style)
                  info.attrs[f'ExtMax{i}'] = text(repr((low + edge * extent[2 - i]) * scale), style)
              if unit is not None: info.attrs['Unit'] = np.array([bytes([b]) for b in unit], 'S1') if isinstance(unit, bytes) else text(unit, style)
              for t in range(times):
                  for c in range(channels):
                      for level in range(2):
                          size = [max(1, n >> level) for n in extent]
                          g = f.create_group(f'DataSet/ResolutionLevel {level}/TimePoint {t}/Channel {c}')
                          for axis, n in zip('ZYX', size): g.attrs['ImageSize' + axis] = text(str(n), style)
                          padded = [-(-n // k) * k for n, k in zip(size, chunks)]
                          v = np.zeros(padded, dtype); real = pattern(dtype, tuple(size)); v[tuple(slice(n) for n in size)] = real
                          g.create_dataset('Data', data=v, chunks=chunks, **options)
                          g['Histogram'] = np.zeros(256, 'u8')
                          if level == 0: expect(name, real, '', c, t, expected)
      gzip = dict(compression='gzip', compression_opts=2)
      for t in ('u1', 'u2', 'u4', 'f4'): write(f'{t}.ims', t, **gzip)
      for style in ('nul', 'fixed', 'variable'): write(f'{style}.ims', 'u2', style, times=1, channels=1, **gzip)
      write('lz4.ims', 'u2', times=1, shuffle=True, **hdf5plugin.LZ4(nbytes=1000))
      write('raw.ims', 'u2', times=1)
      write('many.ims', 'u1', times=12, channels=11, extent=(2, 3, 4), **gzip)
      write('mm.ims', 'u2', unit='mm', scale=1e-3, times=1, **gzip)
      write('nm.ims', 'u2', unit='nm', scale=1e3, times=1, **gzip)
      write('latin.ims', 'u2', unit=b'\\xb5m', times=1, **gzip)
      write('nounit.ims', 'u2', unit=None, times=1, **gzip)
      write('parsec.ims', 'u2', unit='parsec', expected='none', times=1, **gzip)
      print('\\n'.join(lines))
      """

  /// BigDataViewer files with their SpimData XML, and bare ones of several programs' habits.
  static let bigDataViewer =
    common + """
      import shutil
      def setup_xml(number, unit):
          return (f'<ViewSetup><id>{number}</id><name>setup {number}</name><size>18 21 9</size><voxelSize><unit>{unit}</unit>'
                  '<size>0.5 1.5 2.0</size></voxelSize><attributes><channel>0</channel></attributes></ViewSetup>')
      def write(name, dtype, unit, setups=4):
          with h5py.File(name + '.h5', 'w') as f:
              for s in range(setups):
                  g = f.create_group(f's{s:02d}'); g['resolutions'] = np.array([[1., 1, 1], [2, 2, 1]]); g['subdivisions'] = np.array([[8, 8, 4]] * 2, 'i4')
                  if dtype != 'uint16': g.attrs['dataType'] = np.bytes_(dtype)
                  for t in range(2):
                      v = pattern(dtype, (9, 21, 18)); stored = v.view('i2') if dtype == 'uint16' else v
                      f.create_dataset(f't{t:05d}/s{s:02d}/0/cells', data=stored, chunks=(4, 8, 8), compression='gzip')
                      f.create_dataset(f't{t:05d}/s{s:02d}/1/cells', data=stored[:, ::2, ::2], chunks=(4, 8, 8), compression='gzip')
                      size = 'none' if unit == 'pixel' else '2,1.5,0.5'
                      expect(name + '.h5', v, '', s, t, size); expect(name + '.xml', v, '', s, t, size)
          open(name + '.xml', 'w').write(
              '<?xml version="1.0" encoding="UTF-8"?>\\n<!-- a & b in a comment --><SpimData version="0.2">\\n  <BasePath type="relative">.</BasePath>'
              f'<SequenceDescription><ImageLoader format="bdv.hdf5"><hdf5 type="relative">{name}.h5</hdf5></ImageLoader><ViewSetups>'
              + ''.join(setup_xml(s, unit) for s in reversed(range(setups)))
              + '<Attributes name="channel"><Channel><id>0</id><name>0</name></Channel></Attributes></ViewSetups>'
              '<Timepoints type="range"><first>0</first><last>1</last></Timepoints></SequenceDescription>'
              '<ViewRegistrations><ViewRegistration timepoint="0" setup="0"><ViewTransform type="affine"><affine>1 0 0 0 0 1 0 0 0 0 1 0</affine>'
              '</ViewTransform></ViewRegistration></ViewRegistrations></SpimData>')
      write('uint16', 'uint16', 'micrometer'); write('uint8', 'uint8', 'pixel'); write('float32', 'float32', 'µm')
      def bare(name, stored, dtype, attribute=None, setups=('s00',), times=('t00000',)):
          with h5py.File(name, 'w') as f:
              for s in setups:
                  g = f.create_group(s); g['resolutions'] = np.ones((1, 3)); g['subdivisions'] = np.full((1, 3), 8, 'i4')
                  if attribute: g.attrs['dataType'] = attribute
              for ti, t in enumerate(times):
                  for si, s in enumerate(setups):
                      v = pattern(dtype, (9, 21, 18))
                      f.create_dataset(f'{t}/{s}/0/cells', data=v.view(stored), chunks=(4, 8, 8), compression='gzip')
                      expect(name, v, '', si, ti, 'none')
      bare('legacy.h5', 'i2', 'u2'); bare('real.h5', 'u2', 'u2'); bare('said.h5', 'i2', 'i2', 'int16')
      bare('said16.h5', 'i2', 'u2', np.bytes_('uint16')); bare('byte.h5', 'u1', 'u1', 'uint8')
      bare('gaps.h5', 'u2', 'u2', None, ('s03', 's07', 's12'), ('t00002', 't00010'))
      bare('many.h5', 'u2', 'u2', None, ('s99', 's100'), ('t99999', 't100000'))
      # Split over partitions, whose views have numbers of their own: one linked by absolute path, one by a path that has
      # moved, one by its name.
      os.mkdir('split')
      with h5py.File('split/whole.h5', 'w') as f:
          for s, path in enumerate([os.path.abspath('split/whole-00-00.h5'), '/long/gone/whole-00-01.h5', 'whole-00-02.h5']):
              g = f.create_group(f's{s:02d}'); g['resolutions'] = np.ones((1, 3)); g['subdivisions'] = np.full((1, 3), 8, 'i4')
              for t in range(2): f[f't{t:05d}/s{s:02d}/0/cells'] = h5py.ExternalLink(path, f'/t{t:05d}/s00/0/cells')
              with h5py.File(f'split/whole-00-0{s}.h5', 'w') as part:
                  for t in range(2):
                      v = pattern('u2', (9, 21, 18)) + np.uint16(s * 2 + t); v.flat[0] = s * 2 + t
                      part.create_dataset(f't{t:05d}/s00/0/cells', data=v.view('i2'), chunks=(4, 8, 8), compression='gzip')
                      expect('split/whole.h5', v, '', s, t, '2,1.5,0.5'); expect('split/whole.xml', v, '', s, t, '2,1.5,0.5')
      open('split/whole.xml', 'w').write(open('uint16.xml').read().replace('uint16.h5', 'whole.h5'))
      os.mkdir('moved'); shutil.copy('uint16.h5', 'moved/other.h5')
      xml = open('uint16.xml').read().replace('uint16.h5', '../moved/other.h5')
      open('moved/elsewhere.xml', 'w').write(xml.replace('<BasePath type="relative">.', '<BasePath type="relative">../moved'))
      v = h5py.File('uint16.h5')['t00001/s02/0/cells'][()].view('u2'); expect('moved/elsewhere.xml', v, '', 2, 1, '2,1.5,0.5')
      open('moved/other.xml', 'w').write(xml.replace('other.h5', 'third.h5')); expect('moved/other.h5', v, '', 2, 1, 'none')
      print('\\n'.join(lines))
      """

  /// Files that must be refused.
  static let refused =
    common + """
      v = pattern('u2', (6, 8, 10))
      with h5py.File('inside.h5', 'w') as f: f['a/b'] = v
      with h5py.File('linked.h5', 'w') as f:
          f['image'] = h5py.ExternalLink('inside.h5', '/a/b'); f['deep/image'] = h5py.ExternalLink('inside.h5', '/a')
          f['soft'] = h5py.SoftLink('/image'); f['dangling'] = h5py.SoftLink('/nowhere')
      with h5py.File('partitioned.h5', 'w') as f: f['t00000/s00/0/cells'] = h5py.ExternalLink('/gone/partitioned-00-00.h5', '/a/b')
      with h5py.File('circular.h5', 'w') as f: f['t00000/s00/0/cells'] = h5py.ExternalLink('circular.h5', '/t00000/s00/0/cells')
      with h5py.File('emptied.h5', 'w') as f: f['t00000/s00/0/cells'] = h5py.ExternalLink('inside.h5', '/a/c')
      with h5py.File('virtual.h5', 'w') as f:
          layout = h5py.VirtualLayout((6, 8, 10), 'u2'); layout[:] = h5py.VirtualSource('inside.h5', 'a/b', v.shape); f.create_virtual_dataset('v', layout)
      with h5py.File('outside.h5', 'w') as f: f.create_dataset('o', data=v, external=[('outside.bin', 0, v.nbytes)])
      with h5py.File('several.h5', 'w') as f:
          for i in range(15): f[f'group/d{i:02d}'] = v
      with h5py.File('none.h5', 'w') as f: f['plane'] = v[0]; f['words'] = ['a', 'b']; f['complex'] = v.astype('c8'); f['empty'] = np.zeros((0, 3, 3), 'u2')
      with h5py.File('six.h5', 'w') as f: f['d'] = v.reshape(2, 3, 2, 2, 2, 10)
      for name, options in dict(scaleoffset=dict(scaleoffset=0), blosc2=hdf5plugin.Blosc2(), bits=hdf5plugin.Bitshuffle()).items():
          with h5py.File(f'{name}.h5', 'w') as f: f.create_dataset('d', data=v, chunks=(3, 4, 5), **options)
      import struct
      known, other = (struct.pack('<5I', 0, 4, 2, 0, number) for number in (2, 9))
      raw = open('bits.h5', 'rb').read(); assert raw.count(known) == 1; open('otherbits.h5', 'wb').write(raw.replace(known, other))
      with h5py.File('negative.h5', 'w') as f: f.create_dataset('d', (6, 8, 10), 'i4', chunks=(3, 4, 5), fillvalue=-1)
      with h5py.File('padded.ims', 'w') as f:
          g = f.create_group('DataSet/ResolutionLevel 0/TimePoint 0/Channel 0'); g['Data'] = v
          for axis in 'XYZ': g.attrs['ImageSize' + axis] = np.array([b'9', b'9'], 'S1')
      with h5py.File('words.ims', 'w') as f:
          g = f.create_group('DataSet/ResolutionLevel 0/TimePoint 0/Channel 0'); g['Data'] = v
          for axis in 'XYZ': g.attrs['ImageSize' + axis] = np.array([b'n', b'o'], 'S1')
      head = '<?xml version="1.0"?>\\n<SpimData version="0.2"><BasePath type="relative">.</BasePath><SequenceDescription>'
      open('n5.xml', 'w').write(head + '<ImageLoader format="bdv.n5"><n5>a.n5</n5></ImageLoader></SequenceDescription></SpimData>')
      open('torn.xml', 'w').write(head + '<ImageLoader format="bdv.hdf5"><hdf5 type="relative">inside')
      open('lost.xml', 'w').write(head + '<ImageLoader format="bdv.hdf5"><hdf5 type="relative">lost.h5</hdf5></ImageLoader></SequenceDescription></SpimData>')
      open('wrong.xml', 'w').write(head + '<ImageLoader format="bdv.hdf5"><hdf5 type="relative">inside.h5</hdf5></ImageLoader></SequenceDescription></SpimData>')
      """

  /// Small files to be damaged: one for each format, chunked and compressed, with old and new indices.
  static let small =
    common + """
      packings = dict(lzf=dict(compression='lzf', shuffle=True), szip=dict(compression='szip', compression_opts=('nn', 8)),
                      bits=hdf5plugin.Bitshuffle(nelems=16), zstdbits=hdf5plugin.Bitshuffle(nelems=64, cname='zstd'),
                      plainbits=hdf5plugin.Bitshuffle(cname='none'))
      for name, options in dict(old={}, new=dict(libver=('v110', 'v110'))).items():
          with h5py.File(name + '.ims', 'w', **options) as f:
              g = f.create_group('DataSet/ResolutionLevel 0/TimePoint 0/Channel 0')
              g.create_dataset('Data', data=pattern('u2', (8, 16, 16)), chunks=(4, 8, 8), compression='gzip', shuffle=True, maxshape=(None, 16, 16))
              for axis, n in zip('ZYX', ('7', '13', '16')): g.attrs['ImageSize' + axis] = np.array([n[i:i+1] for i in range(len(n))], 'S1')
              f.create_group('DataSetInfo/Image').attrs['Unit'] = 'um'
              for i in range(3): f['DataSetInfo/Image'].attrs[f'ExtMin{i}'] = '0'; f['DataSetInfo/Image'].attrs[f'ExtMax{i}'] = '10'
          with h5py.File(name + '.h5', 'w', **options) as f:
              f.create_dataset('t00000/s00/0/cells', data=pattern('i2', (8, 16, 16)), chunks=(4, 8, 8), fletcher32=True, **hdf5plugin.LZ4(nbytes=100))
              f.create_group('s00').attrs['dataType'] = 'uint16'
          # Without a checksum, so that the decoders see the damage.
          for filter, packed in packings.items():
              with h5py.File(f'{name}_{filter}.h5', 'w', **options) as f:
                  f.create_dataset('t00000/s00/0/cells', data=pattern('u2', (8, 16, 18)), chunks=(4, 8, 9), **packed)
          with h5py.File(name + '_flat.h5', 'w', **options) as f: f['a/volume'] = pattern('f4', (5, 6, 7))
          with h5py.File(name + '_compact.h5', 'w', **options) as f:
              create = h5py.h5p.create(h5py.h5p.DATASET_CREATE); create.set_layout(h5py.h5d.COMPACT)
              d = h5py.h5d.create(f.id, b'v', h5py.h5t.STD_U16BE, h5py.h5s.create_simple((3, 5, 7)), create)
              d.write(h5py.h5s.ALL, h5py.h5s.ALL, pattern('u2', (3, 5, 7)))
      """
}
