#!/usr/bin/env bash
# Queues the whole road as a chain of SLURM jobs, each starting when the one before has ended well:
#
#   cluster/submit-all.sh [--dry-run] PLANES PAIRS OUTPUT [STRUCTURE]
#
# PLANES is a directory of TIFF planes (or any volume Sheaf reads), PAIRS a directory with images/ and labels/. A job that
# stops early requeues itself (see launch.sh). SHEAF names the program; TIER, CROP, PRETRAIN_STEPS, FINETUNE_STEPS and
# VOXEL_SIZE (z,y,x in micrometres) set what they say.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dry_run=
if [ "${1:-}" = --dry-run ]; then dry_run=yes; shift; fi
if [ $# -lt 3 ]; then
  echo "usage: cluster/submit-all.sh [--dry-run] PLANES PAIRS OUTPUT [STRUCTURE]" >&2
  exit 64
fi
planes=$1 pairs=$2 output=$3 structure=${4:-}
tier=${TIER:-L} crop=${CROP:-160}
export SHEAF_CLUSTER=$here

previous=
submit() { # stage, then its arguments
  local stage=$1
  shift
  local command=(sbatch --parsable --export=ALL)
  if [ -n "$previous" ]; then command+=("--dependency=afterok:$previous"); fi
  command+=("$here/$stage.sbatch" "$@")
  if [ -n "$dry_run" ]; then
    echo "${command[*]}"
    previous="<$stage>"
  else
    previous=$("${command[@]}")
    echo "$stage: job $previous"
  fi
}

if [ -z "$dry_run" ]; then mkdir -p "$output"; fi
tile_options=()
if [ -n "$structure" ]; then tile_options+=(--structure "$structure"); fi
if [ -n "${VOXEL_SIZE:-}" ]; then tile_options+=(--voxel-size "$VOXEL_SIZE"); fi
submit tile "$planes" "$output/organ.zarr" ${tile_options[@]+"${tile_options[@]}"}
submit corpus "$output/organ.zarr" -o "$output/corpus"
submit pretrain "$output/corpus" -o "$output/pretrained" --tier "$tier" --crop "$crop" --steps "${PRETRAIN_STEPS:-250000}"
submit finetune "$pairs" -o "$output/model" --from "$output/pretrained" --tier "$tier" --crop "$crop" --steps "${FINETUNE_STEPS:-37500}"
submit infer "$output/organ.zarr" "$output/segmented.zarr" --model "$output/model" --objects "$output/objects.csv"
