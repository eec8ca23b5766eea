# The two commands are `make run` and `make test`; everything else is for those who change the code.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# The first Python here that really runs and is new enough: a version manager's placeholder is found but does not run.
PYTHON ?= $(shell for python in python3.11 python3 python3.12 python3.13 python3.14; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
IN_VENV := .venv/bin/python -m
PYTEST_ARGS ?=
BENCH ?=
# One lock serves both lines: Django 5.2 below Python 3.12, Django 6.1 from there on.
LOCK := $(IN_VENV) uv pip compile --quiet --universal --python-version 3.11 --fork-strategy requires-python \
	--generate-hashes --no-header

.PHONY: help run test lint types check bench lock packages dev-packages python

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: packages ## Serve the site at http://127.0.0.1:8000 (another port: PORT=9000 make run)
	@.venv/bin/python deploy/laptop.py

test: dev-packages ## Run all tests, in a real browser too
	@.venv/bin/python deploy/browser.py --install
	@$(IN_VENV) pytest --numprocesses auto --maxprocesses 4 --dist loadfile $(PYTEST_ARGS)

lint: dev-packages ## Check style, templates and the direction of imports
	$(IN_VENV) ruff check .
	$(IN_VENV) ruff format --check .
	$(IN_VENV) djlint templates --lint --quiet
	.venv/bin/python -c 'from importlinter.cli import lint_imports_command; lint_imports_command()' --no-cache

types: dev-packages ## Check the types
	NEWSBLOG_DEBUG=1 $(IN_VENV) mypy

check: lint types test ## Everything before a commit: lint, types, test

bench: dev-packages ## Measure what docs/performance.md promises, in a quarter of an hour (BENCH=all: everything)
	$(IN_VENV) benchmarks $(BENCH)

lock: dev-packages ## Make the locks anew from the .in files (needs the network)
	$(LOCK) requirements.in --output-file requirements.txt
	$(LOCK) requirements-scale.in --constraints requirements.txt --output-file requirements-scale.txt
	$(LOCK) requirements-dev.in --constraints requirements.txt --constraints requirements-scale.txt --output-file requirements-dev.txt

packages: python
	@$(PYTHON) deploy/packages.py requirements.txt

dev-packages: python
	@$(PYTHON) deploy/packages.py requirements.txt requirements-scale.txt requirements-dev.txt

python:
	@test -n "$(PYTHON)" || { echo "newsblog needs Python 3.11 or newer, and none is on the path."; \
		echo "On Debian: apt-get install python3 python3-venv"; exit 1; }
