"""train_torch.py CROP STEPS THREADS: seconds a step of masked pretraining, tier S, batch 1 a process, bf16 autocast,
on synthetic tensors (no loading, no augmentation). Started by torchrun with 2 processes it uses DistributedDataParallel.
"""

import os
import sys
import time

import torch
from dynamic_network_architectures.architectures.unet import ResidualEncoderUNet

crop, steps, threads = map(int, sys.argv[1:4])
torch.set_num_threads(threads)
torch.manual_seed(1)
ranks = int(os.environ.get("WORLD_SIZE", 1))
network = ResidualEncoderUNet(
    input_channels=1, n_stages=6, features_per_stage=[16, 32, 64, 128, 160, 160], conv_op=torch.nn.Conv3d,
    kernel_sizes=3, strides=[1, 2, 2, 2, 2, 2], n_blocks_per_stage=[1, 2, 2, 2, 2, 2], num_classes=1,
    n_conv_per_stage_decoder=[1] * 5, conv_bias=True, norm_op=torch.nn.InstanceNorm3d,
    norm_op_kwargs={"eps": 1e-5, "affine": True}, nonlin=torch.nn.LeakyReLU, nonlin_kwargs={"inplace": True})
if ranks > 1:
    torch.distributed.init_process_group("gloo")
    network = torch.nn.parallel.DistributedDataParallel(network)
optimizer = torch.optim.SGD(network.parameters(), lr=1e-2, momentum=0.99, nesterov=True, weight_decay=3e-5)
image = torch.randn(1, 1, crop, crop, crop)
mask = (torch.rand(1, 1, crop // 16, crop // 16, crop // 16) < 0.75).float()
mask = torch.nn.functional.interpolate(mask, scale_factor=16, mode="nearest")


def step():
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        output = network(image * (1 - mask))
    loss = (((output.float() - image) ** 2) * mask).sum() / mask.sum()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 12)
    optimizer.step()
    return loss.item()


step()
times = []
for _ in range(steps):
    start = time.perf_counter()
    step()
    times.append(time.perf_counter() - start)
if int(os.environ.get("RANK", 0)) == 0:
    print(sorted(times)[len(times) // 2])
