#!/usr/bin/env bash
# A plane directory and annotated pairs in, a segmented organ out, on this machine or on the hosts of a hostfile:
#
#   cluster/pipeline.sh PLANES PAIRS OUTPUT [STRUCTURE]
#
# RANKS (default 2) sets the number of ranks, HOSTFILE an Open MPI hostfile, SHEAF the program; TIER, CROP, BATCH,
# PRETRAIN_STEPS, FINETUNE_STEPS, VOXEL_SIZE (z,y,x in micrometres) and LABEL_MAP set what they say. DRY_RUN=1 prints
# the commands. Give the same command again after an interruption and it carries on.
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
launch corpus "$output/organ.zarr" -o "$output/corpus" --patch "${PATCH:-300}"
launch pretrain "$output/corpus" -o "$output/pretrained" --tier "$tier" --crop "$crop" --batch "$batch" --steps "${PRETRAIN_STEPS:-2000}"
launch finetune "$pairs" -o "$output/model" --from "$output/pretrained" --tier "$tier" --crop "$crop" --batch "$batch" \
  --steps "${FINETUNE_STEPS:-1000}" ${finetune_options[@]+"${finetune_options[@]}"}
launch infer "$output/organ.zarr" "$output/segmented.zarr" --model "$output/model" --objects "$output/objects.csv"
