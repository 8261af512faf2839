import Foundation
import Launching
import PeerEnvironment
import Scratch
import TestTraits
import Testing

/// TorchScript modules whose strides differ by axis, on volumes of awkward extents.
@Suite struct ScriptStrideTests {
  /// Usage: directory. Modules that take voxels apart by strides of (1, 2, 2) or (2, 4, 1) and put them together again, and
  /// the same without: they must give the same, whatever the tiles and the padding. Volumes whose edges no stride divides.
  private static let make = #"""
    import json, pathlib, sys
    import numpy as np, torch
    root = pathlib.Path(sys.argv[1])

    class Strided(torch.nn.Module):
        def __init__(self, stride, head, softmax: bool):
            super().__init__()
            n = int(np.prod(stride))
            self.apart = torch.nn.Conv3d(1, n, stride, stride, bias=False)
            self.together = torch.nn.ConvTranspose3d(n, 1, stride, stride, bias=False)
            with torch.no_grad():
                for layer in (self.apart, self.together):
                    layer.weight.copy_(torch.eye(n).reshape(n, 1, *stride))
            self.head = torch.nn.Conv3d(1, len(head), 1)
            with torch.no_grad():
                self.head.weight.copy_(torch.tensor([w for w, _ in head]).reshape(-1, 1, 1, 1, 1))
                self.head.bias.copy_(torch.tensor([b for _, b in head]))
            self.softmax = softmax

        def forward(self, x):
            y = self.head(self.together(self.apart(x)))
            if not self.softmax:
                return y
            return torch.softmax(y, 1) if y.shape[1] > 1 else torch.sigmoid(y)

    heads = {"one": [(3.0, -1.0)], "three": [(0.0, 0.5), (2.0, -1.0), (-1.5, -2.0)]}
    for name, head in heads.items():
        for kind in ("logits", "probabilities"):
            for text, stride in (("plain", (1, 1, 1)), ("flat", (1, 2, 2)), ("tall", (2, 4, 1))):
                path = root / f"{name}-{kind}-{text}.pt"
                torch.jit.script(Strided(stride, head, kind == "probabilities")).save(str(path))
                path.with_suffix(".json").write_text(json.dumps({"crop": [8, 16, 16], "output": kind}))
    rng = np.random.default_rng(4)
    for shape in ((13, 37, 45), (1, 37, 45), (13, 3, 29)):
        np.save(root / ("v" + "x".join(map(str, shape)) + ".npy"), rng.integers(100, 900, shape, dtype="uint16"))
    """#

  /// Usage: two files. Prints what differs.
  private static let compare = #"""
    import sys
    import numpy as np
    a, b = (np.load(path).astype(int) for path in sys.argv[1:3])
    if a.shape != b.shape: print(f"{a.shape} against {b.shape}")
    elif np.abs(a - b).max() > 1: print(f"differ by {np.abs(a - b).max()}")
    elif a.max() - a.min() < 50: print(f"hardly varies: {a.min()} to {a.max()}")
    """#

  @Test(.needsPeers, arguments: ["13x37x45", "1x37x45", "13x3x29"])
  func stridesOfAnyAxesGiveWhatTheNetworkSays(extent: String) throws {
    let peers = try PeerEnvironment.required()
    let scratch = try ScratchDirectory()
    _ = try peers.run(Self.make, arguments: [scratch.path])
    func infer(_ model: String) throws -> String {
      let output = scratch.file("\(model).npy")
      let ending = try Running([
        builtProgram("sheaf"), "infer", scratch.file("v\(extent).npy"), "-o", output, "--model",
        scratch.file("\(model).pt"), "--probabilities", "--device", "cpu", "--threads", "2", "--keep-background-tiles",
      ]).wait()
      #expect(ending.code == 0, "\(model): \(ending.errors)")
      return output
    }
    for head in ["one", "three"] {
      let expected = try infer("\(head)-logits-plain")
      for other in ["logits-flat", "logits-tall", "probabilities-flat", "probabilities-tall"] {
        let found = try peers.run(Self.compare, arguments: [expected, infer("\(head)-\(other)")])
        #expect(found.isEmpty, "\(head) \(other): \(found)")
      }
    }
  }
}
