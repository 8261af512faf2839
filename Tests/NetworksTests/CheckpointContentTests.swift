import Architectures
import Files
import Foundation
import Networks
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import Torch

/// What programs keep beside the weights, and around them.
@Suite struct CheckpointContentTests {
  private static let saving = """
    import argparse, collections, dataclasses, datetime, decimal, enum, functools, pathlib, sys, types, uuid
    import numpy as np
    import torch
    from safetensors.torch import save_file
    from dynamic_network_architectures.architectures.unet import ResidualEncoderUNet
    directory = sys.argv[1] + "/"

    class Mode(enum.Enum):
        FAST = 1
    class Flags(enum.IntFlag):
        A = 1
        B = 2
    @dataclasses.dataclass
    class Settings:
        path: pathlib.Path
        rate: float
    class Attributes(dict):
        pass
    class Config:
        def __init__(self):
            self.inner = {"tensor": torch.zeros(3)}
    Point = collections.namedtuple("Point", "x y")
    class Slots:
        __slots__ = ("a",)
    class Keyword:
        def __new__(cls, *, size): return super().__new__(cls)
        def __getnewargs_ex__(self): return (), {"size": 3}
    for c in (Mode, Flags, Settings, Attributes, Config, Point, Slots, Keyword):
        c.__module__ = "my_program.settings"
    sys.modules["my_program"] = types.ModuleType("my_program")
    sys.modules["my_program.settings"] = sys.modules["__main__"]

    torch.manual_seed(3)
    network = ResidualEncoderUNet(
        1, 2, (2, 3), torch.nn.Conv3d, 3, ((1, 1, 1), (2, 2, 2)), (1, 1), 2, (1,), conv_bias=True,
        norm_op=torch.nn.InstanceNorm3d, norm_op_kwargs={"affine": True, "eps": 1e-5}, nonlin=torch.nn.LeakyReLU)
    optimizer = torch.optim.AdamW(network.parameters())
    sum(p.sum() for p in network.parameters()).backward()
    optimizer.step()
    weights = network.state_dict()
    slots = Slots(); slots.a = 1
    counter = collections.Counter("abca")
    asides = {
        "array": np.arange(12.0).reshape(3, 4), "fortran": np.asfortranarray(np.ones((2, 3), np.int16)),
        "records": np.zeros(2, dtype=[("a", "<f4"), ("b", "<i8")]), "objects": np.array([None, "x"], dtype=object),
        "scalar": np.float32(1.5), "date64": np.datetime64("2024-05-01"), "text": np.str_("x"), "bytes": np.bytes_(b"x"),
        "generator": np.random.default_rng(1), "state": np.random.get_state(), "masked": np.ma.array([1, 2], mask=[0, 1]),
        "date": datetime.datetime(2024, 5, 1, tzinfo=datetime.timezone.utc), "delta": datetime.timedelta(seconds=3),
        "path": pathlib.PurePosixPath("/data/x"), "concrete": pathlib.Path("x"), "uuid": uuid.UUID(int=3),
        "decimal": decimal.Decimal("1.5"), "namespace": argparse.Namespace(lr=0.1), "simple": types.SimpleNamespace(a=1),
        "default": collections.defaultdict(list, {"a": [1]}), "ordered": collections.OrderedDict(a=1), "counter": counter,
        "deque": collections.deque([1, 2], maxlen=3), "chain": collections.ChainMap({"a": 1}), "point": Point(1, 2),
        "mode": Mode.FAST, "flags": Flags.A | Flags.B, "settings": Settings(pathlib.Path("x"), 0.1), "slots": slots,
        "attributes": Attributes(a=1), "config": Config(), "keyword": Keyword(size=3), "partial": functools.partial(int, "3"),
        "size": torch.Size([1, 2]), "dtype": torch.float16, "device": torch.device("cuda", 1), "layout": torch.strided, "class": torch.nn.LeakyReLU, "function": torch.nn.functional.relu,
        "complex": 1 + 2j, "range": range(3), "slice": slice(1, 2), "set": {1, 2}, "frozen": frozenset("ab"),
        "error": ValueError("x"), "big": 1 << 90, "rng": torch.get_rng_state(), "version": torch.__version__,
        "sparse": torch.eye(3).to_sparse(), "quantized": torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8),
        "uint16": torch.zeros(2, dtype=torch.uint16), "float8": torch.zeros(2).to(torch.float8_e4m3fn),
        "optimizer": optimizer.state_dict(), "tensor": torch.nn.Parameter(torch.ones(2)),
        "linear": torch.nn.Linear(2, 2), "bytearray": bytearray(b"abc"), "ellipsis": ..., "type": int, "none": type(None),
    }
    for protocol in (2, 3, 4, 5):
        for name, value in asides.items():
            torch.save({"state_dict": weights, "aside": value, "list": [value, {"key": value}]},
                       f"{directory}{name}-{protocol}.pth", pickle_protocol=protocol)
    everything = dict(asides, num_batches_tracked=torch.tensor(3), network_weights=weights)
    torch.save(everything, directory + "everything.pth")
    inside = dict(weights, **{"steps": torch.tensor(3), "num_batches_tracked": torch.tensor(7), "index": torch.arange(4)})
    inside["extra"] = np.arange(3)
    inside["when"] = datetime.date(2024, 5, 1)
    torch.save(inside, directory + "inside.pth")
    kept = {key: value.clone() for key, value in weights.items()}
    save_file(dict(kept, counter=torch.tensor(3), small=torch.ones(3, dtype=torch.int8),
                   wide=torch.ones(3, dtype=torch.uint16)),
              directory + "asides.safetensors")
    save_file({key: value.clone() for key, value in weights.items()}, directory + "expected.safetensors")

    # Around the weights: prefixes, wrappers within the name, other networks beside.
    def named(rename): return {rename(key): value for key, value in weights.items()}
    noise = {key: torch.randn_like(value) for key, value in weights.items()}
    spellings = {
        "unet": named(lambda key: "unet." + key), "backbone": named(lambda key: "backbone.model." + key),
        "compiled": named(lambda key: key.replace("encoder.", "encoder._orig_mod.", 1) if key.startswith("encoder.") else
                          key.replace("decoder.", "decoder._orig_mod.", 1)),
        "deep": named(lambda key: "_orig_mod.module.lightning.net_g.0.core." + key),
        "fsdp": named(lambda key: "_fsdp_wrapped_module." + key.replace(".stages.", ".stages._checkpoint_wrapped_module.")),
        "pair": dict(named(lambda key: "student." + key), **{"teacher." + key: value for key, value in noise.items()}),
        "halves": dict({"image_encoder." + k[8:]: v for k, v in weights.items() if k.startswith("encoder.")},
                       **{"head." + k: v for k, v in weights.items() if k.startswith("decoder.") and "encoder" not in k}),
        "loss": dict(named(lambda key: "net." + key), **{"loss.weight": torch.ones(2), "metric.count": torch.tensor(1)}),
    }
    for name, state in spellings.items():
        torch.save({"epoch": 1, "state_dict": state}, directory + name + ".pth")
    average = {"ema." + key: value for key, value in noise.items()}
    torch.save({"ema_state": noise, "generator": weights, "optimizer": optimizer.state_dict()}, directory + "generator.pth")
    torch.save({"callbacks": {"EMA": {"ema_model": noise}}, "trainer": {"inner": {"weights": weights}}},
               directory + "nested.pth")
    torch.save({"hyper_parameters": argparse.Namespace(a=1), "ema_model": weights}, directory + "average.pth")

    # What cannot be read as weights.
    torch.save(torch.nn.Linear(2, 2), directory + "object.pth")
    torch.save({"epoch": 3, "model": torch.nn.Sequential(torch.nn.Conv3d(1, 2, 3))}, directory + "whole.pth")
    broken = dict(weights)
    broken["encoder.stem.convs.0.conv.bias"] = torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8)
    for key in list(broken):
        if key.endswith("stem.convs.0.all_modules.0.bias") or key == "decoder.encoder.stem.convs.0.conv.bias":
            del broken[key]
    torch.save({"state_dict": broken}, directory + "broken.pth")
    print("\\n".join(asides))
    """

