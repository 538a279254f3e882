# `make` alone lists the targets.

VENV ?= .venv
BIN := $(VENV)/bin
BENCH ?= .venv-bench
ARGS ?=

# durable-rules 2.0.28 calls a C function that Python 3.13 renamed; with the new name it builds and works.
export CPPFLAGS += -DPyEval_CallObject=PyObject_CallObject

.PHONY: help run test test-all lint names bench spark conformance fuzz catalogues clean
.DELETE_ON_ERROR:

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: $(VENV)/.installed  ## open ruleset in the terminal; ARGS="list" runs that command instead
	@$(BIN)/ruleset $(ARGS)

test: lint  ## everything a change must pass: style, types, layers, tests with branch coverage
	$(BIN)/pytest --cov --cov-report=term

lint: $(VENV)/.installed-dev names  ## style, types and layers only
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

test-all:  ## the tests on Python 3.11, 3.12 and 3.13, each in its own environment
	@for version in 3.11 3.12 3.13; do \
	    folder=.venv-$$version; \
	    $(MAKE) --no-print-directory VENV=$$folder VERSION=$$version $$folder/.installed-dev && $$folder/bin/pytest || exit 1; \
	done

# Spark is no part of the developers' tools: 450 MB, and it needs Java 17.
spark: $(VENV)/.installed-dev  ## the SQL of rule sets on a real Spark, one of its two workers killed
	$(BIN)/pip install --quiet --editable '.[batch,spark]'
	$(BIN)/python tests/engines/sql/spark.py $(RULESETS)

bench: $(BENCH)/.installed-bench build/publicodes/.installed  ## measurements, and ours beside other engines in docs/performance.md; ARGS="--quick"
	$(BENCH)/bin/pytest -n 0 -q tests/benchmarks
	$(BENCH)/bin/python -m benchmarks.side_by_side $(ARGS)
	@for script in benchmarks/*.py; do echo; echo "== $$script"; $(BENCH)/bin/python $$script || exit 1; done

# The suites of other projects are data files with licences of their own, kept outside this repository.
OUTSIDE ?= ../shared/outside
CASES ?= 1000
conformance: $(VENV)/.installed-dev  ## what every engine must agree on, CASES random cases of each rule set, the suites of other projects in OUTSIDE
	$(BIN)/pytest tests/conformance
	$(BIN)/python tests/engines/sql/bulk.py
	$(BIN)/python tests/batch/bulk.py duckdb --cases 100
	$(BIN)/python tests/conformance/campaign.py --cases $(CASES)
	@[ ! -d $(OUTSIDE) ] || $(BIN)/python tests/conformance/outside.py $(OUTSIDE)

fuzz: $(VENV)/.installed-dev  ## five minutes of hostile rule files, then the property tests with many more examples
	$(BIN)/python tests/loading/campaign.py
	$(BIN)/pytest -m hypothesis --hypothesis-profile=fuzz $(FUZZ)

FUZZ ?= tests

# Texts in the code and in the rule files are French. A new catalogue is started by its folder:
# make catalogues NEW=rules/loyalty (or NEW=src/ruleset), in English or INTO another language.
INTO ?= en
NEW ?=
catalogues: $(VENV)/.installed-dev  ## extract the texts and update the translations (.po)
	PYTHON=$(BIN)/python tools/update-catalogues $(if $(NEW),$(NEW) $(INTO))

# mypy and import-linter read packages by their import names.
names:
	@mkdir -p build/names
	@ln -sfn ../../plugins build/names/ruleset_plugins
	@ln -sfn ../../rules build/names/ruleset_rules
	@ln -sfn ../../tui build/names/ruleset_tui

clean:  ## remove what can be made again, environments included
	rm -rf .venv .venv-* build dist *.egg-info src/*.egg-info examples/*/build examples/*/src/*.egg-info .coverage .coverage.* \
	    .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis snapshot_report.html
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The default installation: the library with its rule sets, and the rule set that is shipped apart as a third party's would be.
PARTS := . examples/ingenierie
EDITABLE := $(PARTS:%=--editable %)
PROJECTS := $(PARTS:%=%/pyproject.toml)

# Stamps: an environment is made once, and installed into again when a pyproject.toml changes.
$(BIN)/python:
	tools/make-venv $(VENV) $(VERSION)

$(VENV)/.installed: $(PROJECTS) | $(BIN)/python
	@echo "Installing ruleset (a minute at most)"
	@$(BIN)/python -m pip install -qq $(EDITABLE)
	@touch $@

$(VENV)/.installed-dev: $(PROJECTS) | $(BIN)/python
	@echo "Installing ruleset and the tools of its developers"
	@$(BIN)/python -m pip install -qq --upgrade 'pip>=25.1'  # the first that reads dependency groups
	@$(BIN)/python -m pip install -qq $(EDITABLE) --group dev
	@touch $@ $(VENV)/.installed

# What ours is measured beside has an environment of its own: nothing else may come to need it.
$(BENCH)/.installed-bench: $(PROJECTS)
	@[ -x $(BENCH)/bin/python ] || tools/make-venv $(BENCH) $(VERSION)
	@echo "Installing what ours is measured beside (a minute or two)"
	@$(BENCH)/bin/python -m pip install -qq --upgrade 'pip>=25.1'
	@$(BENCH)/bin/python -m pip install -qq $(EDITABLE) --group dev --group bench
	@touch $@

build/publicodes/.installed:
	@mkdir -p $(@D)
	@if command -v npm >/dev/null; then npm install --silent --no-fund --no-audit --prefix $(@D) publicodes@1.10.3 && touch $@; \
	    else echo "node and npm are missing: Publicodes is left out of the measurements"; fi
