import Files
import Foundation
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import VolumeFormats
import Voxels

/// OME-TIFF as microscopes write it: sets of files, what the schema had otherwise before, and axes that it does not name.
@Suite struct OMESetTests {
  @Test(.needsPeers) func setsAndAxesOfMicroscopes() throws {
    try checkPeerFiles(
      """
      def write(n, planes, text):
          with tifffile.TiffWriter(n) as f:
              for i, plane in enumerate(planes):
                  f.write(plane, photometric='minisblack', metadata=None, contiguous=False, description=text.encode() if i == 0 else None)
      def xml(data, shape, sizes='PhysicalSizeX="2" PhysicalSizeY="4" PhysicalSizeZ="3"', more='', prefix=''):
          t, c, z, y, x = shape
          p = prefix + ':' if prefix else ''
          name = f'xmlns:{prefix}' if prefix else 'xmlns'
          return (f'<?xml version="1.0" encoding="UTF-8"?><{p}OME {name}="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="urn:uuid:me">'
                  f'<{p}Image ID="Image:0"><{p}Pixels ID="Pixels:0" DimensionOrder="XYZCT" Type="uint16" SizeX="{x}" SizeY="{y}" SizeZ="{z}" SizeC="{c}" SizeT="{t}" {sizes}>'
                  f'{data}</{p}Pixels></{p}Image>{more}</{p}OME>')
      v = pattern('u2', (2, 4, 9, 11))  # C Z
      # A file for each plane; the first has the metadata, to which all others refer.
      names = {(c, z): f'bruker_Ch{c + 1}_{z + 1:06d}.ome.tif' for c in range(2) for z in range(4)}
      data = ''.join(f'<TiffData FirstZ="{z}" FirstC="{c}" IFD="0" PlaneCount="1"><UUID FileName="{n}">urn:uuid:{n}</UUID></TiffData>' for (c, z), n in names.items())
      for (c, z), n in names.items():
          write(n, v[c, z][None], xml(data, (1, *v.shape)) if (c, z) == (0, 0) else
                f'<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="urn:uuid:{n}"><BinaryOnly MetadataFile="{names[0, 0]}" UUID="urn:uuid:me"/></OME>')
      for n in (names[0, 0], names[1, 2]):
          for c in range(2): expect(n, v[c], c, size='3,4,2')
      # Paths of the microscope's own computer.
      write('far.ome.tif', v.reshape(8, 9, 11), xml('<TiffData IFD="0" PlaneCount="8"><UUID FileName="D:\\\\data\\\\far.ome.tif">urn:uuid:x</UUID></TiffData>', (1, *v.shape)))
      for c in range(2): expect('far.ome.tif', v[c], c, size='3,4,2')
      write('prefix.ome.tif', v.reshape(8, 9, 11), xml('', (1, *v.shape), prefix='ome'))
      for c in range(2): expect('prefix.ome.tif', v[c], c, size='3,4,2')
      write('old.ome.tif', v.reshape(8, 9, 11), xml('<TiffData IFD="4" FirstC="0" NumPlanes="4"/><TiffData IFD="0" FirstC="1" NumPlanes="4"/>', (1, *v.shape)))
      for c in range(2): expect('old.ome.tif', v[1 - c], c, size='3,4,2')
      for unit, size in [('nm', '0.003,0.004,0.002'), ('mm', '3000,4000,2000'), ('µm', '3,4,2'), ('Å', '0.0003,0.0004,0.0002'), ('micron', '3,4,2')]:
          sizes = ' '.join(f'PhysicalSize{a}="{s}" PhysicalSize{a}Unit="{unit}"' for a, s in zip('XYZ', (2, 4, 3)))
          write(f'unit_{unit}.ome.tif', v.reshape(8, 9, 11), xml('', (1, *v.shape), sizes))
          expect(f'unit_{unit}.ome.tif', v[0], size=size)
      # Without a PhysicalSizeZ, but with the positions of the planes.
      planes = '<TiffData/>' + ''.join(f'<Plane TheZ="{z}" TheC="0" TheT="0" PositionZ="{10 - 3 * z}" PositionZUnit="µm"/>' for z in range(4))
      write('positions.ome.tif', v.reshape(8, 9, 11), xml(planes, (1, *v.shape), 'PhysicalSizeX="2" PhysicalSizeY="4"'))
      expect('positions.ome.tif', v[0], size='3,4,2')
      # Angles in turn with the slices.
      m = pattern('u2', (3, 2, 4, 9, 11))  # angle, C, Z
      note = '<StructuredAnnotations><XMLAnnotation ID="Annotation:0" Namespace="openmicroscopy.org/omero/dimension/modulo"><Value><Modulo><ModuloAlongZ Type="angle" Unit="degree" {}</Modulo></Value></XMLAnnotation></StructuredAnnotations>'
      for n, steps in [('steps', 'Start="0" Step="120" End="240"/>'), ('labels', '><Label>0</Label><Label>120</Label><Label>240</Label></ModuloAlongZ>')]:
          write(f'{n}.ome.tif', m.transpose(1, 2, 0, 3, 4).reshape(24, 9, 11), xml('<TiffData/>', (1, 2, 12, 9, 11), more=note.format(steps)))
          for c in range(2):
              for a in range(3): expect(f'{n}.ome.tif', m[a, c], c * 3 + a, size='3,4,2')
      """, least: 26)
  }

