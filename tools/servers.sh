#!/bin/sh
# What the tests of the servers need beside Python packages: Virtuoso (4 MB, ten seconds). Installs Debian's package where
# that is possible; where it is not, says so in one line. Never fails: the tests decide (skipped, or failed where CI=true).
set -u

have() { command -v virtuoso-t >/dev/null 2>&1; }

if have; then exit 0; fi
if [ "$(uname -s)" = Linux ] && command -v apt-get >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ]; then
    as_root=
  elif sudo -n true 2>/dev/null; then
    as_root="sudo -n"
  else
    echo "tests of the servers: need Virtuoso; run once: sudo apt-get install virtuoso-opensource-7-bin" >&2
    exit 0
  fi
  echo "tests of the servers: installing virtuoso-opensource-7-bin"
  log=$(mktemp)
  {
    $as_root apt-get update &&
      $as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends virtuoso-opensource-7-bin
  } >"$log" 2>&1 || tail -n 3 "$log" >&2
  rm -f "$log"
fi
have || echo "tests of the servers: no Virtuoso, so its tests cannot run here" >&2
