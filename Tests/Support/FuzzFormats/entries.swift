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
      ]
    }, read: readVolume),
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
      ]
    }, read: readVolume),
]
