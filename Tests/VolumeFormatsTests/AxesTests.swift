import Files
import PeerEnvironment
import Scratch
import Testing
import VolumeFormats
import Voxels

/// Arrays whose axes have names, in every order, written by zarr-python and h5py.
@Suite struct AxesTests {
  @Test func namedAxesInEveryOrder() throws {
    try checkPeerFiles(
      """
      import itertools, json, warnings
      warnings.simplefilter('ignore')
      import zarr, h5py
      def several(names, lengths): return dict(zip(names, lengths))
      def check(name, array, names, **more):
          # The volume (z, y, x) of each channel and time point.
          index = {n: i for i, n in enumerate(names)}
          for c in range(array.shape[index['c']] if 'c' in index else 1):
              for t in range(array.shape[index['t']] if 't' in index else 1):
                  v = array
                  rest = list(names)
                  for n, number in (('c', c), ('t', t)):
                      if n in rest: v = v.take(number, axis=rest.index(n)); rest.remove(n)
                  if 'z' not in rest: v = v[None]; rest.insert(0, 'z')
                  expect(name, v.transpose([rest.index(n) for n in 'zyx']), c, t, **more)
      sizes = {'z': 4, 'y': 17, 'x': 13, 'c': 3, 't': 2}
      chunks = {'z': 3, 'y': 5, 'x': 4, 'c': 2, 't': 1}
      orders = list(itertools.permutations('zyx')) + [tuple(s) for s in ('zyxc', 'czyx', 'tzyx', 'tczyx', 'yx', 'xyct', 'xyzct', 'zcyx', 'tzcyx', 'yxc')]
      spelled = {'z': ['z', 'Z', 'depth'], 'y': ['y', 'Y', 'row'], 'x': ['x', 'X', 'column'], 'c': ['c', 'channel', 'Ch'], 't': ['t', 'time', 'T']}
      for number, names in enumerate(orders):
          shape = tuple(sizes[n] for n in names); cut = tuple(chunks[n] for n in names)
          v = pattern('u2', shape)
          words = [spelled[n][number % 3] for n in names]
          n = f'v3_{"".join(names)}'
          zarr.create_array(n, shape=shape, chunks=cut, dtype='uint16', dimension_names=words)[...] = v
          check(n, v, names)
          n = f'sharded_{"".join(names)}'
          zarr.create_array(n, shape=shape, chunks=cut, shards=tuple(2 * k for k in cut), dtype='uint16', dimension_names=words)[...] = v
          check(n, v, names)
          n = f'v2_{"".join(names)}'
          a = zarr.create_array(n, shape=shape, chunks=cut, dtype='uint16', zarr_format=2, attributes={'_ARRAY_DIMENSIONS': words}); a[...] = v
          check(n, v, names)
          # OME-Zarr: the group names the axes.
          units = {'z': 4.0, 'y': 2.0, 'x': 1.5}
          for version, form in (('0.4', 2), ('0.5', 3)):
              n = f'ome{form}_{"".join(names)}'
              multiscales = [{'version': version, 'axes': [{'name': k, 'type': {'c': 'channel', 't': 'time'}.get(k, 'space'), **({'unit': 'micrometer'} if k in 'zyx' else {})} for k in names],
                  'datasets': [{'path': '0', 'coordinateTransformations': [{'type': 'scale', 'scale': [units.get(k, 1.0) for k in names]}]}]}]
              g = zarr.create_group(n, zarr_format=form, attributes={'multiscales': multiscales} if form == 2 else {'ome': {'version': version, 'multiscales': multiscales}})
              more = {} if form == 2 else {'dimension_names': list(names)}
              g.create_array('0', shape=shape, chunks=cut, dtype='uint16', **more)[...] = v
              check(n, v, names, size='4,2,1.5' if 'z' in names else None)
          if len(names) < 3: continue
          for kind, options in (('contiguous', {}), ('chunked', {'chunks': cut, 'compression': 'gzip'})):
              n = f'labels_{kind}_{"".join(names)}.h5'
              with h5py.File(n, 'w') as f:
                  d = f.create_dataset('volume', data=v, **options)
                  for i, word in enumerate(words): d.dims[i].label = word
              check(n, v, names)
              n = f'tags_{kind}_{"".join(names)}.h5'
              with h5py.File(n, 'w') as f:
                  d = f.create_dataset('exported_data', data=v, **options)
                  d.attrs['axistags'] = json.dumps({'axes': [{'key': k, 'typeFlags': 2, 'resolution': 0, 'description': ''} for k in names]})
              check(n, v, names)
      # Without names: by position, a short last axis for channels.
      for t, shape, names in (('c_first', (3, 6, 17, 13), 'czyx'), ('c_last', (6, 17, 13, 3), 'zyxc'), ('all', (2, 3, 6, 17, 13), 'tczyx')):
          v = pattern('u2', shape)
          np.save(f'{t}.npy', v); check(f'{t}.npy', v, names)
          np.save(f'{t}_f.npy', np.asfortranarray(v)); check(f'{t}_f.npy', v, names)
          zarr.create_array(f'plain_{t}', shape=shape, chunks=tuple(max(1, k // 2) for k in shape), dtype='uint16')[...] = v
          check(f'plain_{t}', v, names)
          with h5py.File(f'plain_{t}.h5', 'w') as f: f.create_dataset('v', data=v, chunks=True)
          check(f'plain_{t}.h5', v, names)
      # Further axes of length 1 do not matter.
      v = pattern('u2', (1, 1, 4, 17, 13))
      zarr.create_array('single', shape=v.shape, chunks=v.shape, dtype='uint16', dimension_names=['position', 'phase', 'z', 'y', 'x'])[...] = v
      expect('single', v[0, 0])
      """, least: 200)
  }

