# Every target sets itself up: Python 3.10 or newer, make and git are enough.
# Another interpreter: make test PYTHON=python3.13
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo test lint format package bench increments accuracy peers fidelity matrix docs lock clean

help:
	@echo "make demo      check a project full of mistakes; ALL=1 shows all examples"
	@echo "make test      run the tests; SLOW=1 also those that take long, as CI does"
	@echo "make lint      ruff, mypy, import-linter, and our own rules on ourselves"
	@echo "make format    let ruff format and fix"
	@echo "make package   build the wheel, install it in empty environments, use it there"
	@echo "make bench     measure what the linter and the guard cost"
	@echo "make increments  edit projects at random, compare each answer with a fresh run"
	@echo "make accuracy  compare findings with code that was reviewed manually"
	@echo "make peers     compare other tools for Celery on the same code"
	@echo "make fidelity  run Celery's own tests on a real worker and under the guard"
	@echo "make matrix    each installed Python with each Celery, pytest, Django, flake8 and libcst"
	@echo "make docs      build the documentation into site/"
	@echo "make lock      pin the newest development dependencies"
	@echo "make clean     remove environments and caches"

# make demo ALL=1 shows all examples
demo: .venv/.ready
	@BIN=$(BIN) .ci/demo $(ALL)

# Two processes, each with a file at a time: the tests of a file may share real workers.
# make test SLOW=1 also runs what takes long, as CI does.
# They start many processes, each of which would compile every module again without bytecode files.
test: export PYTHONDONTWRITEBYTECODE :=
test: .venv/.ready
	$(BIN)/python -m pytest -n2 --dist=loadfile $(if $(SLOW),,-m "not slow") $(ARGS)

lint: .venv/.ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/celery-guard check --isolated flake8_celery_get pytest_celery_guard

format: .venv/.ready
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

package: .venv-package/.ready
	.venv-package/bin/python -m pytest package $(ARGS)

bench: .venv-bench/.ready
	.venv-bench/bin/python -m bench $(BENCH) $(ARGS)

# make increments ARGS="--seed 7 path/to/project": also edits real projects, in a copy
increments: .venv/.ready
	$(BIN)/python -m tests.increments $(ARGS)

accuracy: .venv-bench/.ready
	.venv-bench/bin/python -m accuracy $(ARGS)

# make peers ARGS=--again: takes the reports of the last run
peers: .venv-peers/.ready
	.venv-peers/bin/python -m peers $(ARGS)

fidelity: .venv-bench/.ready
	.venv-bench/bin/python -m fidelity $(ARGS)

# tox.ini lists the environments. make matrix ARGS="-m guard" runs all combinations.
matrix: .venv-matrix/.ready
	.ci/matrix $(ARGS)

docs: .venv-docs/.ready
	NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build --strict

# make lock GROUPS=docs locks one of them
lock: GROUPS ?= dev docs package bench peers matrix
lock: .venv-lock/.ready
	for group in $(GROUPS); do \
	  .venv-lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.10 \
	    --generate-hashes --default-index https://pypi.org/simple \
	    --custom-compile-command "make lock" \
	    --group $$group --output-file requirements/$$group.txt || exit; \
	done

clean:
	rm -rf .venv .venv-* .tox build dist site .mypy_cache .pytest_cache .ruff_cache
	rm -rf .import_linter_cache .hypothesis .celery_guard_cache

define environment
@$(PYTHON) .ci/environment.py $(@D) $<
@touch $@
endef

.venv/.ready: requirements/dev.txt pyproject.toml
	$(environment)

.venv-%/.ready: requirements/%.txt pyproject.toml
	$(environment)

.venv-lock/.ready:
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check uv
	@touch $@
