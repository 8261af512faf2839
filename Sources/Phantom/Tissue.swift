import Foundation
import Voxels

/// Adds the organ's own glow, the light sheet's stripes and shadows and the camera's noise to a drawn scene.
struct Tissue: Sendable {
  private let anatomy: Anatomy
  private let structure: Structure
  private let imaging: Imaging
  private let texture: HashKey
  private let stripes: HashKey
  private let shadows: HashKey
  /// Unspecific staining: the dye that stays in tissue without the structure.
  private let staining: Float

  init(anatomy: Anatomy, structure: Structure, imaging: Imaging) {
    self.anatomy = anatomy
    self.imaging = imaging
    self.structure = structure
    texture = HashKey(seed: anatomy.seed, purpose: .texture)[structure.number]
    stripes = HashKey(seed: anatomy.seed, purpose: .stripes)[structure.number]
    shadows = HashKey(seed: anatomy.seed, purpose: .shadows)[structure.number]
    staining =
      switch structure {
      case .nuclei: 1
      case .plaques: 1.25
      case .vessels: 0.75
      case .axons: 0.9
      }
  }

  /// Fills the scene's part of `image`, which holds `region`.
  func expose(_ scene: Scene, with camera: Camera, into image: VoxelBuffer, of region: Region) {
    let block = scene.region
    let fields = Fields(block, tissue: self)
    let width = block.extent.x
    defer { withExtendedLifetime(image) {} }
    let target = image.voxels(as: UInt16.self)
    // Rows of one value for each voxel; the last is room for the nodes of a field's row, then for the light.
    let rows = (0..<8).map { _ in UnsafeMutablePointer<Float>.allocate(capacity: width + 2) }
    defer { rows.forEach { $0.deallocate() } }
    let (depth, glow, sheet, coarse, fine) = (rows[0], rows[1], rows[2], rows[3], rows[4])
    let (stripe, shadow, scratch) = (rows[5], rows[6], rows[7])
    scene.light.withUnsafeBufferPointer { light in
      scene.transmission.withUnsafeBufferPointer { transmission in
        for z in block.range(0) {
          for y in block.range(1) {
            fields.depth.row(z, y, scratch: scratch, into: depth)
            fields.glow.row(z, y, scratch: scratch, into: glow)
            fields.sheet.row(z, y, scratch: scratch, into: sheet)
            fields.coarseTexture.row(z, y, scratch: scratch, into: coarse)
            fields.fineTexture.row(z, y, scratch: scratch, into: fine)
            fields.stripes.row(z, y, scratch: scratch, into: stripe)
            fields.shadows.row(z, y, scratch: scratch, into: shadow)
            let from = scene.index(z, y, block.origin.x)
            for x in 0..<width {
              // The surface is about three voxels soft.
              let inside = min(max((depth[x] + 1.5) / 3, 0), 1)
              let speckle = 1 + 0.26 * coarse[x] + 0.2 * fine[x]
              var own = glow[x] * inside * speckle * transmission[from + x]
              if imaging.brightRim > 0 { own *= 1 + imaging.rim(depth: depth[x]) }
              let lit = sheet[x] * (1 + 0.09 * stripe[x]) * (1 - 0.9 * max(0, shadow[x] - 0.5))
              // Light scattered out of the organ is seen in the surround; it fades with the distance.
              var scattered = 4 + 22 / (1 + max(0, -depth[x]) * 0.12)
              if imaging.airGlow > 0 { scattered += imaging.glow(depth: depth[x]) }
              scratch[x] = (own + light[from + x] * (1 + 0.25 * fine[x])) * lit + scattered
            }
            let to = region.extent.index(of: Coordinate(z, y, block.origin.x) - region.origin)
            camera.expose(
              scratch, count: width, z: z, y: y, x: block.origin.x, into: target.baseAddress! + to)
          }
        }
      }
    }
  }

  /// The smooth functions of space, on lattices as coarse as each allows.
  private struct Fields {
    let depth: NodeField
    let glow: NodeField
    let sheet: NodeField
    let coarseTexture: NodeField
    let fineTexture: NodeField
    let stripes: NodeField
    let shadows: NodeField

    init(_ block: Region, tissue: Tissue) {
      let anatomy = tissue.anatomy
      func place(_ node: Coordinate) -> Point { Point(node) * 8 }
      func random(_ key: HashKey, _ node: Coordinate) -> Float { Float(key[node.z, node.y, node.x].symmetric) }
      depth = NodeField(block, spacing: Extent(8)) { Float(anatomy.depth(place($0))) }
      glow = NodeField(block, spacing: Extent(8)) {
        let depth = anatomy.depth(place($0))
        // Where a dye finds much to bind, more of it stays between the cells too.
        let unspecific = 1 + 0.55 * anatomy.density(place($0), depth: depth)
        return tissue.staining * Float(anatomy.fluorescence(place($0), depth: depth) * unspecific)
      }
      sheet = NodeField(block, spacing: Extent(8)) { Float(anatomy.illumination(place($0))) }
      coarseTexture = NodeField(block, spacing: Extent(7)) { random(tissue.texture[0], $0) }
      fineTexture = NodeField(block, spacing: Extent(3)) { random(tissue.texture[1], $0) }
      // Long along x, the way the light sheet runs; a few rows thin.
      stripes = NodeField(block, spacing: Extent(4, 2, 256)) { random(tissue.stripes, $0) }
      shadows = NodeField(block, spacing: Extent(5, 4, 160)) { random(tissue.shadows, $0) }
    }
  }
}
