"""infer_monai.py VOLUME.npy WEIGHTS ARCHITECTURE.json TILE OVERLAP OUTPUT.npy: MONAI's sliding window over a normalised
volume with Gaussian weights, the same network and weights as Sheaf's. Prints the seconds of the sliding window alone.
"""

import json
import sys
import time

import numpy as np
import safetensors.torch
import torch
from dynamic_network_architectures.architectures.unet import ResidualEncoderUNet
from monai.inferers import sliding_window_inference

volume, weights, architecture, tile, overlap, output = sys.argv[1:7]
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
torch.set_num_threads(2)


def predict(batch):
    logits = network(batch)
    return torch.sigmoid(logits) if logits.shape[1] == 1 else torch.softmax(logits, 1)[:, 1:2]


image = torch.from_numpy(np.load(volume))[None, None]
start = time.perf_counter()
with torch.inference_mode():
    probability = sliding_window_inference(
        image, [int(tile)] * 3, 1, predict, overlap=float(overlap), mode="gaussian", sigma_scale=0.125)
print(time.perf_counter() - start)
np.save(output, probability[0, 0].numpy())
