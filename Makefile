# Each target can be the first command in a fresh clone; repeated, each starts in seconds.
#   make install   .venv with everything the app needs
#   make servers   install, and what is needed where a setting names a server (docs/scale.md)
#   make app       install, ingest data/plans/ where that is not done, serve on PORT
#   make test      everything that CI runs
#   make bench     the benchmarks
#   make evaluation  ask questions with known answers, and write docs/evaluation.md and docs/ablation.md
#   make lock      choose the pinned versions anew (needs the network)
#   make clean     remove what the others made, the workspace excepted
# Settings: PORT, WORKSPACE (or YAODIAN_WORKSPACE), VENV, PYTHON, WORKERS (processes of the tests).

VENV ?= .venv
PORT ?= 7860
# One more than the cores: tests wait for servers and browsers.
WORKERS ?= 3
YAODIAN_WORKSPACE ?= workspace
WORKSPACE ?= $(YAODIAN_WORKSPACE)
RUN = PYTHONUTF8=1 "$(VENV)/bin/python" -m

# Nothing that a library might do at start-up leaves the machine.
export HF_HUB_OFFLINE = 1
export TRANSFORMERS_OFFLINE = 1
export HF_HUB_DISABLE_TELEMETRY = 1
export GRADIO_ANALYTICS_ENABLED = False

help:
	@sed -n 's/^#   //p' Makefile

install:
	@PYTHON="$(PYTHON)" sh tools/setup.sh "$(VENV)" app

servers:
	@PYTHON="$(PYTHON)" sh tools/setup.sh "$(VENV)" servers

dev:
	@PYTHON="$(PYTHON)" sh tools/setup.sh "$(VENV)" dev

app: install
	@"$(VENV)/bin/yaodian" ingest data/plans --workspace "$(WORKSPACE)"
	@PORT="$(PORT)" exec "$(VENV)/bin/yaodian" serve --workspace "$(WORKSPACE)"

# Debian's packages arrive while Python's are unpacked; the types are checked while the first tests run.
test:
	@$(MAKE) --no-print-directory --jobs=2 dev .programs
	@$(MAKE) --no-print-directory --jobs=2 .checks .tests

.checks:
	$(RUN) ruff check .
	$(RUN) mypy

.tests:
	$(RUN) pytest -n $(WORKERS) --dist loadfile

.programs:
	@sh tools/browser.sh
	@sh tools/servers.sh

bench: dev
	"$(VENV)/bin/python" benchmarks/bench_embedding.py speed
	$(RUN) benchmarks.bench_scale --peers

PLANS = $(foreach folder,data/plans tests/questions/plans tests/plans/whole/tuned tests/plans/whole/held,--plans $(folder))

# The first questions, those that nobody has read, the newest; EVALUATED=tests/questions asks all, in about an hour.
EVALUATED = tests/questions/yiyang-2021.json tests/questions/set14 tests/questions/set34 tests/questions/set48 tests/questions/set49 tests/questions/set50 tests/questions/set51 tests/questions/set52 tests/questions/set53

evaluation: dev
	$(RUN) qa.cli eval $(EVALUATED) $(PLANS) --report docs/evaluation.md
	$(RUN) qa.cli eval tests/questions/yiyang-2021.json tests/questions/set14 $(PLANS) --ablation --report docs/ablation.md

lock: dev
	"$(VENV)/bin/python" tools/lock.py

clean:
	rm -rf "$(VENV)" build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis

.PHONY: help install servers dev app test .programs .checks .tests bench evaluation lock clean
