#!/bin/sh
# What the browser tests need: Chromium and a Chinese font. Never fails (tools/debian.sh).
set -u
. "$(dirname "$0")/debian.sh"

have() {
  { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null 2>&1 &&
    fc-list 2>/dev/null | grep -qiE 'cjk|wenquanyi|source han|simsun|pingfang|yahei'
}

if have; then exit 0; fi
install "browser tests" "chromium and a Chinese font" "chromium fontconfig fonts-noto-cjk"
have || echo "browser tests: no Chromium or no Chinese font, so they cannot run here" >&2
