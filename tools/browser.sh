#!/bin/sh
# What the browser tests need: Chromium and a Chinese font. Installs Debian's packages where that is possible;
# where it is not, says so in one line. Never fails: the tests decide (skipped, or failed where CI=true).
set -u

have() {
  { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null 2>&1 &&
    fc-list 2>/dev/null | grep -qiE 'cjk|wenquanyi|source han|simsun|pingfang|yahei'
}

if have; then exit 0; fi
if [ "$(uname -s)" = Linux ] && command -v apt-get >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ]; then
    as_root=
  elif sudo -n true 2>/dev/null; then
    as_root="sudo -n"
  else
    echo "browser tests: need chromium and a Chinese font; run once: sudo apt-get install chromium fontconfig fonts-noto-cjk" >&2
    exit 0
  fi
  echo "browser tests: installing chromium, fontconfig and fonts-noto-cjk"
  log=$(mktemp)
  {
    $as_root apt-get update &&
      $as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends chromium fontconfig fonts-noto-cjk
  } >"$log" 2>&1 || tail -n 3 "$log" >&2
  rm -f "$log"
fi
have || echo "browser tests: no Chromium or no Chinese font, so they cannot run here" >&2
