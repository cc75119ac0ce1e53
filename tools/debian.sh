# What tests need from Debian: sourced by tools/browser.sh and tools/servers.sh, each of which says what for.
# install WHO NEEDS PACKAGES: installs packages where that is possible; where it is not, says so in one line.
# Never fails: the tests decide (skipped, or failed where CI=true).

install() {
  if [ "$(uname -s)" != Linux ] || ! command -v apt-get >/dev/null 2>&1; then return 0; fi
  if [ "$(id -u)" = 0 ]; then
    as_root=
  elif sudo -n true 2>/dev/null; then
    as_root="sudo -n"
  else
    echo "$1: need $2; run once: sudo apt-get install $3" >&2
    return 0
  fi
  echo "$1: installing $3"
  log=$(mktemp)
  {
    $as_root apt-get update &&
      $as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $3
  } >"$log" 2>&1 || tail -n 3 "$log" >&2
  rm -f "$log"
}
