#!/usr/bin/env bash
# Installs the built programs, the Swift runtime libraries they need and the shell completions; `make install` runs
# this.
#
#   scripts/install.sh BUILD_DIRECTORY PREFIX
#
# `sheaf` finds `sheaf-networks` in PREFIX/libexec/sheaf, and libtorch when it starts (LIBTORCH, the active Python's
# torch, the user's cache). Both look for the runtime libraries in PREFIX/lib/sheaf, so that no Swift toolchain has to be
# on the machine. `make uninstall` removes exactly the files that this installs.
set -euo pipefail
if [ $# -ne 2 ]; then
  echo "usage: scripts/install.sh BUILD_DIRECTORY PREFIX" >&2
  exit 64
fi
build=$1 prefix=$2

install -D -m 755 "$build/sheaf" "$prefix/bin/sheaf"
install -D -m 755 "$build/sheaf-networks" "$prefix/libexec/sheaf/sheaf-networks"

runtime=$(ldd "$build/sheaf" | awk '$1 == "libswiftCore.so" { print $3 }')
if [ -z "$runtime" ]; then
  echo "$0: the Swift runtime libraries of $build/sheaf are not found; run make install with the toolchain that built it" >&2
  exit 66
fi
toolchain=$(dirname "$runtime")
for program in sheaf sheaf-networks; do
  ldd "$build/$program"
done | awk -v directory="$toolchain/" 'index($3, directory) == 1 { print $3 }' | sort -u |
  while read -r library; do install -D -m 644 "$library" "$prefix/lib/sheaf/$(basename "$library")"; done

# The programs would look into the toolchain first, where another version may be one day. In place of its directory they
# get their own, written with as many slashes as make it equally long.
hide_toolchain() { # program
  # The linker resolves $ORIGIN, not the shell.
  # shellcheck disable=SC2016
  local offset directory='$ORIGIN'
  offset=$(LC_ALL=C grep -a -b -o -F "$toolchain:\$ORIGIN" "$1" | head -n 1 | cut -d : -f 1)
  while [ ${#directory} -lt ${#toolchain} ]; do directory+=/; done
  printf '%s' "$directory" | dd of="$1" bs=1 seek="${offset:?$1 does not name $toolchain}" conv=notrunc status=none
}
hide_toolchain "$prefix/bin/sheaf"
hide_toolchain "$prefix/libexec/sheaf/sheaf-networks"

# Pretrained weights, by name.
sources=$(cd "$(dirname "$0")/.." && pwd)
for file in "$sources"/weights/*/*; do
  [ -e "$file" ] || continue
  install -D -m 644 "$file" "$prefix/share/sheaf/weights/${file#"$sources"/weights/}"
done

complete() { # shell, file
  local partial
  mkdir -p "$(dirname "$2")"
  partial=$(mktemp)
  "$build/sheaf" --generate-completion-script "$1" >"$partial"
  install -m 644 "$partial" "$2"
  rm -f "$partial"
}
complete bash "$prefix/share/bash-completion/completions/sheaf"
complete zsh "$prefix/share/zsh/site-functions/_sheaf"
complete fish "$prefix/share/fish/vendor_completions.d/sheaf.fish"
echo "Installed sheaf to $prefix/bin" >&2
