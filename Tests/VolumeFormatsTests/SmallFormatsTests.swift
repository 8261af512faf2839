import Files
import Foundation
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import VolumeFormats
import Voxels

/// Analyze images, archives of NumPy, half precision in HDF5 and NumPy, BigStitcher's datasets, and what is not read.
@Suite struct SmallFormatsTests {
  @Test(.needsPeers) func analyzeAndPairsOfFiles() throws {
    try checkPeerFiles(
      """
      import gzip
      v = {t: pattern(t) for t in ('u1', 'i2', 'i4', 'f4', 'f8')}
      for t, w in v.items():
          for order in '<>':
              for kind, cls, header in [('analyze', nib.AnalyzeImage, nib.AnalyzeHeader), ('pair', nib.Nifti1Pair, nib.nifti1.Nifti1PairHeader)]:
                  h = header(endianness=order); h.set_data_dtype(np.dtype(t).newbyteorder(order))
                  image = cls(w.T.astype(np.dtype(t).newbyteorder(order)), np.diag([1.5e-3, 2e-3, 4e-3, 1]), h)
                  if kind == 'pair': image.header.set_xyzt_units('mm')
                  stem = f'{kind}_{t}_{"le" if order == "<" else "be"}'
                  nib.save(image, stem + '.img')
                  assert np.array_equal(np.asarray(nib.load(stem + '.img').dataobj).T, w)
                  expect(stem + '.hdr', w, size='4,2,1.5'); expect(stem + '.img', w, size='4,2,1.5')
      scaled = nib.Spm99AnalyzeImage(v['i2'].T, np.eye(4)); scaled.header['scl_slope'] = 0.25
      scaled.to_filename('spm.img'); d = bytearray(open('spm.hdr', 'rb').read()); d[112:116] = np.float32(0.25).tobytes(); open('spm.hdr', 'wb').write(d)
      expect('spm.hdr', (v['i2'] * 0.25).astype('f4'))
      """, least: 40)
  }

  @Test(.needsPeers) func archivesAndHalfPrecision() throws {
    try checkPeerFiles(
      """
      import h5py, hdf5plugin
      v = pattern('u2', (4, 37, 29)); half = rng.normal(size=(4, 37, 29)).astype('f2')
      np.savez('one.npz', v); expect('one.npz', v)
      np.savez_compressed('packed.npz', image=v); expect('packed.npz', v); expect('packed.npz', v, dataset='image')
      np.savez_compressed('two.npz', image=v, label=half); expect('two.npz', v, dataset='image'); expect('two.npz', half.astype('f4'), dataset='label')
      np.savez('fortran.npz', np.asfortranarray(v)); expect('fortran.npz', v)
      np.save('half.npy', half); expect('half.npy', half.astype('f4'))
      np.save('half_be.npy', half.astype('>f2')); expect('half_be.npy', half.astype('f4'))
      for order in '<>':
          for name, options in [('contiguous', {}), ('gzip', dict(chunks=(2, 16, 16), compression='gzip', shuffle=True)), ('zstd', dict(chunks=(3, 20, 20), **hdf5plugin.Zstd())), ('fill', dict(chunks=(2, 16, 16), fillvalue=1.5))]:
              n = f'half_{"le" if order == "<" else "be"}_{name}.h5'
              with h5py.File(n, 'w') as f:
                  d = f.create_dataset('v', half.shape, np.dtype('f2').newbyteorder(order), **options)
                  d.attrs['element_size_um'] = np.array([4, 2, 1.5], 'f4' if order == '<' else 'f8')
                  w = half.copy()
                  if name == 'fill': w[:] = 1.5; w[:2, :16, :16] = half[:2, :16, :16]; d[:2, :16, :16] = half[:2, :16, :16]
                  else: d[...] = half
              expect(n, w.astype('f4'), size='4,2,1.5')
      """, least: 14)
  }

