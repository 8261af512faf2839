"""infer_monai.py VOLUME.npy WEIGHTS ARCHITECTURE.json TILE OVERLAP OUTPUT.npy THREADS: MONAI's sliding window over a normalised
volume with Gaussian weights, the same network and weights as Sheaf's. Prints the seconds of the sliding window alone, wall and
processor.

With OUTPUT `-` nothing more is done. OUTPUT.npy holds MONAI's result, OUTPUT-same-tiles.npy that of a second, untimed run by the
same network, with tiles that lie as Sheaf's do: where there are several along an axis, the first begins before the volume and
the last ends behind it, by an eighth of the overlap and 4 voxels at most, which mirror the volume. Their blending weights are
bounded below on each axis; MONAI bounds the product of the three.
"""

import itertools
import json
import sys
import time

import numpy as np
import safetensors.torch
import torch
from dynamic_network_architectures.architectures.unet import ResidualEncoderUNet
from monai.inferers import sliding_window_inference

volume, weights, architecture, tile, overlap, output, threads = sys.argv[1:8]
described = json.load(open(architecture))["architecture"]
stages = len(described["features_per_stage"])
network = ResidualEncoderUNet(
    input_channels=1, n_stages=stages, features_per_stage=described["features_per_stage"], conv_op=torch.nn.Conv3d,
    kernel_sizes=3, strides=described["strides"], n_blocks_per_stage=described["n_blocks_per_stage"],
    num_classes=described["num_classes"], n_conv_per_stage_decoder=[1] * (stages - 1), conv_bias=True,
    norm_op=torch.nn.InstanceNorm3d, norm_op_kwargs={"eps": 1e-5, "affine": True}, nonlin=torch.nn.LeakyReLU,
    nonlin_kwargs={"inplace": True})
network.load_state_dict(safetensors.torch.load_file(weights), strict=False)
network.eval()
torch.set_num_threads(int(threads))


def predict(batch):
    logits = network(batch)
    return torch.sigmoid(logits) if logits.shape[1] == 1 else torch.softmax(logits, 1)[:, 1:2]


def separable_weights(edge):
    position = torch.arange(edge, dtype=torch.float64) - (edge - 1) / 2
    factor = torch.exp(-((position / (edge / 8)) ** 2) / 2).clamp(min=1e-3)
    return (factor[:, None, None] * factor[:, None] * factor).float()


def origins(edge, tile, stride, margin):
    if edge <= tile:
        return [0]
    count = 1 + -(-(edge - tile) // stride)
    return [-margin, *(number * stride for number in range(1, count - 1)), edge - tile + margin]


def same_tiles(image, tile, overlap):
    stride = round(tile * (1 - overlap))
    margins = [min(4, (tile - stride) // 8) if edge > tile else 0 for edge in image.shape]
    padded = torch.from_numpy(np.pad(image, [(margin, margin) for margin in margins], mode="reflect"))
    weights = separable_weights(tile)
    total, weight = torch.zeros(padded.shape), torch.zeros(padded.shape)
    axes = [[origin + margin for origin in origins(edge, tile, stride, margin)] for edge, margin in zip(image.shape, margins)]
    for corner in itertools.product(*axes):
        box = tuple(slice(origin, origin + tile) for origin in corner)
        total[box] += weights * predict(padded[box][None, None])[0, 0]
        weight[box] += weights
    inside = tuple(slice(margin, margin + edge) for margin, edge in zip(margins, image.shape))
    return (total / weight)[inside].numpy()


image = torch.from_numpy(np.load(volume))[None, None]
tile, overlap = int(tile), float(overlap)
settings = {"overlap": overlap, "mode": "gaussian", "sigma_scale": 0.125}
with torch.inference_mode():
    start, start_cpu = time.perf_counter(), time.process_time()
    probability = sliding_window_inference(image, [tile] * 3, 1, predict, **settings)
    print(time.perf_counter() - start, time.process_time() - start_cpu)
    if output == "-":
        sys.exit()
    np.save(output, probability[0, 0].numpy())
    np.save(output.replace(".npy", "-same-tiles.npy"), same_tiles(image[0, 0].numpy(), tile, overlap))
