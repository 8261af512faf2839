"""Writes peer_scores.json: masks with the scores that panoptica and scikit-image give them.

python make_peer_scores.py    (needs numpy, scipy, scikit-image, panoptica, connected-components-3d)

Masks are strings of 0 and 1 in C order. `counted` is 0 for voxels that are ignored; the peers know no ignored voxels,
so these are cleared in both masks before they see them, which is what Sheaf documents.
"""

import json
import pathlib

import cc3d
import numpy as np
import panoptica
import scipy.ndimage
import skimage
from panoptica import ConnectedComponentsInstanceApproximator, InputType, NaiveThresholdMatching, Panoptica_Evaluator
from panoptica.metrics import Metric
from skimage.morphology import skeletonize

random = np.random.default_rng(7)


def blobs(shape, sigma, share):
    noise = scipy.ndimage.gaussian_filter(random.standard_normal(shape), sigma, mode="wrap")
    return noise > np.quantile(noise, 1 - share)


def bits(mask):
    return "".join("1" if v else "0" for v in np.ascontiguousarray(mask).reshape(-1))


def number(value):
    value = float(value)
    return None if np.isnan(value) else value


def cl_score(mask, skeleton):
    return (mask & skeleton).sum() / skeleton.sum() if skeleton.sum() else float("nan")


cases = []
evaluator = Panoptica_Evaluator(
    expected_input=InputType.SEMANTIC,
    instance_approximator=ConnectedComponentsInstanceApproximator(),
    instance_matcher=NaiveThresholdMatching(matching_threshold=0.3),
    instance_metrics=[Metric.DSC, Metric.IOU],
    global_metrics=[Metric.DSC],
    verbose=False,
    log_times=False,
)
settings = [((1, 1, 1), 0.5, 1.0), ((1, 9, 13), 1.0, 0.3), ((7, 1, 12), 1.0, 0.4)]
settings += [((12, 14, 16), s, f) for s in (0.7, 1.2, 2.0) for f in (0.05, 0.2, 0.5)]
settings += [((20, 17, 23), 1.5, 0.1), ((16, 16, 16), 3.0, 0.3), ((6, 6, 6), 0.5, 0.9)]
for shape, sigma, share in settings:
    reference = blobs(shape, sigma, share)
    # A prediction that moves, loses and invents some of the reference.
    prediction = np.roll(reference, 1, axis=2) ^ (blobs(shape, 1.0, 0.1) & blobs(shape, 2.5, 0.5))
    counted = np.ones(shape, bool) if len(cases) % 2 == 0 else ~blobs(shape, 2.0, 0.25)
    p, r = prediction & counted, reference & counted
    case = {
        "extent": list(shape),
        "prediction": bits(prediction),
        "reference": bits(reference),
        "counted": bits(counted),
        "skeleton": bits(skeletonize(r)),
        "components": int(cc3d.connected_components(r.astype(np.uint8), connectivity=26).max()),
    }
    total = p.sum() + r.sum()
    case["dice"] = number(2 * (p & r).sum() / total) if total else None
    precision, sensitivity = cl_score(r, skeletonize(p)), cl_score(p, skeletonize(r))
    case["clDice"] = number(2 * precision * sensitivity / (precision + sensitivity)) if precision + sensitivity else 0.0
    if p.any() and r.any():
        result = evaluator.evaluate(p.astype(np.uint8), r.astype(np.uint8))["ungrouped"]
        case["panoptic"] = {
            "truePositives": int(result.tp),
            "falsePositives": int(result.fp),
            "falseNegatives": int(result.fn),
            "pq": number(result.pq),
            "sq": number(result.sq) if result.tp else None,
            "rq": number(result.rq),
            "pqDice": number(result.pq_dsc),
        }
    cases.append(case)

print("panoptica", panoptica.__file__, "scikit-image", skimage.__version__, len(cases), "cases")
path = pathlib.Path(__file__).with_name("peer_scores.json")
path.write_text(json.dumps(cases, indent=0) + "\n")
