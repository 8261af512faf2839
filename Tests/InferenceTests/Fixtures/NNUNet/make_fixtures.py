"""Writes results folders of nnU-Net with small random networks, a volume, and what nnU-Net's own predictor makes of it.

    python make_fixtures.py DIRECTORY        (with nnunetv2 2.8.1 and safetensors)

nnU-Net adds up tiles in half precision, which rounds; here its sums are in single precision, so that what is compared
is the rule and not the rounding.
"""
import json
import os
import sys

for name in ["raw", "preprocessed", "results"]:
    os.environ["nnUNet_" + name] = "/nonexistent"
for name, value in [("compile", "f"), ("def_n_proc", "1")]:
    os.environ["nnUNet_" + name] = value

import numpy as np  # noqa: E402
import torch  # noqa: E402
from nnunetv2.inference import predict_from_raw_data as prediction  # noqa: E402
from nnunetv2.utilities.get_network_from_plans import get_network_from_plans  # noqa: E402
from safetensors.numpy import save_file  # noqa: E402

torch.set_num_threads(1)
gaussian = prediction.compute_gaussian


class SinglePrecision:
    """torch, but for the type of the sums."""

    def __getattr__(self, name):
        return torch.float32 if name == "half" else getattr(torch, name)


prediction.torch = SinglePrecision()


def unrounded(*arguments, **options):
    return gaussian(*arguments, **dict(options, dtype=torch.float64)).float()


unrounded.cache_clear = gaussian.cache_clear
prediction.compute_gaussian = unrounded

KINDS = {
    "binary": ("PlainConvUNet", {"background": 0, "cells": 1}, [0, 1, 2], 2),
    "classes": ("ResidualEncoderUNet", {"background": 0, "cells": 1, "nuclei": 2}, [0, 1, 2], 1),
    "regions": ("PlainConvUNet", {"background": 0, "whole": [1, 2], "core": 2}, [1, 2, 0], 1),
}


def plans(network, order):
    """With kernels and strides that differ by axis, in the order that nnU-Net would plan in."""
    def axes(values):
        return [values[axis] for axis in order]
    blocks = {"n_blocks_per_stage": [1, 1, 1]} if network == "ResidualEncoderUNet" else {"n_conv_per_stage": [1, 2, 1]}
    return {
        "dataset_name": "Dataset007_Cells", "plans_name": "nnUNetPlans", "image_reader_writer": "SimpleITKIO",
        "transpose_forward": order, "transpose_backward": [order.index(axis) for axis in range(3)],
        "label_manager": "LabelManager", "experiment_planner_used": "ExperimentPlanner",
        "original_median_spacing_after_transp": axes([4, 2, 2]), "original_median_shape_after_transp": axes([11, 21, 19]),
        "foreground_intensity_properties_per_channel": {"0": {}},
        "configurations": {"3d_fullres": {
            "data_identifier": "nnUNetPlans_3d_fullres", "preprocessor_name": "DefaultPreprocessor", "batch_size": 2,
            "patch_size": axes([8, 12, 16]), "median_image_size_in_voxels": axes([11, 21, 19]), "spacing": axes([4, 2, 2]),
            "normalization_schemes": ["ZScoreNormalization"], "use_mask_for_norm": [False], "batch_dice": False,
            "resampling_fn_data": "resample_data_or_seg_to_shape", "resampling_fn_seg": "resample_data_or_seg_to_shape",
            "resampling_fn_probabilities": "resample_data_or_seg_to_shape",
            "resampling_fn_data_kwargs": {"is_seg": False, "order": 3, "order_z": 0, "force_separate_z": None},
            "resampling_fn_seg_kwargs": {"is_seg": True, "order": 1, "order_z": 0, "force_separate_z": None},
            "resampling_fn_probabilities_kwargs": {"is_seg": False, "order": 1, "order_z": 0, "force_separate_z": None},
            "architecture": {
                "network_class_name": "dynamic_network_architectures.architectures.unet." + network,
                "arch_kwargs": {
                    "n_stages": 3, "features_per_stage": [3, 4, 5], "conv_op": "torch.nn.modules.conv.Conv3d",
                    "kernel_sizes": [axes([1, 3, 3]), [3, 3, 3], [3, 3, 3]],
                    "strides": [[1, 1, 1], axes([1, 2, 2]), [2, 2, 2]], **blocks, "n_conv_per_stage_decoder": [1, 1],
                    "conv_bias": True, "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d",
                    "norm_op_kwargs": {"eps": 1e-05, "affine": True}, "dropout_op": None, "dropout_op_kwargs": None,
                    "nonlin": "torch.nn.LeakyReLU", "nonlin_kwargs": {"inplace": True}},
                "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"]}}}}


