# Every target sets itself up: Python 3.10 or newer, make and git are enough.
# Another interpreter: make test PYTHON=python3.13
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo test lint format package bench accuracy fidelity matrix docs lock clean

help:
	@echo "make demo      lint examples/ and run their tests, the wrong ones too"
	@echo "make test      run the whole suite"
	@echo "make lint      ruff, mypy, import-linter, and our own rules on ourselves"
	@echo "make format    let ruff format and fix"
	@echo "make package   build the wheel, install it in empty environments, use it there"
	@echo "make bench     measure what the linter and the guard cost"
	@echo "make accuracy  compare findings with verdicts read by eye"
	@echo "make fidelity  run Celery's own tests on a real worker and under the guard"
	@echo "make matrix    Python 3.10-3.13 with each flake8, Celery 5.3-5.7 and pytest"
	@echo "make docs      build the documentation into site/"
	@echo "make lock      pin the newest development dependencies"
	@echo "make clean     remove environments and caches"

# Findings and failing tests are what the demo is for: exit code 1 is their success.
demo: .venv/.ready
	@$(BIN)/celery-guard check --no-cache examples || test $$? -eq 1
	@$(call tests_of,shop/right); test $$? -eq 0
	@$(call tests_of,report/right); test $$? -eq 0
	@$(call tests_of,shop/wrong); test $$? -eq 1
	@$(call tests_of,report/wrong); test $$? -eq 1

# A process and a root folder each; what is not the guard's own words is left out.
# The hash seed sets the order in which pytest tells what differs between two dicts,
# and where CI is set, pytest tells it at length.
define tests_of
printf '\n%s\n' '$$ pytest examples/$(1)'; \
env -u CI -u BUILD_NUMBER PYTHONHASHSEED=0 \
  $(BIN)/python -B -m pytest -c examples/$(1)/pyproject.toml examples/$(1) -q --no-header \
  --tb=short --show-capture=no -W ignore -rN -p no:cacheprovider -p no:randomly
endef

# Two processes, each with a file at a time: the tests of a file may share real workers.
test: .venv/.ready
	$(BIN)/python -m pytest -n2 --dist=loadfile $(ARGS)

lint: .venv/.ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/flake8 --isolated --select=CEL flake8_celery_get pytest_celery_guard

format: .venv/.ready
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

package: .venv-package/.ready
	.venv-package/bin/python -m pytest package $(ARGS)

bench: .venv-bench/.ready
	.venv-bench/bin/python -m bench $(BENCH) $(ARGS)

accuracy: .venv-bench/.ready
	.venv-bench/bin/python -m accuracy $(ARGS)

fidelity: .venv-bench/.ready
	.venv-bench/bin/python -m fidelity $(ARGS)

matrix:
	.ci/matrix $(ARGS)

docs: .venv-docs/.ready
	NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build --strict

lock: .venv-lock/.ready
	for group in dev docs package bench; do \
	  .venv-lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.10 \
	    --generate-hashes --default-index https://pypi.org/simple \
	    --custom-compile-command "make lock" \
	    --group $$group --output-file requirements/$$group.txt || exit; \
	done

clean:
	rm -rf .venv .venv-* build dist site .mypy_cache .pytest_cache .ruff_cache
	rm -rf .import_linter_cache .hypothesis .celery_guard_cache

define environment
@$(PYTHON) -c 'import sys; sys.exit("celery-guard needs Python 3.10 or newer: make PYTHON=..." if sys.version_info < (3, 10) else 0)'
$(PYTHON) -m venv $(@D)
$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
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
