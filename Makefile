# Every target works on a fresh clone with Python >= 3.11, pip and make alone.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SOURCES := tprog analysis cli tests artifacts/experiments docs/conf.py
PIP := -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: install demo test check browser coverage slow bench docs gallery results release clean

install: $(STAMP)

# constraints.txt pins the PyTorch build; an open range would pull gigabytes of GPU libraries.
# editable_mode=compat puts this folder on the path as it is, so that mypy, pyright and editors follow it.
$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python $(PIP) --config-settings editable_mode=compat --editable '.[test]'
	@touch $@

demo: $(STAMP)
	$(BIN)/tprog demo

test: check browser
	$(BIN)/python -m pytest -m "not slow" -n auto --dist worksteal

check: $(STAMP)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	MYPYPATH=tests:artifacts $(BIN)/mypy --num-workers 2 --explicit-package-bases tprog artifacts/experiments tests

# The pages' scripts are tested in a Chromium: one that is there, or Debian's where we may install it.
browser:
	@$(BIN)/python tests/browser.py || { \
	  echo "Looking for Debian's chromium ..."; \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo "sudo -n"); \
	  command -v apt-get >/dev/null && $$sudo apt-get update -qq && $$sudo apt-get install -qq -y chromium >/dev/null; \
	  $(BIN)/python tests/browser.py; } || \
	  echo "=== NO CHROMIUM: the tests of pages in a browser are SKIPPED. Install one, or set TPROG_CHROMIUM. ==="

coverage: $(STAMP) browser
	$(BIN)/python -m pytest -m "not slow" -n auto --dist worksteal --cov --cov-report=term:skip-covered --cov-report=html:build/coverage

# Hours. Properties are tried on six times as many examples as in `make test`.
slow: $(STAMP)
	$(BIN)/python $(PIP) --editable '.[test,lens]' --config-settings editable_mode=compat
	$(BIN)/python -m pytest -m slow --hypothesis-profile=thorough
	$(BIN)/python -m pytest -m "hypothesis and not slow" --hypothesis-profile=thorough -n auto --dist worksteal

bench: $(STAMP)
	$(BIN)/python -m pytest tests/benchmarks -m slow -s

docs: $(STAMP)
	$(BIN)/python $(PIP) --editable '.[docs]' --config-settings editable_mode=compat
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet -b html docs build/docs
	@echo "build/docs/index.html"

gallery: $(STAMP)
	$(BIN)/python -m tprog.gallery.build

# About 4 hours on two cores; what is finished is skipped, Ctrl-C and a kill lose at most what is under way.
# The first line compiles the kernels of training, which is nobody's time to accuracy.
results: $(STAMP)
	$(BIN)/tprog grid double_hist:vocabulary=6,length=6 --samples 300 --epochs 1 --layers 1 --restarts 1 --rounds 1 --synth-seconds 0,5 --store build/warm-up
	-$(BIN)/tprog grid artifacts/results/table.toml
	$(BIN)/tprog results --sweep artifacts/results/table.toml --readme README.md -o artifacts/results/results.csv -o artifacts/results/results.md --plot artifacts/results/accuracy.svg

# Builds dist/, installs the wheel into an environment of its own, and runs there what README and docs/ show.
release: test docs
	rm -rf dist build/release
	$(BIN)/python -m build --outdir dist
	$(PYTHON) -m venv build/release
	build/release/bin/python $(PIP) "$$(ls dist/*.whl)[proof]"
	TPROG_WALK=$(CURDIR)/build/release/bin $(BIN)/python -m pytest tests/test_walk.py tests/test_docs.py tests/test_install.py

clean:
	rm -rf $(VENV) .cache build dist *.egg-info docs/reference
