#!/usr/bin/env bash
# The full pipeline on a synthetic organ: TIFF planes of four stains of one organ -> stores -> corpus -> pretraining ->
# fine-tuning on annotated crops of another organ -> segmented and counted structures -> scores against the ground truth ->
# a report of all of it.
#
#   scripts/demo.sh DIRECTORY
#
# Every stage resumes where it stopped: after an interruption, run the same command again. A finished demo only prints
# its results again. Environment: SHEAF is the program (default: sheaf), RANKS the number of ranks (default 2).
set -euo pipefail
demo=${1:?usage: scripts/demo.sh DIRECTORY}
SHEAF=${SHEAF:-sheaf}
ranks=${RANKS:-2}
structures=(nuclei plaques vessels axons)
declare -A category=([nuclei]=isolated-dense [plaques]=isolated-sparse [vessels]=contiguous-dense [axons]=contiguous-sparse)
mkdir -p "$demo"
# bf16 is faster on processors that support it, and slower where libtorch has to emulate it.
if grep -q -E 'avx512_bf16|amx_bf16' /proc/cpuinfo; then precision=bf16; else precision=fp32; fi

sheaf() {
  local arguments=(--oversubscribe --bind-to none -n "$ranks")
  if [ "$(id -u)" -eq 0 ]; then arguments+=(--allow-run-as-root); fi
  mpirun "${arguments[@]}" "$SHEAF" "$@"
}

# Runs a stage once and records its duration, so that a resumed demo still reports the time of every stage.
timed() { # stage, command…
  local stage=$1 start end
  shift
  if [ -f "$demo/$stage.seconds" ]; then return 0; fi
  echo "── $stage" >&2
  start=$(date +%s.%N)
  "$@"
  end=$(date +%s.%N)
  awk -v a="$start" -v b="$end" 'BEGIN { printf "%.1f\n", b - a }' >"$demo/$stage.seconds"
}

tile_all() {
  for s in "${structures[@]}"; do
    sheaf tile "$demo/organ/$s/planes" "$demo/$s.zarr" --structure "$s" --category "${category[$s]}" --voxel-size 2
  done
}
stores=()
for s in "${structures[@]}"; do stores+=("$demo/$s.zarr"); done
infer_all() {
  for s in "${structures[@]}"; do
    sheaf infer "$demo/$s.zarr" "$demo/$s-segmented.zarr" --model "$demo/model" --objects "$demo/$s-objects.csv" \
      --min-voxels 20 --tile-size 64
  done
}
evaluate_all() {
  for s in "${structures[@]}"; do
    sheaf evaluate "$demo/$s-segmented.zarr/labels/$s" "$demo/organ/$s/labels" --category "${category[$s]}" --json >"$demo/$s-scores.json.partial"
    mv "$demo/$s-scores.json.partial" "$demo/$s-scores.json"
  done
}
pictures() {
  for s in "${structures[@]}"; do
    "$SHEAF" picture "$demo/$s.zarr" --overlay "$demo/organ/$s/labels" --overlay "$demo/$s-segmented.zarr/labels/$s" -o "$demo/$s.png" --overwrite
  done
}

timed phantom sheaf phantom "$demo/organ" --extent 96,256,256 --seed 7 --pairs 4 --random-pairs 40 --pair-extent 64
timed tile tile_all
timed corpus sheaf corpus "${stores[@]}" -o "$demo/corpus" --patch-size 64
timed pretrain sheaf pretrain "$demo/corpus" -o "$demo/pretrained" --tier XS --crop 48 --batch 2 --steps 120 --precision "$precision"
# Four organs of 44 validate; of each, crops of all four stains. The last validation chooses the threshold.
steps=1200
timed finetune sheaf finetune "$demo/organ/pairs.yaml" -o "$demo/model" --from "$demo/pretrained" --tier XS --crop 48 --batch 2 --steps $steps --set ema=0.99 --validation-fraction 0.09 --set validation-interval=$steps --precision "$precision"
timed infer infer_all
timed evaluate evaluate_all
timed pictures pictures
report() {
  inputs=("$demo/corpus" "$demo/pretrained" "$demo/model")
  for s in "${structures[@]}"; do inputs+=("$demo/$s.zarr" "$demo/$s-segmented.zarr" "$demo/$s-scores.json"); done
  "$SHEAF" report "${inputs[@]}" -o "$demo/report.html" --title "Sheaf on a synthetic organ" --overwrite >/dev/null
}
timed report report

echo >&2
python3 - "$demo" "${structures[@]}" <<'PY'
import csv, json, pathlib, sys

demo = pathlib.Path(sys.argv[1])
present = {entry["structure"]: entry.get("objects") for entry in json.loads((demo / "organ/phantom.json").read_text())["structures"]}
print(f"{'structure':<10} {'Dice':>6} {'clDice':>7} {'PQ':>6} {'objects found':>14} {'present':>8} {'matched':>8}")
for structure in sys.argv[2:]:
    scores = json.loads((demo / f"{structure}-scores.json").read_text())
    found = sum(1 for _ in csv.reader(open(demo / f"{structure}-objects.csv"))) - 1
    objects, centrelines = scores.get("objects") or {}, scores.get("centrelines") or {}
    number = lambda value, form: format(value, form) if value is not None else "-"
    print(
        f"{structure:<10} {number(scores.get('dice'), '.3f'):>6} {number(centrelines.get('clDice'), '.3f'):>7} "
        f"{number(objects.get('panopticQuality'), '.3f'):>6} {found:>14} {number(present[structure], 'd'):>8} "
        f"{number(objects.get('matched'), 'd'):>8}")
stages = sorted(demo.glob("*.seconds"), key=lambda path: path.stat().st_mtime)
seconds = {path.stem: float(path.read_text()) for path in stages}
print("\nseconds: " + ", ".join(f"{stage} {taken:.0f}" for stage, taken in seconds.items()) + f"; total {sum(seconds.values()):.0f}")
print("pictures (image, truth, prediction): " + ", ".join(str(demo / f"{structure}.png") for structure in sys.argv[2:]))
print(f"report: {demo / 'report.html'}")
PY