  /// Images of OME-Zarr 0.1 to 0.3, whose axes are implied or mere names and which tell no sizes, and of the drafts of 0.6.
  @Test func everyVersionOfOMEZarr() throws {
    try checkPeerFiles(
      """
      import warnings
      warnings.simplefilter('ignore')
      import zarr
      v = pattern('u2', (2, 3, 4, 17, 13))
      def write(name, form, attributes, **more):
          g = zarr.create_group(name, zarr_format=form, attributes=attributes)
          g.create_array('0', shape=v.shape, chunks=(1, 1, 4, 8, 8), dtype='uint16', **more)[...] = v
          for c in range(3):
              for t in range(2): expect(name, v[t, c], c, t, size=None if form == 2 else '4,2,1.5')
      old = {'datasets': [{'path': '0'}]}
      for version in ('0.1', '0.2'): write('v' + version, 2, {'multiscales': [{'version': version} | old]})
      write('unversioned', 2, {'multiscales': [old]})
      write('v0.3', 2, {'multiscales': [{'version': '0.3', 'axes': list('tczyx')} | old]})
      axes = [{'name': k, 'type': {'c': 'channel', 't': 'time'}.get(k, 'space'), **({'unit': 'micrometer'} if k in 'zyx' else {})} for k in 'tczyx']
      scale = {'type': 'scale', 'scale': [1.0, 1.0, 4.0, 2.0, 1.5], 'input': '0', 'output': 'physical'}
      for name, steps in (('v0.6', [scale]), ('v0.6s', [{'type': 'sequence', 'input': '0', 'output': 'physical', 'transformations': [scale, {'type': 'translation', 'translation': [0, 0, 1, 1, 1]}]}])):
          write(name, 3, {'ome': {'version': '0.6.dev2', 'multiscales': [{'coordinateSystems': [{'name': 'physical', 'axes': axes}],
              'datasets': [{'path': '0', 'coordinateTransformations': steps}]}]}}, dimension_names=list('tczyx'))
      """, least: 36)
  }

  @Test func doubtsAndRefusals() throws {
    func axes(_ names: [String?]?, _ shape: [Int]) throws -> ArrayAxes { try ArrayAxes(names: names, shape: shape) }
    #expect(try axes(nil, [5, 20, 30]).doubts.isEmpty)
    #expect(try axes(["dim_0", "dim_1", "dim_2"], [5, 20, 30]).doubts.isEmpty)
    #expect(try axes(["phony_dim_0", "phony_dim_1", "phony_dim_2"], [5, 20, 30]).doubts.isEmpty)
    #expect(try axes(["lat", "lon", "alt"], [5, 20, 30]).doubts.count == 1)
    #expect(try axes(nil, [5, 20, 30, 40]).doubts.count == 1)
    #expect(try axes(nil, [1, 20, 30, 40]).doubts.isEmpty)
    #expect(try axes(nil, [20, 30, 40, 3]).doubts.first?.contains("the last") == true)
    #expect(try axes(["q", "y", "x"], [5, 20, 30]).z == 0)
    #expect(try axes(["q", "y", "x"], [5, 20, 30]).doubts.first?.contains("\"q\" is taken for z") == true)
    #expect(try axes(["angle", "z", "y", "x"], [5, 20, 30, 40]).channel == 0)
    #expect(try axes(["z", nil, "x"], [5, 20, 30]).y == 1)
    for (names, shape) in [
      (["z", "z", "y", "x"], [2, 3, 4, 5]), (["z", "y", "c"], [3, 4, 5]),
      (["p", "q", "z", "y", "x"], [2, 3, 4, 5, 6]),
    ] { #expect(throws: ArrayAxes.Problem.self) { try axes(names, shape) } }
    #expect(throws: ArrayAxes.Problem.self) { try axes(nil, [7]) }
    #expect(throws: ArrayAxes.Problem.self) { try axes(nil, [2, 3, 4, 5, 6, 7]) }
  }

  /// Every order of every number of axes: the volume comes back as it is, wherever its axes lie.
  @Test func everyPermutationIsFound() throws {
    let letters = ["z", "y", "x", "c", "t"]
    func permutations(_ items: [String]) -> [[String]] {
      if items.count <= 1 { return [items] }
      return items.indices.flatMap { index -> [[String]] in
        var rest = items
        let item = rest.remove(at: index)
        return permutations(rest).map { [item] + $0 }
      }
    }
    for count in 3...5 {
      for order in permutations(Array(letters.prefix(count))) {
        let shape = order.map { ["z": 4, "y": 5, "x": 6, "c": 2, "t": 3][$0]! }
        let found = try ArrayAxes(names: order, shape: shape)
        #expect(found.text == order.joined(separator: ", ") && found.doubts.isEmpty)
        let volume = found.volume(channel: found.channels - 1, timePoint: found.timePoints - 1)
        #expect(volume.extent(of: shape) == Extent(4, 5, 6))
        let position = volume.position(of: Coordinate(1, 2, 3))
        for (axis, letter) in order.enumerated() {
          #expect(position[axis] == ["z": 1, "y": 2, "x": 3, "c": 1, "t": 2][letter]!)
        }
      }
    }
  }
}