  @Test(.needsPeers) func datasetsOfBigStitcher() throws {
    try checkPeerFiles(
      """
      import h5py, json, zarr
      def xml(n, loader, image, setups, views='', size='1.5 2.0 4.0', unit='µm'):
          text = '<?xml version="1.0" encoding="UTF-8"?><SpimData version="0.2"><BasePath type="relative">.</BasePath><SequenceDescription>'
          text += f'<ImageLoader format="{loader}" version="1.0">{image}{views}</ImageLoader><ViewSetups>'
          for s in setups: text += f'<ViewSetup><id>{s}</id><voxelSize><unit>{unit}</unit><size>{size}</size></voxelSize></ViewSetup>'
          open(n, 'w', encoding='utf-8').write(text + '</ViewSetups></SequenceDescription></SpimData>')
      v = pattern('u2', (2, 4, 37, 29))
      with h5py.File('a.h5', 'w') as f:
          for s in range(2): f.create_dataset(f't00000/s{s:02d}/0/cells', data=v[s])
      xml('a.xml', 'bdv.hdf5', '<hdf5 type="relative">a.h5</hdf5>', (0, 1))
      xml('unknown.xml', 'bdv.hdf5', '<hdf5 type="relative">a.h5</hdf5>', (0, 1), size='1.0 1.0 1.0')
      for s in range(2): expect('a.xml', v[s], s, size='4,2,1.5'); expect('unknown.xml', v[s], s)
      # OME-Zarr images of BigStitcher: one for each setup and time point.
      views = '<zgroups>'
      for s in range(2):
          g = zarr.open_group(f'a.ome.zarr/s{s}-t0.zarr', mode='w', zarr_format=2)
          g.create_array('0', data=v[s][None, None], chunks=(1, 1, 2, 16, 16), chunk_key_encoding={'name': 'v2', 'separator': '/'})
          g.attrs['multiscales'] = [{'version': '0.4', 'name': 'x', 'axes': [{'name': 't', 'type': 'time'}, {'name': 'c', 'type': 'channel'}] + [{'name': a, 'type': 'space'} for a in 'zyx'],
              'datasets': [{'path': '0', 'coordinateTransformations': [{'type': 'scale', 'scale': [1.0] * 5}]}]}]
          views += f'<zgroup setup="{s}" timepoint="0" path="s{s}-t0.zarr" indicies="0 0"/>'
      xml('z.xml', 'bdv.multimg.zarr', '<zarr type="relative">a.ome.zarr</zarr>', (0, 1), views + '</zgroups>')
      for s in range(2): expect('z.xml', v[s], s, size='4,2,1.5')
      # N5 of BigStitcher, written chunk by chunk: mode, axes, sizes, then big-endian voxels.
      import os, struct
      for s in range(2):
          p = f'a.n5/setup{s}/timepoint0/s0'; os.makedirs(p + '/0/0')
          json.dump({'n5': '2.5.0'}, open('a.n5/attributes.json', 'w'))
          json.dump({'downsamplingFactors': [[1, 1, 1]], 'dataType': 'uint16'}, open(f'a.n5/setup{s}/attributes.json', 'w'))
          json.dump({'resolution': [1, 1, 1], 'saved_completely': True}, open(f'a.n5/setup{s}/timepoint0/attributes.json', 'w'))
          json.dump({'dimensions': [29, 37, 4], 'blockSize': [29, 37, 4], 'dataType': 'uint16', 'compression': {'type': 'raw'}, 'downsamplingFactors': [1, 1, 1]}, open(p + '/attributes.json', 'w'))
          open(p + '/0/0/0', 'wb').write(struct.pack('>HHIII', 0, 3, 29, 37, 4) + v[s].astype('>u2').tobytes())
      xml('n.xml', 'bdv.n5', '<n5 type="relative">a.n5</n5>', (0, 1))
      for s in range(2): expect('n.xml', v[s], s, size='4,2,1.5')
      """, least: 8)
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    _ = try peers.run(
      """
      import os, sys, h5py, numpy as np
      os.chdir(sys.argv[1])
      with h5py.File('a.h5', 'w') as f: f.create_dataset('t00000/s00/0/cells', data=np.zeros((4, 5, 6), 'u2'))
      with h5py.File('flat.h5', 'w') as f: f['table'] = np.zeros((4, 5)); f['words'] = ['a', 'b']
      """, arguments: [directory.path])
    func xml(_ loader: String) -> String {
      "<SpimData version=\"0.2\"><BasePath type=\"relative\">.</BasePath><SequenceDescription><ImageLoader format=\"\(loader)\"><hdf5 type=\"relative\">a.h5</hdf5></ImageLoader><ViewSetups><ViewSetup><id>0</id><voxelSize><unit>um</unit><size>1.0 1.0 1.0</size></voxelSize></ViewSetup></ViewSetups></SequenceDescription></SpimData>"
    }
    try publish(xml("bdv.hdf5"), to: directory.file("a.xml"))
    try publish(xml("spimreconstruction.filemap2"), to: directory.file("tiles.xml"))
    for name in ["a.xml", "a.h5"] {
      let description = try openVolume(directory.file(name)).description
      #expect(description.voxelSizeInMicrometres == nil)
      #expect(description.remarks.contains { $0.contains("1 × 1 × 1, as BigStitcher does") }, "\(description.remarks)")
    }
    #expect(fault { _ = try openVolume(directory.file("tiles.xml")) }?.message.contains("resave the dataset") == true)
    let flat = fault { _ = try openVolume(directory.file("flat.h5")) }?.message
    #expect(flat?.contains("found /table of 4 × 5 float64, /words, which is not of numbers") == true, "\(flat ?? "")")
  }