  private let architecture = ArchitectureDescription(
    features: [2, 3], blocks: [1, 1], classes: 2, deepSupervision: false)

  @Test(.needsPeers) func passesOverWhatIsNoWeight() throws {
    let peers = try PeerEnvironment.required()
    let scratch = try ScratchDirectory()
    let names = try peers.run(Self.saving, arguments: [scratch.path]).split(separator: "\n").map(String.init)
    let expected = try SafetensorsFile(path: scratch.file("expected.safetensors"))
    func expectWeights(_ file: String) throws {
      let network = try ResidualEncoderUNet(architecture, seed: 9)
      let report = try network.load(openWeights(scratch.file(file)))
      #expect(report.isComplete && report.unexpected.isEmpty, "\(file): \(report.summary)")
      for parameter in network.parameters {
        #expect(try parameter.tensor.floats() == expected.tensor(parameter.name).floats(), "\(file) \(parameter.name)")
      }
    }
    for name in names {
      for pickleProtocol in 2...5 {
        #expect(throws: Never.self, "\(name) by protocol \(pickleProtocol)") {
          try expectWeights("\(name)-\(pickleProtocol).pth")
        }
      }
    }
    for file in [
      "everything.pth", "inside.pth", "asides.safetensors", "unet.pth", "backbone.pth", "compiled.pth", "deep.pth",
      "fsdp.pth", "pair.pth", "halves.pth", "loss.pth", "generator.pth", "nested.pth", "average.pth",
    ] {
      #expect(throws: Never.self, "\(file)") { try expectWeights(file) }
    }
    expectFault(["object.pth", "torch.nn.modules.linear.Linear", "state_dict()"]) {
      _ = try openWeights(scratch.file("object.pth"))
    }
    expectFault(["whole.pth", "under model", "torch.nn.modules.container.Sequential", "state_dict()"]) {
      _ = try openWeights(scratch.file("whole.pth"))
    }
    let report = try ResidualEncoderUNet(architecture, seed: 9).load(openWeights(scratch.file("broken.pth")))
    #expect(!report.isComplete && report.missing == ["encoder.stem.convs.0.conv.bias"])
    #expect(report.summary.contains("_rebuild_qtensor"), "\(report.summary)")
  }
}
