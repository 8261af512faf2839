#!/usr/bin/env bash
# Submits one stage as a SLURM job:
#
#   cluster/submit.sh [--dry-run] [SBATCH OPTIONS] STAGE ARGUMENTS…
#
#   cluster/submit.sh tile planes/ brain.zarr --structure vessels --voxel-size 5,2,2 --memory 6GiB
#   cluster/submit.sh --nodes=8 --partition=gpu pretrain corpus -o pretrained --tier L --steps 250000
#
# The resources below suit a whole organ; sbatch options (as --name=value) override them, and sbatch's own environment
# variables (SBATCH_ACCOUNT, SBATCH_PARTITION, …) apply. Prints the job id; --dry-run prints the sbatch command instead.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

dry_run=
options=()
while [[ "${1:-}" == -* ]]; do
  if [ "$1" = --dry-run ]; then dry_run=yes; else options+=("$1"); fi
  shift
done
if [ $# -lt 2 ]; then
  echo "usage: cluster/submit.sh [--dry-run] [SBATCH OPTIONS] STAGE ARGUMENTS…" >&2
  exit 64
fi
stage=$1

case $stage in
  tile)
    resources=(--nodes=4 --ntasks-per-node=8 --cpus-per-task=4 --mem-per-cpu=2G --time=12:00:00)
    ;;
  corpus | evaluate | label | verify | export)
    resources=(--nodes=1 --ntasks-per-node=4 --cpus-per-task=4 --mem-per-cpu=4G --time=04:00:00)
    ;;
  pretrain | finetune | infer)
    # One rank per GPU. Without GPUs: --gpus-per-task=0 and more nodes.
    resources=(--nodes=1 --ntasks-per-node=4 --cpus-per-task=8 --gpus-per-task=1 --mem-per-cpu=4G --time=24:00:00)
    ;;
  *)
    echo "submit: unknown stage $stage; one of tile, corpus, pretrain, finetune, infer, label, evaluate, verify, export" >&2
    exit 64
    ;;
esac

command=(sbatch --parsable --export=ALL --job-name="sheaf-$stage" "${resources[@]}" ${options[@]+"${options[@]}"}
  "$here/job.sbatch" "$@")
if [ -n "$dry_run" ]; then
  echo "${command[*]}"
else
  export SHEAF_CLUSTER=$here
  "${command[@]}"
fi