  /// Every file that is recognised and not read says what it is and what would work.
  @Test(.needsPeers) func foreignFilesAreNamed() throws {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    _ = try peers.run(
      """
      import os, sys, io, zipfile, tarfile, bz2, gzip, lzma, pickle, numpy as np, imageio, tifffile, imagecodecs, SimpleITK as sitk
      os.chdir(sys.argv[1])
      plane = (np.arange(600) % 251).astype('u1').reshape(20, 30)
      for suffix in ('png', 'jpg', 'gif', 'bmp'): imageio.v2.imwrite(f'a.{suffix}', plane)
      open('a.jp2', 'wb').write(imagecodecs.jpeg2k_encode(plane))
      image = sitk.GetImageFromArray(plane.astype('u2')); sitk.WriteImage(image, 'a.dcm')
      open('a.czi', 'wb').write(b'ZISRAWFILE' + bytes(500)); open('a.nd2', 'wb').write(bytes.fromhex('dacebe0a') + bytes(500))
      open('a.lif', 'wb').write(bytes.fromhex('70000000') + bytes([9, 0, 0, 0, 0x2a]) + bytes(500))
      open('a.oib', 'wb').write(bytes.fromhex('d0cf11e0a1b11ae1') + bytes(500))
      with zipfile.ZipFile('a.zip', 'w') as z: z.writestr('planes/z1.tif', b'x'); z.writestr('readme.txt', b'y')
      with zipfile.ZipFile('a.ozx', 'w') as z: z.writestr('zarr.json', b'{}'); z.writestr('0/zarr.json', b'{}')
      with zipfile.ZipFile('a.pth', 'w') as z: z.writestr('archive/data.pkl', b'{}')
      with tarfile.open('a.tar', 'w') as t: t.add('a.png')
      tifffile.imwrite('a.tif', plane)
      for name, opened in (('gz', gzip.open), ('bz2', bz2.open), ('xz', lzma.open)):
          with opened('a.tif.' + name, 'wb') as f: f.write(open('a.tif', 'rb').read())
      pickle.dump(plane, open('a.pkl', 'wb'))
      np.savez('a.npz', a=plane, b=plane)
      open('zarr.json', 'w').write('{"zarr_format": 3}')
      open('a.xyz', 'wb').write(bytes(range(200, 232)))
      for name in ('a.raw', 'a.klb', 'a.sld', 'a.mrc', 'b.ims'): open(name, 'wb').write(bytes(range(200, 232)) * 40)
      open('a.oir', 'wb').write(b'OLYMPUSRAWFORMAT' + bytes(500))
      tifffile.imwrite('a.vsi', plane); tifffile.imwrite('a.ims', plane)
      open('a.jxl', 'wb').write(imagecodecs.jpegxl_encode(plane)); open('a.webp', 'wb').write(imagecodecs.webp_encode(np.stack([plane] * 3, -1)))
      """, arguments: [directory.path])
    for (name, words) in [
      ("a.png", ["PNG", "directory of its planes"]), ("a.jpg", ["JPEG"]), ("a.gif", ["GIF"]), ("a.bmp", ["BMP"]),
      ("a.jp2", ["JPEG 2000"]), ("a.dcm", ["DICOM", "dcm2niix"]), ("a.czi", ["CZI", "bioformats2raw"]),
      ("a.nd2", ["ND2"]), ("a.lif", ["LIF"]), ("a.oib", ["Olympus"]),
      ("a.zip", ["zip archive", "planes/z1.tif", "unpack"]),
      ("a.ozx", ["zarr.json", "zarr_format 3 was expected"]), ("a.pth", ["PyTorch", "--model"]),
      ("a.tar", ["tar archive"]),
      ("a.tif.gz", ["gzip", "unpack"]), ("a.tif.bz2", ["bzip2"]), ("a.tif.xz", ["xz"]),
      ("a.pkl", ["pickle", "numpy.save"]),
      ("a.npz", ["--dataset", "a, b"]), ("zarr.json", ["metadata of a Zarr", "directory"]), ("a.xyz", ["c8 c9 ca"]),
      ("a.raw", ["without a header", ".mhd"]), ("a.klb", [".klb", "bioformats2raw"]), ("a.sld", [".sld"]),
      ("a.mrc", ["MRC", "mrc2tif"]), ("a.oir", ["OIR", "bioformats2raw"]), ("a.vsi", ["VSI", "folder beside it"]),
      ("a.ims", ["Imaris", "version 5.5"]), ("b.ims", ["Imaris", "version 5.5"]),
      ("a.jxl", ["JPEG XL", "without loss"]),
      ("a.webp", ["WebP"]),
    ] {
      let fault = fault { _ = try openVolume(directory.file(name)) }
      #expect(fault?.kind == (name == "a.npz" ? .usage : .badData), "\(name): \(fault?.message ?? "no fault")")
      for word in words { #expect(fault?.message.contains(word) == true, "\(name): \(fault?.message ?? "no fault")") }
    }
  }
}