def main(directory):
    numbers = np.random.default_rng(3)
    volume = numbers.normal(200, 12, (11, 21, 19))
    for _ in range(9):
        z, y, x = (int(numbers.integers(2, size - 2)) for size in volume.shape)
        volume[z - 2:z + 2, y - 2:y + 3, x - 2:x + 2] += 90
    volume = np.clip(volume, 1, 65535).astype(np.uint16)
    tensors = {"volume": volume.astype(np.float32)}
    for kind, (network, labels, order, folds) in KINDS.items():
        results = f"{directory}/{kind}/nnUNetTrainer__nnUNetPlans__3d_fullres"
        plan = plans(network, order)
        dataset = {"channel_names": {"0": "signal"}, "labels": labels, "numTraining": 5, "file_ending": ".nii.gz"}
        if kind == "regions":
            dataset["regions_class_order"] = [1, 2]
        os.makedirs(results, exist_ok=True)
        json.dump(plan, open(results + "/plans.json", "w"))
        json.dump(dataset, open(results + "/dataset.json", "w"))
        architecture = plan["configurations"]["3d_fullres"]["architecture"]
        outputs = 2 if kind == "regions" else len(labels)
        for fold in range(folds):
            torch.manual_seed(10 * len(kind) + fold + 3)
            net = get_network_from_plans(
                architecture["network_class_name"], architecture["arch_kwargs"], architecture["_kw_requires_import"],
                1, outputs, allow_init=True, deep_supervision=False)
            for name, parameter in net.named_parameters():
                if "seg_layers" in name:
                    # So that classes are sure of themselves in some places and not in others.
                    torch.nn.init.zeros_(parameter) if parameter.ndim == 1 else torch.nn.init.normal_(parameter, std=2)
            os.makedirs(f"{results}/fold_{fold}", exist_ok=True)
            torch.save({
                "network_weights": net.state_dict(), "trainer_name": "nnUNetTrainer",
                "init_args": {"configuration": "3d_fullres"}, "inference_allowed_mirroring_axes": (0, 1, 2),
                "current_epoch": 1}, f"{results}/fold_{fold}/checkpoint_final.pth")
        for name, use, mirror in [("one", (0,), False), ("all", None, False), ("mirrored", None, True)]:
            if name == "all" and folds == 1:
                continue
            predictor = prediction.nnUNetPredictor(
                tile_step_size=0.5, use_gaussian=True, use_mirroring=mirror, perform_everything_on_device=False,
                device=torch.device("cpu"), allow_tqdm=False)
            predictor.initialize_from_trained_model_folder(results, use_folds=use)
            segmentation, probabilities = predictor.predict_single_npy_array(
                volume[None].astype(np.float32), {"spacing": [4, 2, 2]}, None, None, True)
            tensors[f"{kind}-{name}-probabilities"] = np.ascontiguousarray(probabilities.astype(np.float32))
            tensors[f"{kind}-{name}-foreground"] = np.ascontiguousarray(segmentation > 0).astype(np.float32)
            print(kind, name, probabilities.shape, [float(p.mean()) for p in probabilities], (segmentation > 0).mean())
    save_file(tensors, directory + "/predictions.safetensors")


if __name__ == "__main__":
    main(sys.argv[1])
