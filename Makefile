# Every target works on a fresh clone with Python >= 3.11, pip and make alone.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SOURCES := tprog analysis cli tests artifacts/experiments

.PHONY: demo test check bench slow gallery results clean install

install: $(STAMP)

# editable_mode=compat puts this folder on the path as it is, so that mypy, pyright and editors follow it.
# constraints.txt pins the PyTorch build; an open range would pull gigabytes of GPU libraries.
$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt \
		--config-settings editable_mode=compat --editable '.[test]'
	@touch $@

demo: $(STAMP)
	$(BIN)/tprog demo

test: check
	$(BIN)/python -m pytest -m "not slow" -n auto --dist worksteal

check: $(STAMP)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy -p tprog
	MYPYPATH=tests:artifacts $(BIN)/mypy --explicit-package-bases artifacts/experiments tests

slow: $(STAMP)
	$(BIN)/python -m pytest -m slow

bench: $(STAMP)
	$(BIN)/python -m pytest tests/benchmarks -m slow -s

gallery: $(STAMP)
	$(BIN)/python -m tprog.gallery.build

# Hours; what is finished is skipped, and Ctrl-C loses nothing.
results: $(STAMP)
	PYTHONPATH=artifacts $(BIN)/python -m experiments.results --readme README.md

clean:
	rm -rf $(VENV) .cache build *.egg-info
