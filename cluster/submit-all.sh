#!/usr/bin/env bash
# Submits the full pipeline as a chain of SLURM jobs, each of which starts when the one before has succeeded:
#
#   cluster/submit-all.sh [--dry-run] PLANES PAIRS OUTPUT [STRUCTURE]
#
# PLANES is a directory of TIFF planes (or any volume Sheaf reads), PAIRS a directory with images/ and labels/. A job
# that stops early requeues itself (see launch.sh). Environment: SHEAF is the program (default: sheaf), TIER and CROP the
# network size and crop, PRETRAIN_STEPS and FINETUNE_STEPS the training steps, VOXEL_SIZE the voxel size in micrometres
# (z,y,x), LABEL_MAP the meaning of label values; resources per stage are in submit.sh.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dry_run=
if [ "${1:-}" = --dry-run ]; then
  dry_run=yes
  shift
fi
if [ $# -lt 3 ]; then
  echo "usage: cluster/submit-all.sh [--dry-run] PLANES PAIRS OUTPUT [STRUCTURE]" >&2
  exit 64
fi
planes=$1 pairs=$2 output=$3 structure=${4:-}
tier=${TIER:-L} crop=${CROP:-160}

previous=
submit() { # stage, then its arguments
  local options=()
  if [ -n "$previous" ]; then options+=("--dependency=afterok:$previous"); fi
  if [ -n "$dry_run" ]; then
    "$here/submit.sh" --dry-run ${options[@]+"${options[@]}"} "$@"
    previous="<$1>"
  else
    previous=$("$here/submit.sh" ${options[@]+"${options[@]}"} "$@")
    echo "$1: job $previous"
  fi
}

if [ -z "$dry_run" ]; then mkdir -p "$output"; fi
tile_options=()
if [ -n "$structure" ]; then tile_options+=(--structure "$structure"); fi
if [ -n "${VOXEL_SIZE:-}" ]; then tile_options+=(--voxel-size "$VOXEL_SIZE"); fi
finetune_options=()
if [ -n "${LABEL_MAP:-}" ]; then finetune_options+=(--label-map "$LABEL_MAP"); fi
submit tile "$planes" "$output/organ.zarr" ${tile_options[@]+"${tile_options[@]}"}
submit corpus "$output/organ.zarr" -o "$output/corpus"
submit pretrain "$output/corpus" -o "$output/pretrained" --tier "$tier" --crop "$crop" --steps "${PRETRAIN_STEPS:-250000}"
submit finetune "$pairs" -o "$output/model" --from "$output/pretrained" --tier "$tier" --crop "$crop" \
  --steps "${FINETUNE_STEPS:-37500}" ${finetune_options[@]+"${finetune_options[@]}"}
submit infer "$output/organ.zarr" "$output/segmented.zarr" --model "$output/model" --objects "$output/objects.csv"