  @Test(.needsPeers) func doubtsAndRefusals() throws {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    _ = try peers.run(
      """
      import os, sys, numpy as np, tifffile
      os.chdir(sys.argv[1])
      def write(n, planes, sizes, data='<TiffData/>', more=''):
          text = f'<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYZCT" Type="uint16" SizeX="11" SizeY="9" SizeZ="4" SizeC="1" SizeT="1" {sizes}>{data}</Pixels></Image>{more}</OME>'
          with tifffile.TiffWriter(n) as f:
              for i in range(planes): f.write(np.zeros((9, 11), 'u2'), photometric='minisblack', metadata=None, contiguous=False, description=text if i == 0 else None)
      write('flat.ome.tif', 4, 'PhysicalSizeX="0.5" PhysicalSizeY="0.5"')
      write('odd.ome.tif', 4, 'PhysicalSizeX="1" PhysicalSizeY="1" PhysicalSizeZ="1" PhysicalSizeZUnit="furlong"')
      write('pixel.ome.tif', 4, 'PhysicalSizeX="1" PhysicalSizeXUnit="pixel" PhysicalSizeY="1" PhysicalSizeYUnit="pixel" PhysicalSizeZ="1" PhysicalSizeZUnit="pixel"')
      write('one.ome.tif', 1, '', data='<TiffData IFD="0" FirstZ="2" PlaneCount="1"/>')
      tifffile.imwrite('gone.ome.tif', np.zeros((9, 11), 'u2'), description='<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><BinaryOnly MetadataFile="first.ome.tif" UUID="urn:uuid:1"/></OME>')
      """, arguments: [directory.path])
    for (name, words) in [("flat.ome.tif", "no PhysicalSizeZ"), ("odd.ome.tif", "furlong")] {
      let description = try openVolume(directory.file(name)).description
      #expect(description.voxelSizeInMicrometres == nil)
      #expect(description.remarks.contains { $0.contains(words) }, "\(name): \(description.remarks)")
    }
    let pixels = try openVolume(directory.file("pixel.ome.tif")).description
    #expect(pixels.voxelSizeInMicrometres == nil && pixels.remarks.isEmpty)
    let one = fault { _ = try openVolume(directory.file("one.ome.tif")) }
    #expect(one?.message.contains("open the directory of the set") == true, "\(one?.message ?? "")")
    let gone = fault { _ = try openVolume(directory.file("gone.ome.tif")) }
    #expect(gone?.kind == .noInput)
    #expect(gone?.message.contains("first.ome.tif") == true, "\(gone?.message ?? "")")
  }
}
