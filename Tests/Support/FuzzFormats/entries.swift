import Files
import VolumeFormats
import Voxels

/// Every parser that is given mutated files. A new one is a new row.
let entries: [FuzzEntry] = [
  FuzzEntry(
    name: "nifti",
    samples: {
      let nifti = try writtenVolume("a.nii")
      return [
        FuzzSample("a.nii", nifti), FuzzSample("f.nii", try writtenVolume("f.nii", .float32)),
        FuzzSample("two.nii", try writtenVolume("two.nii", .uint8, extent: Extent(1, 1, 32_768))),
        FuzzSample("a.nii.gz", try writtenVolume("a.nii.gz")),
        FuzzSample("b.nii.gz", nifti).sealed { gzipped($1) },
      ]
    }, read: readVolume),
  FuzzEntry(
    name: "tiff",
    samples: {
      let imageJ = "ImageJ=1.54f\nimages=6\nchannels=3\nslices=2\nunit=micron\nspacing=2.5\n"
      return [
        FuzzSample("a.tif", try writtenVolume("a.tif")),
        FuzzSample("b.tif", try writtenVolume("b.tif", .uint8, isCompressed: true)),
        FuzzSample("c.tif", try writtenVolume("c.tif", .float32, isCompressed: true)),
        FuzzSample("d.tif", SmallTIFF(isBig: true, pages: 3).bytes()),
        FuzzSample("e.tif", SmallTIFF(isBigEndian: true, pages: 6, description: imageJ).bytes()),
        FuzzSample("f.tif", SmallTIFF(isBigEndian: true, pages: 1, description: imageJ, planesBehind: 5).bytes()),
      ] + tiffFixtures.enumerated().map { FuzzSample("fixture\($0).tif", $1) }
    }, read: readVolume),
  FuzzEntry(name: "tiff-dialects", samples: { dialectSamples() }, read: readVolume),
  FuzzEntry(name: "nrrd", samples: { nrrdSamples() }, read: readVolume),
  FuzzEntry(name: "analyze", samples: { analyzeSamples() }, read: readVolume),
  FuzzEntry(name: "numpy-archive", samples: { try numPyArchives() }, read: readVolume),
  FuzzEntry(
    name: "tiff-planes",
    samples: {
      try [(VoxelType.uint16, false), (.uint8, true)].map {
        FuzzSample(try writtenPlanes($0.0, isCompressed: $0.1), input: "planes")
      }
    }, read: readVolume),
  FuzzEntry(
    name: "metaimage",
    samples: {
      let header = """
        ObjectType = Image
        NDims = 3
        DimSize = 5 4 3
        ElementSpacing = 0.001 0.002 0.004
        ElementNumberOfChannels = 2
        HeaderSize = 7
        BinaryDataByteOrderMSB = True
        ElementType = MET_SHORT
        ElementDataFile = a.raw

        """
      return [
        FuzzSample("a.mha", try writtenVolume("a.mha")),
        FuzzSample("b.mha", try writtenVolume("b.mha", .float32, isCompressed: true)),
        FuzzSample(
          [("a.mhd", Array(header.utf8)), ("a.raw", Array(repeating: 3, count: 7 + 240))], input: "a.mhd",
          mutated: ["a.mhd"]),
      ] + metaImageLists()
    }, read: readVolume),
  FuzzEntry(
    name: "ome-tiff",
    samples: {
      let planes =
        "<TiffData IFD=\"0\" PlaneCount=\"4\"/><TiffData IFD=\"4\" FirstZ=\"0\" FirstC=\"2\" PlaneCount=\"2\"/>"
      let whole = SmallTIFF(pages: 6, description: omeDocument(planes))
      let file = { (name: String) in "<UUID FileName=\"\(name)\">urn:uuid:\(name)</UUID>" }
      let files = (0..<3).map { "<TiffData FirstC=\"\($0)\" PlaneCount=\"2\">\(file("c\($0).tif"))</TiffData>" }
        .joined()
      let parts = (0..<3).map { (path: "c\($0).tif", bytes: SmallTIFF(isBig: $0 == 1, pages: 2).bytes()) }
      let pointer = "<OME UUID=\"urn:uuid:p\"><BinaryOnly MetadataFile=\"a.ome\" UUID=\"urn:uuid:a\"/></OME>"
      return [
        FuzzSample("a.tif", whole.bytes()),
        FuzzSample("b.tif", SmallTIFF(isBigEndian: true, pages: 6, description: omeDocument("")).bytes()),
        FuzzSample(parts + [("a.ome", Array(omeDocument(files).utf8))], input: "a.ome"),
        FuzzSample(
          parts + [
            ("a.ome", Array(omeDocument(files).utf8)), ("p.tif", SmallTIFF(pages: 1, description: pointer).bytes()),
          ], input: "p.tif", mutated: ["a.ome", "p.tif"]),
      ]
    }, read: readVolume),
  FuzzEntry(
    name: "numpy",
    samples: {
      func array(_ header: String, version: UInt8 = 1, count: Int) -> [UInt8] {
        let length = UInt8(header.utf8.count)
        return [0x93] + Array("NUMPY".utf8) + [version, 0, length, 0] + (version > 1 ? [0, 0] : []) + Array(header.utf8)
          + (0..<count).map { UInt8($0 % 59) }
      }
      return [
        FuzzSample("a.npy", try writtenVolume("a.npy")),
        FuzzSample(
          "b.npy",
          array("{'descr': '>f8', 'fortran_order': True, 'shape': (2, 3, 4, 5), }\n", version: 2, count: 960)),
        FuzzSample(
          "c.npy",
          array("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2, 3, 4, 5), }\n", version: 3, count: 240)),
      ]
    }, read: readVolume),
  FuzzEntry(name: "hdf5", samples: { hdf5Fixtures.map { FuzzSample($0.name, $0.bytes) } }, read: readVolume),
  FuzzEntry(
    name: "hdf5-filters", samples: { hdf5FilterFixtures.map { FuzzSample($0.name, $0.bytes) } }, read: readVolume),
  FuzzEntry(
    name: "hdf5-partitions",
    samples: { [FuzzSample(hdf5Partitions.map { ($0.name, $0.bytes) }, input: hdf5Partitions[0].name)] },
    read: readVolume),
  FuzzEntry(
    name: "spimdata",
    samples: {
      let image = hdf5Fixtures.first { $0.name == "c.h5" }!
      return [
        FuzzSample([("c.xml", Array(spimData.utf8)), (image.name, image.bytes)], input: "c.xml", mutated: ["c.xml"])
      ] + storesOfBigStitcher()
    }, read: readVolume),
  FuzzEntry(name: "zarr-arrays", samples: zarrArrays, read: readStore),
  FuzzEntry(name: "zarr-stores", samples: zarrStores, read: readStore),
  FuzzEntry(name: "zarr-v2-and-n5", samples: foreignChunks, read: readStore),
  FuzzEntry(name: "pytorch", samples: pyTorchSamples, read: readWeights),
  FuzzEntry(name: "safetensors", samples: safetensorsSamples, read: readWeights),
]

/// The metadata of 2 slices of 3 channels, each 4 × 5 pixels, with `data` about the pages.
private func omeDocument(_ data: String) -> String {
  """
  <?xml version="1.0" encoding="UTF-8"?><OME UUID="urn:uuid:a"><Image ID="Image:0" Name="one"><Pixels
  DimensionOrder="XYZCT" Type="uint16" SizeX="5" SizeY="4" SizeZ="2" SizeC="3" SizeT="1" PhysicalSizeX="1"
  PhysicalSizeY="2" PhysicalSizeZ="3" PhysicalSizeZUnit="nm">\(data)</Pixels></Image></OME>
  """
}
