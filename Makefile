# Two commands do all the set-up, on a machine with Python 3.10 or later and git:
#
#   make audit               scan this repository's own full history, and print the report
#   make audit REPO=path     scan another's
#   make test                lint, types, rule check, tests, wheel test
#
# PYTHON=python3.12 chooses the interpreter. The environment is .venv; it is made anew when pyproject.toml changes.
#
# `make audit` fails when redhanded does: after a report with findings (`Error 1`) or of an incomplete scan (`Error 3`)
# make prints that line and exits with 2. The report above it is whole; nothing is wrong with the set-up.

PYTHON ?= python3
REPO ?= .
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input

.PHONY: help test check audit bench format clean
.DEFAULT_GOAL := help

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile

# The tool and what it needs.
$(VENV)/tool: pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 10) or sys.exit("redhanded needs Python 3.10 or later; this is " + sys.version.split()[0] + ". Choose another with PYTHON=...")'
	@echo "making the environment in $(VENV) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PIP) install --editable .
	@touch $@

# What its developers need besides: the `dev` group of pyproject.toml, read here because older pips cannot.
$(VENV)/dev: $(VENV)/tool
	@echo "adding what development needs ..."
	@$(PIP) install 'tomli; python_version < "3.11"'
	@$(BIN)/python .ci/dev_group.py > $(VENV)/dev.txt
	@$(PIP) install --requirement $(VENV)/dev.txt
	@touch $@

test: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/redhanded rules check
	$(BIN)/python -m pytest -n auto

check: test

format: $(VENV)/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

audit: $(VENV)/tool
	@$(BIN)/redhanded history '$(REPO)'

bench: $(VENV)/dev
	@set -e; for script in benchmarks/*.py; do [ -e "$$script" ] || continue; echo "== $$script"; $(BIN)/python "$$script"; done

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
