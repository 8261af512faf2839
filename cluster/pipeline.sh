#!/usr/bin/env bash
# Runs the full pipeline, from a directory of planes and annotated pairs to a segmented organ, on this machine or on the
# hosts of a hostfile:
#
#   cluster/pipeline.sh PLANES PAIRS OUTPUT [STRUCTURE]
#
# Environment: RANKS is the number of ranks (default 2), HOSTFILE an Open MPI hostfile, SHEAF the program (default:
# sheaf), TIER, CROP and BATCH the network size, crop and global batch, PATCH the corpus patch size, PRETRAIN_STEPS and
# FINETUNE_STEPS the training steps, VOXEL_SIZE the voxel size in micrometres (z,y,x), LABEL_MAP the meaning of label
# values. DRY_RUN=1 prints the commands. After an interruption, the same command resumes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=launch.sh
source "$here/launch.sh"
if [ $# -lt 3 ]; then
  echo "usage: cluster/pipeline.sh PLANES PAIRS OUTPUT [STRUCTURE]" >&2
  exit 64
fi
planes=$1 pairs=$2 output=$3 structure=${4:-}
tier=${TIER:-S} crop=${CROP:-96} batch=${BATCH:-2}

tile_options=()
if [ -n "$structure" ]; then tile_options+=(--structure "$structure"); fi
if [ -n "${VOXEL_SIZE:-}" ]; then tile_options+=(--voxel-size "$VOXEL_SIZE"); fi
finetune_options=()
if [ -n "${LABEL_MAP:-}" ]; then finetune_options+=(--label-map "$LABEL_MAP"); fi

if [ -z "${DRY_RUN:-}" ]; then mkdir -p "$output"; fi
launch tile "$planes" "$output/organ.zarr" ${tile_options[@]+"${tile_options[@]}"}
launch corpus "$output/organ.zarr" -o "$output/corpus" --patch-size "${PATCH:-300}"
launch pretrain "$output/corpus" -o "$output/pretrained" --tier "$tier" --crop "$crop" --batch "$batch" --steps "${PRETRAIN_STEPS:-2000}"
launch finetune "$pairs" -o "$output/model" --from "$output/pretrained" --tier "$tier" --crop "$crop" --batch "$batch" \
  --steps "${FINETUNE_STEPS:-1000}" ${finetune_options[@]+"${finetune_options[@]}"}
launch infer "$output/organ.zarr" "$output/segmented.zarr" --model "$output/model" --objects "$output/objects.csv"
