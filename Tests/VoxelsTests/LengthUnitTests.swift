import Testing
import Voxels

@Suite struct LengthUnitTests {
  @Test(
    arguments: [
      ("µm", 1), ("μm", 1), ("um", 1), ("UM", 1), ("Um", 1), (" um\0", 1), ("㎛", 1), ("µ", 1), ("\\u00B5m", 1),
      ("\\u03bcm", 1), ("&#181;m", 1), ("&#xB5;m", 1), ("&micro;m", 1), ("Âµm", 1), ("Î¼m", 1), ("micron", 1),
      ("Microns", 1), ("micrometer", 1), ("micrometers", 1), ("micrometre", 1), ("Micrometres", 1), ("micro-meter", 1),
      ("micro meter", 1), ("µm/pixel", 1), ("um/px", 1), ("microns per pixel", 1), ("nm", 1e-3), ("NM", 1e-3),
      ("nanometer", 1e-3), ("nanometres", 1e-3), ("㎚", 1e-3), ("Å", 1e-4), ("\u{212B}", 1e-4), ("A\u{30A}", 1e-4),
      ("angstrom", 1e-4), ("Ångströms", 1e-4), ("pm", 1e-6), ("picometer", 1e-6), ("mm", 1e3), ("MM", 1e3),
      ("millimeter", 1e3), ("millimetres", 1e3), ("cm", 1e4), ("centimetre", 1e4), ("dm", 1e5), ("m", 1e6),
      ("meter", 1e6), ("METRES", 1e6), ("Mm", 1e12), ("in", 25_400), ("inch", 25_400), ("inches", 25_400),
      ("thou", 25.4), ("mil", 25.4), ("mils", 25.4), ("ft", 304_800), ("feet", 304_800),
    ] as [(String, Double)])
  func isALength(_ text: String, _ micrometres: Double) {
    #expect(LengthUnit.micrometres(in: text) == micrometres, "\(text)")
  }

  @Test(arguments: [
    "", " ", "px", "pixel", "pixels", "voxel", "unit", "null", "none", "a.u.", "reference frame", "s", "Hz", "µ m²",
    "mmm", "microns squared", "?m", "deg", "per pixel",
  ])
  func isNoLength(_ text: String) { #expect(LengthUnit.micrometres(in: text) == nil, "\(text)") }
}
