#!/bin/sh
# Make or renew the virtual environment:  sh tools/setup.sh VENV app|servers|dev
# Does nothing where the lock files, pyproject.toml, the Python and the place are those of the last time.
set -eu
venv=$1
kind=$2
cd "$(dirname "$0")/.."

case $kind in
app) lock=requirements.lock ;;
servers) lock=requirements-servers.lock ;;
dev) lock=requirements-dev.lock ;;
*)
  echo "setup: unknown kind $kind" >&2
  exit 2
  ;;
esac

fit() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

choose_python() {
  for candidate in ${PYTHON:-python3} python3.11 python3.12 python3.13 python3.14 python; do
    if fit "$candidate"; then
      command -v "$candidate"
      return
    fi
    if [ -n "${PYTHON:-}" ]; then break; fi
  done
  echo "setup: Python 3.11 or newer is needed; install it, or name it: make PYTHON=/path/to/python3.11 …" >&2
  exit 1
}

# What the environment must have been made from; servers and dev hold all of app.
print() { { pwd -P; cat pyproject.toml requirements.lock; [ "$kind" = app ] || cat "requirements-$kind.lock"; } | cksum; }

stamp=$venv/.installed-$kind
now=$(print)
if [ -x "$venv/bin/yaodian" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$now" ] && fit "$venv/bin/python"; then
  exit 0
fi

if ! fit "$venv/bin/python" || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
  python=$(choose_python)
  echo "setup: making $venv with $("$python" --version)"
  "$python" -m venv --clear "$venv" || {
    echo "setup: $python cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2
    exit 1
  }
fi

rm -f "$venv"/.installed-*
echo "setup: installing the versions in $lock; a first time takes some minutes"
if [ -t 1 ]; then loud=; else loud=-qq; fi # a person sees the downloads go by, a log only what went wrong
"$venv/bin/python" -m pip install $loud --disable-pip-version-check --no-compile -r "$lock"
# The interpreter compiles what is used, when it is used; where it may not keep that, all is compiled here.
if [ -n "${PYTHONDONTWRITEBYTECODE:-}" ]; then
  # Without the packages' own tests; what a package holds for another Python is no error.
  "$venv/bin/python" -m compileall -q -j 0 -x '[/\\]tests?[/\\]' "$venv/lib" >/dev/null 2>&1 || true
fi
"$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
# Also where a setting forbids the interpreter to keep what it compiles: a command starts in two thirds of the time.
"$venv/bin/python" -m compileall -q kg embeddings qa app.py
print >"$stamp"
if [ "$kind" != app ]; then
  kind=app
  print >"$venv/.installed-app"
fi
