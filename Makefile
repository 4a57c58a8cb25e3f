# Ghala's commands. `make` lists them. All state is below $GHALA_HOME (default: data); GHALA_HOME itself is passed on
# as it was set, because dbt parses everything anew when that text changes.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
UV_VERSION := 0.13.8
HOME_DIR := $(or $(GHALA_HOME),data)
BIN := .venv/bin

# One stamp per content of a lock file: an unchanged lock installs nothing.
digest = $(shell $(PYTHON) -c "import hashlib,sys;print(hashlib.sha256(open(sys.argv[1],'rb').read()).hexdigest()[:12])" $(1) 2>/dev/null)
CORE := .venv/.core-$(call digest,requirements.lock)
UI := .venv/.ui-$(call digest,requirements-ui.lock)
DEV := .venv/.dev-$(call digest,requirements-dev.lock)

# Without cached bytecode every command compiles dbt and Dagster anew (a second `make run`: 29 s without, 26 s with).
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test ui bench bench-detection chaos lint docs example stop clean lock

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(CORE)  ## land, build, test, publish (sources are simulated if you have none); again: the next day
	@$(BIN)/python -m orchestration.make_run

test: $(DEV) lint  ## lint and all tests
	@$(BIN)/python -m pytest

ui: $(UI)  ## Dagster, dashboards and documentation in the browser, on this machine only
	@$(BIN)/python -m consumption.ui

bench: $(DEV)  ## the benchmarks, with ratios (half an hour)
	@$(BIN)/python -m benchmarks

bench-detection: $(DEV)  ## what the anomaly tests find and miss, on labelled series (a minute)
	@$(BIN)/python -m benchmarks.detection

chaos: $(DEV)  ## kill -9 at 200 drawn points, and every other fault once (an hour; python -m chaos --help)
	@$(BIN)/python -m chaos kill
	@$(BIN)/python -m chaos faults

lint: $(DEV)  ## ruff, mypy, sqlfluff
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint models tests docs/cookbook examples/online_retail/models examples/online_retail/tests
	@$(BIN)/sqlfluff lint --templater placeholder consumption/dashboard/queries

docs: $(UI)  ## the data dictionary (docs/dictionary), and the site of all documents (the home's site/)
	@$(BIN)/python -m orchestration docs
	@$(BIN)/dbt --quiet docs generate --static --target-path "$(HOME_DIR)/target" --log-path "$(HOME_DIR)/logs"
	@$(BIN)/python -m consumption.docsite

# The names of the two files say no day: they are landed as of the last day that they hold.
example: $(CORE)  ## the real example: make example ONLINE_RETAIL=<folder with the two files>
	@test -d "$(ONLINE_RETAIL)" || { echo "error give the folder of the two files: make example ONLINE_RETAIL=<folder>"; \
	  echo "next  examples/online_retail/README.md says where to download them"; exit 2; }
	@GHALA_PROJECT=examples/online_retail GHALA_HOME="$(abspath $(HOME_DIR))/examples/online_retail" \
	  $(BIN)/python -m orchestration.make_run --folder online_retail "$(abspath $(ONLINE_RETAIL))" 2011-12-09

stop: $(CORE)  ## stop the simulated sources
	@$(BIN)/python -m simulator stop

clean:  ## remove what can be made again (environment, caches); your data stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info target dbt_packages
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

LOCK := $(BIN)/uv pip compile --universal --no-strip-extras --generate-hashes --no-emit-index-url --quiet \
  --python-version 3.11 --custom-compile-command "make lock" --extra simulator
lock: .venv/.uv-$(UV_VERSION)  ## requirements.lock, -ui and -dev from pyproject.toml
	@echo "setuptools>=80" > .venv/build.in
	@$(LOCK) pyproject.toml .venv/build.in -o requirements.lock
	@$(LOCK) --extra ui --constraints requirements.lock pyproject.toml .venv/build.in -o requirements-ui.lock
	@$(LOCK) --extra dev pyproject.toml .venv/build.in -o requirements-dev.lock

.venv/.uv-$(UV_VERSION):
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || \
	  { echo "error Ghala needs Python 3.11 or newer"; echo "next  make $(MAKECMDGOALS) PYTHON=<a newer python>"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

# In the activated environment plain dbt works on the same files as ghala and parses only what has changed.
ACTIVATE := export DBT_TARGET_PATH="$${GHALA_HOME:-data}/target" DBT_LOG_PATH="$${GHALA_HOME:-data}/logs"

# uv takes seconds where pip takes a minute; a company's mirror is often configured for pip only: then pip does it.
define install
	@echo "installing $(1) (once per change of it)"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1) 2>.venv/uv.log || \
	  { echo "uv could not (see .venv/uv.log), pip does it"; \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@grep -q DBT_TARGET_PATH .venv/bin/activate || echo '$(ACTIVATE)' >> .venv/bin/activate
endef

$(CORE): .venv/.uv-$(UV_VERSION)
	$(call install,requirements.lock)
	@rm -f .venv/.core-* && touch $@

$(UI): .venv/.uv-$(UV_VERSION)
	$(call install,requirements-ui.lock)
	@rm -f .venv/.ui-* .venv/.core-* && touch $@ $(CORE)

$(DEV): .venv/.uv-$(UV_VERSION)
	$(call install,requirements-dev.lock)
	@rm -f .venv/.dev-* .venv/.ui-* .venv/.core-* && touch $@ $(UI) $(CORE)
