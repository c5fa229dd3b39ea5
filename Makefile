# For contributors. Users install sureql with `uv tool install sureql` or `pipx install sureql`.
#
#   make demo         see sureql work on a real schema
#   make test         everything that must be green: style, types, contracts, tests, Neovim, VS Code
#   make screenshot   take the pictures in docs/images anew
#
# PYTHON names the interpreter (3.11 or later); it is found if not given.

.DEFAULT_GOAL := help
.PHONY: help demo test check unit vsix editor fix screenshot clean
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
# The small model that tests ask; only those do without it if it cannot be fetched.
MODEL := $(VENV)/models/smollm2.gguf
ifndef PYTHON
PYTHON := $(shell for p in python3.12 python3.11 python3.13 python3.14 python3 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	2>/dev/null && { command -v $$p; break; }; done)
endif
# Node and npm of our own, for the extension of VS Code and its tests.
NODE := $(VENV)/node/bin
EXTENSION := clients/vscode
NPM := cd $(EXTENSION) && PATH="$(CURDIR)/$(NODE):$$PATH" npm
UV := $(shell command -v uv 2>/dev/null)
ifdef UV
INSTALL := $(UV) pip install --quiet --python $(BIN)/python
else
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

help:
	@sed -n 's/^#   //p' Makefile

# The demo needs what users need and nothing else.
demo: $(VENV)/.installed
	@$(BIN)/sureql demo

test: check unit

check: $(VENV)/.installed-dev $(EXTENSION)/node_modules/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@$(NPM) run --silent lint
	@$(NPM) run --silent types
	@$(NPM) run --silent test

unit: $(VENV)/.installed-dev $(MODEL) editor vsix
	$(BIN)/pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

vsix: $(EXTENSION)/node_modules/.installed
	@$(NPM) run --silent package

fix: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

screenshot: $(VENV)/.installed-dev editor vsix
	$(BIN)/python tests/e2e/neovim/screenshot.py
	$(BIN)/python tests/e2e/vscode/screenshot.py

clean:
	rm -rf $(VENV) $(EXTENSION)/node_modules $(EXTENSION)/dist $(EXTENSION)/build
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { \
	echo "sureql needs Python 3.11 or later; none was found. Install one, or say where it is:" >&2; \
	echo "    make PYTHON=/path/to/python3" >&2; exit 1; }
ifdef UV
	@$(UV) venv --quiet --python "$(PYTHON)" $(VENV)
else
	@"$(PYTHON)" -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	apt-get update -qq && apt-get install -qq -y python3-venv >/dev/null && "$(PYTHON)" -m venv $(VENV); \
	else echo "This Python cannot make virtual environments: install python3-venv, or uv." >&2; exit 1; fi; }
endif

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo "Installing sureql into $(VENV) (once)..."
	@$(INSTALL) -e .
	@touch $@

# pip before 25.1 cannot read dependency groups, so the list is read here.
$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	@echo "Installing sureql and its test tools into $(VENV) (once)..."
	@$(BIN)/python -c "import tomllib, pathlib; print(*tomllib.loads(pathlib.Path( \
	'pyproject.toml').read_text(encoding='utf-8'))['dependency-groups']['dev'], sep='\n')" \
	> $(VENV)/dev-requirements.txt
	@$(INSTALL) -e . -r $(VENV)/dev-requirements.txt
	@touch $(VENV)/.installed $@

$(NODE)/node: tests/e2e/vscode/installation.py | $(VENV)/.installed-dev
	@$(BIN)/python $< node

$(EXTENSION)/node_modules/.installed: $(EXTENSION)/package-lock.json | $(NODE)/node
	@echo "Installing what the extension of VS Code is built with (once)..."
	@$(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# VS Code and a browser for its tests; only those do without it if it cannot be had.
editor: $(VENV)/.installed-dev
	@$(BIN)/python tests/e2e/vscode/installation.py editor

$(MODEL): | $(VENV)/.installed-dev
	@echo "Fetching a small model for the tests (93 MB, once)..."
	@SUREQL_CACHE="$(CURDIR)/$(VENV)" $(BIN)/sureql model fetch smollm2 >/dev/null || \
	echo "It could not be fetched: tests that need it are skipped, or fail where CI is set." >&2
