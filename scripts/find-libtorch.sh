#!/usr/bin/env bash
# Prints the libtorch directory (with include/ and lib/) to build against: LIBTORCH, else the torch of the active
# Python when it is 2.4 or newer, else the CPU build in the user's cache. Prints nothing when there is none.
set -euo pipefail

usable() { [ -f "$1/include/torch/csrc/api/include/torch/torch.h" ] && [ -f "$1/lib/libtorch_cpu.so" ]; }

if [ -n "${LIBTORCH:-}" ]; then
  usable "$LIBTORCH" || {
    echo "find-libtorch: LIBTORCH=$LIBTORCH holds no include/torch/csrc/api/include/torch/torch.h and lib/libtorch_cpu.so; unset it or point it at a libtorch" >&2
    exit 1
  }
  echo "$LIBTORCH"
  exit 0
fi

# Without importing torch, which would take seconds and may fail for want of its Python dependencies.
active=$(python3 - <<'PY' 2>/dev/null || true
import importlib.metadata, importlib.util
version = tuple(int(part) for part in importlib.metadata.version("torch").split("+")[0].split(".")[:2])
if version >= (2, 4):
    print(importlib.util.find_spec("torch").submodule_search_locations[0])
PY
)
if [ -n "$active" ] && usable "$active"; then
  echo "$active"
  exit 0
fi

cached="${XDG_CACHE_HOME:-$HOME/.cache}/sheaf/libtorch-2.13.0/torch"
if usable "$cached"; then echo "$cached"; fi
