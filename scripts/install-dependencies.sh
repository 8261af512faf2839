#!/usr/bin/env bash
# Installs missing build dependencies: Debian packages by apt-get if permitted, and a CPU build of libtorch into the
# user's cache unless LIBTORCH or the active Python provides one.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

packages=()
need() { # Debian package, then a command that succeeds if it is installed
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || packages+=("$package")
}
need pkg-config command -v pkg-config
need libhdf5-dev pkg-config --exists hdf5
need libzstd-dev pkg-config --exists libzstd
need libtiff-dev pkg-config --exists libtiff-4
need libopenmpi-dev pkg-config --exists ompi-c
need openmpi-bin command -v mpirun
need libblosc-dev pkg-config --exists blosc
need libdeflate-dev pkg-config --exists libdeflate
need libexpat1-dev pkg-config --exists expat
need libpng-dev pkg-config --exists libpng
need libisal-dev pkg-config --exists libisal
need liblz4-dev pkg-config --exists liblz4
need liblzf-dev pkg-config --exists liblzf
need libaec-dev test -e /usr/include/libaec.h
need liblzma-dev pkg-config --exists liblzma
need libbz2-dev test -e /usr/include/bzlib.h
need python3-pip python3 -m pip --version
need python3-venv python3 -c 'import venv, ensurepip'

if [ ${#packages[@]} -gt 0 ]; then
  administrator=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true >/dev/null 2>&1; then administrator=(sudo -n); else administrator=(false); fi
  fi
  if ! command -v apt-get >/dev/null 2>&1 || [ "${administrator[0]:-}" = false ]; then
    echo "install-dependencies: ask an administrator to run: apt-get install ${packages[*]}" >&2
    exit 1
  fi
  echo "Installing ${packages[*]}" >&2
  "${administrator[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${administrator[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi

if [ -z "$("$here/find-libtorch.sh")" ]; then
  cache="${XDG_CACHE_HOME:-$HOME/.cache}/sheaf"
  mkdir -p "$cache"
  partial=$(mktemp -d "$cache/libtorch.XXXXXX")
  trap 'rm -rf "$partial"' EXIT
  echo "Installing libtorch 2.13.0 for CPUs into $cache" >&2
  install_torch() {
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --target "$partial" "$1"
  }
  install_torch "torch==2.13.0+cpu" 2>/dev/null || { rm -rf "${partial:?}"/*; install_torch "torch==2.13.0"; } || {
    echo "install-dependencies: libtorch could not be downloaded; download libtorch 2.4 or newer and set LIBTORCH to its directory" >&2
    exit 1
  }
  # Moved to its final name when complete, so that an interrupted download is never mistaken for a libtorch.
  rm -rf "$cache/libtorch-2.13.0"
  mv "$partial" "$cache/libtorch-2.13.0"
  trap - EXIT
fi
echo "libtorch: $("$here/find-libtorch.sh")" >&2
