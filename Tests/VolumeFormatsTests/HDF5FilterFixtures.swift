extension HDF5Fixtures {
  /// LZF, szip and bitshuffle: every size of element, chunks of few and many blocks that reach beyond the dataset, data
  /// that do not compress, and the filters' own parameters.
  static let filters =
    common + """
      def szip(kind, block): return dict(compression='szip', compression_opts=(kind, block))
      bits = hdf5plugin.Bitshuffle
      small = {
          'lzf': dict(compression='lzf'), 'lzf_shuffle': dict(compression='lzf', shuffle=True),
          'lzf_all': dict(compression='lzf', shuffle=True, fletcher32=True),
          'szip': szip('nn', 8), 'szip_ec': szip('ec', 32), 'szip_two': szip('nn', 2), 'szip_shuffle': dict(shuffle=True, **szip('nn', 16)),
          'szip_all': dict(shuffle=True, fletcher32=True, **szip('ec', 4)),
          'bits': bits(), 'bits_zstd': bits(cname='zstd'), 'bits_none': bits(cname='none'),
          'bits8': bits(nelems=8), 'bits8_zstd': bits(nelems=8, cname='zstd'), 'bits8_none': bits(nelems=8, cname='none'),
          'bits24': bits(nelems=24), 'bits40_zstd': bits(nelems=40, cname='zstd', clevel=9), 'bits4096': bits(nelems=4096),
          'bits_all': dict(shuffle=True, fletcher32=True, **bits(nelems=16)),
          'bits_none_all': dict(shuffle=True, fletcher32=True, **bits(cname='none')),
      }
      masks = {}
      with h5py.File('small.h5', 'w') as f:
          for kind in ['u1', '<u2', '>u2', '<i2', '<f4', '>f4', '<f8']:
              v = pattern(np.dtype(kind).newbyteorder('='), (7, 23, 19))
              for chunks in [(3, 8, 5), (3, 7, 5)]:
                  for name, options in small.items():
                      n = f'{name}/{kind}/{chunks[1]}'
                      d = f.create_dataset(n, data=v.astype(kind), dtype=kind, chunks=chunks, **options)
                      masks.setdefault(name, set()).update(d.id.get_chunk_info(i).filter_mask for i in range(d.id.get_num_chunks()))
                      expect('small.h5', v, n)
          # Fewer elements than bitshuffle takes at once.
          v = pattern('u2', (2, 4, 3)); f.create_dataset('few', data=v, chunks=(1, 2, 3), **bits()); expect('small.h5', v, 'few')
          # A chunk tells the size of its blocks itself.
          v = pattern('u2', (6, 8, 9))
          source = f.create_dataset('blocks/source', data=v, chunks=(6, 8, 9), **bits(nelems=16))
          d = f.create_dataset('blocks/other', v.shape, 'u2', chunks=v.shape, **bits(nelems=64))
          d.id.write_direct_chunk((0, 0, 0), source.id.read_direct_chunk((0, 0, 0))[1]); expect('small.h5', v, 'blocks/other')
      # What did not become smaller by LZF is stored without it.
      assert masks['lzf'] == {0, 1} and masks['lzf_all'] == {0, 2}, masks
      assert masks['bits8'] == masks['bits'] == {0}, masks
      def smooth(kind, shape):
          z, y, x = np.indices(shape)
          values = 100 + 60 * np.sin(z / 5) * np.cos(y / 9) + x / 2 + rng.normal(scale=3, size=shape)
          return values.clip(0, 255).astype(kind)
      large = {
          'lzf': dict(compression='lzf', shuffle=True), 'szip': szip('nn', 32), 'szip_ec': szip('ec', 16),
          'bits': bits(), 'bits_zstd': bits(cname='zstd'), 'bits_none': bits(cname='none'), 'bits1000': bits(nelems=1000),
      }
      with h5py.File('large.h5', 'w') as f:
          for kind in ['u1', '<u2', '>i2', '<f4', '<f8']:
              native = np.dtype(kind).newbyteorder('=')
              for form, v in dict(smooth=smooth(native, (18, 60, 101)), random=pattern(native, (18, 60, 101))).items():
                  for name, options in large.items():
                      n = f'{form}/{name}/{kind}'
                      f.create_dataset(n, data=v.astype(kind), dtype=kind, chunks=(16, 33, 50), **options); expect('large.h5', v, n)
          # Rows that are longer than szip's longest scanline.
          for block in (8, 32):
              v = smooth('u2', (2, 3, 5000)); n = f'long{block}'
              f.create_dataset(n, data=v, chunks=(1, 2, 4999), **szip('nn', block)); expect('large.h5', v, n)
      print('\\n'.join(lines))
      """
}
