#!/usr/bin/env bash
# Benchmarks Sheaf and its peers on the same data in one run and writes benchmarks/RESULTS.md. Environment:
#
#   SHEAF       the program (default .build/release/sheaf)
#   SHEAF_DATA  directory with brain-planes/ (real light-sheet planes); without it, planes of `sheaf phantom` are used
#   WORK        directory for data and outputs (default benchmarks/output; several gigabytes, kept for the next run)
#   ONLY        one of tile, defaults, hdf5, read, train, infer or view
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export SHEAF=${SHEAF:-$here/../.build/release/sheaf}
work=${WORK:-$here/output}
cache="${XDG_CACHE_HOME:-$HOME/.cache}/sheaf"
python=${SHEAF_BENCH_PYTHON:-$cache/bench-peers/bin/python}

if ! "$python" -c 'import zarr, zarrs, tensorstore, tifffile, h5py, hdf5plugin, monai, dynamic_network_architectures, safetensors' 2>/dev/null; then
  echo "Creating a Python environment with the peers in $cache/bench-peers" >&2
  python3 -m venv "$cache/bench-peers"
  pip=("$cache/bench-peers/bin/python" -m pip install --quiet --disable-pip-version-check)
  "${pip[@]}" "torch==2.13.0+cpu" 2>/dev/null || "${pip[@]}" "torch==2.13.0"
  torch=$("$cache/bench-peers/bin/python" -c 'import torch; print(torch.__version__)')
  "${pip[@]}" "torch==$torch" numpy "zarr>=3.1" zarrs tensorstore tifffile h5py hdf5plugin monai dynamic-network-architectures safetensors
  python="$cache/bench-peers/bin/python"
fi
exec "$python" "$here/bench.py" "$work" "$here/RESULTS.md"
