#!/usr/bin/env bash
# Prints the libtorch directory (with include/ and lib/) to build against: LIBTORCH, else the torch of the active
# Python if it is 2.4 or newer, else the CPU build in the user's cache. Prints nothing if there is none. Which libtorch
# the installed program runs with is decided when it starts; see Sources/Commands/Libtorch/LibtorchSearch.swift.
set -euo pipefail

usable() { [ -f "$1/include/torch/csrc/api/include/torch/torch.h" ] && [ -f "$1/lib/libtorch_cpu.so" ]; }

if [ -n "${LIBTORCH:-}" ]; then
  usable "$LIBTORCH" || {
    echo "find-libtorch: LIBTORCH=$LIBTORCH does not contain include/torch/csrc/api/include/torch/torch.h and lib/libtorch_cpu.so; set it to the directory of a libtorch, or unset it" >&2
    exit 1
  }
  echo "$LIBTORCH"
  exit 0
fi

# Without importing torch, which takes seconds and fails if its own Python dependencies are missing.
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
