"""Seconds of one pretraining step in PyTorch eager mode, as nnssl takes it, on synthetic crops (no loading, no
augmentation); the counterpart of TrainingStep/main.swift. Started by `torch.distributed.run` it trains with DistributedDataParallel.

usage: train_torch.py XS|S|L EDGE BATCH fp32|bf16 THREADS STEPS   (rank 0 prints the seconds of each step)
"""

import os
import sys
import time

import torch
from dynamic_network_architectures.architectures.unet import ResidualEncoderUNet

TIERS = {
    "XS": ([8, 16, 32, 64], [1, 1, 1, 1]),
    "S": ([16, 32, 64, 128, 160, 160], [1, 2, 2, 2, 2, 2]),
    "L": ([32, 64, 128, 256, 320, 320], [1, 3, 4, 6, 6, 6]),
}
tier, edge, batch, precision, threads, steps = sys.argv[1:]
edge, batch, threads, steps = int(edge), int(batch), int(threads), int(steps)
features, blocks = TIERS[tier]
torch.set_num_threads(threads)
torch.manual_seed(1)
network = ResidualEncoderUNet(
    1, len(features), features, torch.nn.Conv3d, 3, [1] + [2] * (len(features) - 1), blocks, 1,
    [1] * (len(features) - 1), conv_bias=True, norm_op=torch.nn.InstanceNorm3d,
    norm_op_kwargs={"eps": 1e-5, "affine": True}, nonlin=torch.nn.LeakyReLU, nonlin_kwargs={"inplace": True},
    deep_supervision=False)
network.apply(ResidualEncoderUNet.initialize)
if int(os.environ.get("WORLD_SIZE", 1)) > 1:
    torch.distributed.init_process_group("gloo")
    # The heads of coarser resolutions get no gradient; looking for such parameters every step would cost time.
    for head in network.decoder.seg_layers[:-1]:
        head.requires_grad_(False)
    network = torch.nn.parallel.DistributedDataParallel(network)
optimizer = torch.optim.SGD(network.parameters(), 1e-2, momentum=0.99, weight_decay=3e-5, nesterov=True)
crops = torch.randn(batch, 1, edge, edge, edge)
blocks_along = -(-edge // 16)
for _step in range(steps):
    hidden = torch.zeros(batch, blocks_along ** 3)
    for sample in range(batch):
        hidden[sample, torch.randperm(blocks_along ** 3)[: round(0.75 * blocks_along ** 3)]] = 1
    hidden = hidden.view(batch, 1, blocks_along, blocks_along, blocks_along)
    for axis in (2, 3, 4):
        hidden = hidden.repeat_interleave(16, axis)
    hidden = hidden[:, :, :edge, :edge, :edge].contiguous()
    start = time.perf_counter()
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
        prediction = network(crops * (1 - hidden))
        loss = ((prediction.float() - crops) ** 2 * hidden).sum() / hidden.sum()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 12)
    optimizer.step()
    if int(os.environ.get("RANK", 0)) == 0:
        print(time.perf_counter() - start, flush=True)
