"""Makes the fixtures of NetworksTests; run in this directory with a Python that has torch and
dynamic_network_architectures. Weights and inputs follow a formula that the tests repeat, so only results are kept."""

import json

import numpy as np
import torch
from dynamic_network_architectures.architectures.unet import ResidualEncoderUNet


def numbers(count, key):
    """Numbers without structure: the fractional part of a golden-ratio sequence, in [-0.5, 0.5)."""
    position = np.arange(count, dtype=np.float64) + 1 + 1000 * key
    return (np.modf(position * 0.6180339887498949)[0] - 0.5).astype(np.float32)


def build(description):
    stages = len(description["features_per_stage"])
    return ResidualEncoderUNet(
        input_channels=description["input_channels"], n_stages=stages,
        features_per_stage=description["features_per_stage"], conv_op=torch.nn.Conv3d,
        kernel_sizes=description["kernel_sizes"], strides=description["strides"],
        n_blocks_per_stage=description["n_blocks_per_stage"], num_classes=description["num_classes"],
        n_conv_per_stage_decoder=description["n_conv_per_stage_decoder"], conv_bias=description["conv_bias"],
        norm_op=torch.nn.InstanceNorm3d, norm_op_kwargs={"eps": 1e-5, "affine": True},
        nonlin=torch.nn.LeakyReLU, nonlin_kwargs={"inplace": True},
        deep_supervision=description["deep_supervision"])


class Strided(torch.nn.Module):
    """Takes edges that are multiples of 6 and nothing else, as a network that reduces by 2 and by 3 does."""

    def forward(self, x):
        small = x[:, :, ::6, ::6, ::6][:, :, : x.shape[2] // 6, : x.shape[3] // 6, : x.shape[4] // 6]
        return x + small.repeat_interleave(6, 2).repeat_interleave(6, 3).repeat_interleave(6, 4)


class Refusing(torch.nn.Module):
    def forward(self, x):
        if x.dim() > 0:
            raise RuntimeError("this module is for training only")
        return x


CASES = {
    "cubic": {
        "input_channels": 1, "features_per_stage": [2, 4, 6], "n_blocks_per_stage": [1, 2, 1],
        "n_conv_per_stage_decoder": [1, 1], "kernel_sizes": [[3, 3, 3]] * 3,
        "strides": [[1, 1, 1], [2, 2, 2], [2, 2, 2]], "num_classes": 2, "conv_bias": True, "deep_supervision": True,
    },
    "anisotropic": {
        "input_channels": 2, "features_per_stage": [3, 3, 5], "n_blocks_per_stage": [2, 1, 1],
        "n_conv_per_stage_decoder": [2, 1], "kernel_sizes": [[1, 3, 3], [3, 3, 3], [3, 3, 3]],
        "strides": [[1, 1, 1], [1, 2, 2], [2, 2, 2]], "num_classes": 3, "conv_bias": False, "deep_supervision": True,
    },
}

if __name__ == "__main__":
    torch.jit.script(Strided()).save("strided.ts")
    torch.jit.script(Refusing()).save("refusing.ts")
    result = {}
    for name, description in CASES.items():
        network = build(description)
        names = sorted(key for key, _ in network.named_parameters())
        parameters = dict(network.named_parameters())
        with torch.no_grad():
            for index, key in enumerate(names):
                parameters[key].copy_(torch.from_numpy(numbers(parameters[key].numel(), index)).view_as(parameters[key]))
        shape = [2, description["input_channels"], 8, 12, 16]
        data = torch.from_numpy(numbers(int(np.prod(shape)), 77)).view(*shape)
        outputs = network(data)
        loss = sum((output ** 2).mean() for output in outputs)
        loss.backward()
        result[name] = {
            "description": description,
            "outputs": [{"shape": list(output.shape),
                         "every_97th": [float(f"{value:.8g}") for value in output.detach().flatten()[::97].tolist()]}
                        for output in outputs],
            "loss": loss.item(),
            "gradient_norms": {key: float(f"{parameters[key].grad.norm().item():.8g}") for key in names},
        }
    with open("residual-encoder-unet.json", "w") as file:
        json.dump(result, file, indent=1, sort_keys=True)
        file.write("\n")
