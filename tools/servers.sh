#!/bin/sh
# What the tests of the servers need beside Python packages: Virtuoso (4 MB, ten seconds). Never fails (tools/debian.sh).
set -u
. "$(dirname "$0")/debian.sh"

have() { command -v virtuoso-t >/dev/null 2>&1; }

if have; then exit 0; fi
install "tests of the servers" "Virtuoso" "virtuoso-opensource-7-bin"
have || echo "tests of the servers: no Virtuoso, so its tests cannot run here" >&2
