import Files
import Foundation
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import VolumeFormats
import Voxels

@Suite struct OMETests {
  /// tifffile writes the planes; its own reader has to agree with what Sheaf is told to expect.
  private static let writer = """
    import itertools, uuid
    size = {'T': 2, 'C': 3, 'Z': 4}
    def expect_all(n, v, size=None, dataset=''):  # v: TCZYX
        for t in range(v.shape[0]):
            for c in range(v.shape[1]): expect(n, v[t, c], c, t, size, dataset)
    for axes in itertools.permutations('TCZ'):
        axes = ''.join(axes)
        v = pattern('u2', (*[size[a] for a in axes], 9, 11))
        n = f'order_{axes}.ome.tif'
        tifffile.imwrite(n, v, photometric='minisblack', bigtiff=axes[0] == 'C', metadata={
            'axes': axes + 'YX', 'PhysicalSizeX': 2, 'PhysicalSizeXUnit': 'µm', 'PhysicalSizeY': 4000,
            'PhysicalSizeYUnit': 'nm', 'PhysicalSizeZ': 0.003, 'PhysicalSizeZUnit': 'mm'})
        expect_all(n, v.transpose([axes.index(a) for a in 'TCZ'] + [3, 4]), '3,4,2')
    rgb = pattern('u1', (4, 9, 11, 3))
    tifffile.imwrite('rgb.ome.tif', rgb, photometric='rgb', metadata={'axes': 'ZYXS'})
    for c in range(3): expect('rgb.ome.tif', rgb[..., c], c)
    a, b = pattern('u2', (3, 9, 11)), pattern('u1', (5, 7, 8))
    with tifffile.TiffWriter('two.ome.tif') as f:
        f.write(a, photometric='minisblack', metadata={'axes': 'ZYX', 'Name': 'fine'})
        f.write(b, photometric='minisblack', metadata={'axes': 'ZYX', 'Name': 'coarse'})
    expect('two.ome.tif', a); expect('two.ome.tif', a, dataset='0'); expect('two.ome.tif', b, dataset='coarse')
    expect('two.ome.tif', b, dataset='1'); expect('two.ome.tif', b, dataset='Image:1')
    def xml(order, tiffdata, shape, uid='', images='', spp=1):  # shape: TCZYX
        t, c, z, y, x = shape
        return ('<?xml version="1.0" encoding="UTF-8"?><!-- a comment --><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"'
                f' UUID="urn:uuid:{uid}"><Image ID="Image:0" Name="µ &lt;one&gt;"><Pixels ID="Pixels:0" DimensionOrder="{order}" Type="uint16"'
                f' SizeX="{x}" SizeY="{y}" SizeZ="{z}" SizeC="{c}" SizeT="{t}" PhysicalSizeX="2" PhysicalSizeY="4" PhysicalSizeZ="3">'
                + ''.join(f'<Channel ID="Channel:0:{i}" SamplesPerPixel="{spp}"/>' for i in range(c // spp))
                + f'{tiffdata}</Pixels></Image>{images}</OME>')
    def write(n, planes, text):
        with tifffile.TiffWriter(n) as f:
            for i, plane in enumerate(planes):
                f.write(plane, photometric='minisblack', metadata=None, contiguous=False, description=text.encode() if i == 0 else None)
    def agree(n, v):
        found = tifffile.imread(n, squeeze=False)
        assert found.size == v.size and np.array_equal(np.sort(found.ravel()), np.sort(v.ravel())), n
    v = pattern('u2', (2, 3, 4, 9, 11))
    def plane(order, index):
        at = {}
        for letter in order[2:]:
            at[letter] = index % size[letter]; index //= size[letter]
        return v[at['T'], at['C'], at['Z']]
    n_planes = 24
    for order in ['XYZCT', 'XYCZT', 'XYTZC', 'XYZTC', 'XYCTZ', 'XYTCZ']:
        planes = [plane(order, i) for i in range(n_planes)]
        for kind, data in {
            'none': '', 'bare': '<TiffData/>', 'count': f'<TiffData IFD="0" PlaneCount="{n_planes}"/>',
            'self': f'<TiffData><UUID FileName="default_self_{order}.ome.tif">urn:uuid:me</UUID></TiffData>',
            'renamed': '<TiffData IFD="0" PlaneCount="24"><UUID FileName="gone.ome.tif">urn:uuid:me</UUID></TiffData>',
        }.items():
            n = f'default_{kind}_{order}.ome.tif'
            write(n, planes, xml(order, data, v.shape, 'me')); expect_all(n, v, '3,4,2')
            if kind != 'renamed': agree(n, v)
        # Every plane on its own, the pages in reverse.
        def element(i, extra=''):
            rest, at = i, {}
            for letter in order[2:]: at[letter] = rest % size[letter]; rest //= size[letter]
            return f'IFD="{n_planes - 1 - i}" FirstZ="{at["Z"]}" FirstC="{at["C"]}" FirstT="{at["T"]}"'
        n = f'reversed_{order}.ome.tif'
        write(n, planes[::-1], xml(order, ''.join(f'<TiffData {element(i)}/>' for i in range(n_planes)), v.shape))
        expect_all(n, v)
        n = f'halves_{order}.ome.tif'
        last = v.shape[{'T': 0, 'C': 1, 'Z': 2}[order[4]]] - (v.shape[{'T': 0, 'C': 1, 'Z': 2}[order[4]]] // 2)
        half = n_planes // v.shape[{'T': 0, 'C': 1, 'Z': 2}[order[4]]] * (v.shape[{'T': 0, 'C': 1, 'Z': 2}[order[4]]] - last)
        text = (f'<TiffData IFD="{n_planes - half}" PlaneCount="{half}"/>'
                f'<TiffData IFD="0" First{order[4]}="{v.shape[{"T": 0, "C": 1, "Z": 2}[order[4]]] - last}" PlaneCount="{n_planes - half}"/>')
        write(n, planes[half:] + planes[:half], xml(order, text, v.shape)); expect_all(n, v)
    # A file for each channel and time point; the metadata is in each of them.
    names = {(t, c): f'set_t{t}_c{c}.ome.tif' for t in range(2) for c in range(3)}
    data = ''.join(f'<TiffData IFD="{z}" FirstZ="{z}" FirstC="{c}" FirstT="{t}" PlaneCount="1"><UUID FileName="{n}">urn:uuid:{n}</UUID></TiffData>'
                   for (t, c), n in names.items() for z in range(4))
    for (t, c), n in names.items(): write(n, v[t, c], xml('XYZCT', data, v.shape, n))
    agree('set_t0_c0.ome.tif', v)
    for n in ('set_t0_c0.ome.tif', 'set_t1_c2.ome.tif'): expect_all(n, v, '3,4,2')
    # The metadata in a file of its own, to which each file points.
    names = {t: f'pointing_t{t}.tif' for t in range(2)}
    data = ''.join(f'<TiffData FirstT="{t}" IFD="0" PlaneCount="12"><UUID FileName="{n}">urn:uuid:{n}</UUID></TiffData>' for t, n in names.items())
    open('set.companion.ome', 'wb').write(xml('XYZCT', data, v.shape, 'companion').encode())
    for t, n in names.items():
        write(n, v[t].reshape(12, 9, 11), '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="urn:uuid:' + n
              + '"><BinaryOnly MetadataFile="set.companion.ome" UUID="urn:uuid:companion"/></OME>')
        expect_all(n, v, '3,4,2')
    expect_all('set.companion.ome', v, '3,4,2')
    """

