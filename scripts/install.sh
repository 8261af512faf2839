#!/usr/bin/env bash
# Installs the built programs and the shell completions; `make install` runs this.
#
#   scripts/install.sh BUILD_DIRECTORY PREFIX
#
# `sheaf` finds `sheaf-networks` in PREFIX/libexec/sheaf, and libtorch when it starts (LIBTORCH, the active Python's
# torch, the user's cache). `make uninstall` removes exactly the files that this installs.
set -euo pipefail
if [ $# -ne 2 ]; then
  echo "usage: scripts/install.sh BUILD_DIRECTORY PREFIX" >&2
  exit 64
fi
build=$1 prefix=$2

install -D -m 755 "$build/sheaf" "$prefix/bin/sheaf"
install -D -m 755 "$build/sheaf-networks" "$prefix/libexec/sheaf/sheaf-networks"

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