  @Test(.needsPeers) func readsEveryArrangement() throws {
    try checkPeerFiles(Self.writer, least: 300)
  }

  @Test(.needsPeers) func severalImagesAreReported() throws {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    let path = directory.file("two.ome.tif")
    _ = try peers.run(
      """
      import sys, numpy as np, tifffile
      with tifffile.TiffWriter(sys.argv[1]) as f:
          for name, shape in (('fine', (3, 9, 11)), ('coarse', (5, 7, 8))):
              f.write(np.zeros(shape, 'u2'), photometric='minisblack', metadata={'axes': 'ZYX', 'Name': name})
      """, arguments: [path])
    let note = "image 0 (\"fine\") of 0 (\"fine\"), 1 (\"coarse\") is read; --dataset chooses another"
    #expect(try openVolume(path).description.notes == [note])
    let fault = fault { _ = try openVolume(path, options: VolumeOptions(dataset: "2")) }
    #expect(fault?.kind == .usage)
    #expect(fault?.message.contains("expected one of 0 (\"fine\"), 1 (\"coarse\")") == true)
  }

  /// Metadata in a file of its own about planes that Sheaf wrote.
  @Test func metadataThatDoesNotFit() throws {
    let directory = try ScratchDirectory()
    try write(patternVolume(.uint16, Extent(6, 9, 11)), to: directory.file("a.tif"))
    let path = directory.file("a.companion.ome")
    func document(_ data: String, sizes: String = "SizeZ=\"6\" SizeC=\"1\" SizeT=\"1\"", order: String = "XYZCT")
      -> String
    {
      "<OME><Image><Pixels DimensionOrder=\"\(order)\" SizeX=\"11\" SizeY=\"9\" \(sizes)>\(data)</Pixels></Image></OME>"
    }
    let all = "<TiffData IFD=\"0\" PlaneCount=\"6\"><UUID FileName=\"a.tif\"/></TiffData>"
    let laughs =
      "<!DOCTYPE OME [<!ENTITY a \"ha\">" + (0..<20).map { "<!ENTITY b\($0) \"&a;&a;&a;&a;\">" }.joined() + "]>"
    for (text, kind, words) in [
      (document(all), nil, ""),
      ("<OME><Image></OME>", .badData, "well-formed XML"), ("<OME></OME>", .badData, "without images"),
      (laughs + document(all), .badData, "document type"),
      (document(""), .badData, "a file name for every page"),
      (document("<TiffData IFD=\"0\" PlaneCount=\"6\"><UUID FileName=\"b.tif\"/></TiffData>"), .noInput, "b.tif"),
      (
        document("<TiffData IFD=\"0\" PlaneCount=\"6\"><UUID FileName=\"../a.tif\"/></TiffData>"), .badData, "beside it"
      ),
      (
        document("<TiffData IFD=\"1\" PlaneCount=\"6\"><UUID FileName=\"a.tif\"/></TiffData>"), .badData,
        "at least 7 pages"
      ),
      (
        document("<TiffData IFD=\"0\" PlaneCount=\"5\"><UUID FileName=\"a.tif\"/></TiffData>"), .badData,
        "none for slice 5"
      ),
      (
        document("<TiffData IFD=\"0\" FirstC=\"1\"><UUID FileName=\"a.tif\"/></TiffData>"), .badData, "within the sizes"
      ),
      (document(all, order: "XYZZT"), .badData, "DimensionOrder"),
      (document(all, sizes: "SizeZ=\"0\" SizeC=\"1\" SizeT=\"1\""), .badData, "at least 1 for SizeZ"),
      (document(all, sizes: "SizeZ=\"6\" SizeC=\"x\" SizeT=\"1\""), .badData, "for SizeC"),
      (document(all, sizes: "SizeZ=\"2000000000\" SizeC=\"2000000000\" SizeT=\"6\""), .badData, "can be counted"),
      (
        document(all).replacingOccurrences(of: "SizeX=\"11\"", with: "SizeX=\"12\""), .badData, "pages of 9 × 12 pixels"
      ),
      (document(all.replacingOccurrences(of: "6", with: "2147483647")), .badData, ""),
    ] as [(String, Fault.Kind?, String)] {
      try publish(text, to: path)
      let fault = fault {
        let source = try openVolume(path)
        try source.check(part: 0, of: 1)
        #expect(bytes(of: try everyVoxel(of: source)) == bytes(of: patternVolume(.uint16, Extent(6, 9, 11))))
      }
      if words.isEmpty && kind != nil { continue }
      #expect(fault?.kind == kind, "\(text): \(fault?.message ?? "no fault")")
      #expect(words.isEmpty || fault?.message.contains(words) == true, "\(text): \(fault?.message ?? "no fault")")
    }
  }
}
