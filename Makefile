# Every target works on a fresh clone with Python >= 3.11, pip and make alone.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SOURCES := tprog analysis cli tests

.PHONY: demo test check bench slow gallery results clean install

install: $(STAMP)

# constraints.txt pins the PyTorch build; an open range would pull gigabytes of GPU libraries.
$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	@touch $@

demo: $(STAMP)
	$(BIN)/tprog demo

test: check
	$(BIN)/python -m pytest -m "not slow" -n auto --dist worksteal

# mypy follows neither editable installs nor package-dir, so it reads the installed layout through links.
check: $(STAMP)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	@rm -rf .cache/layout && mkdir -p .cache/layout/tprog
	@ln -s $(CURDIR)/tprog/* .cache/layout/tprog/
	@ln -s $(CURDIR)/analysis $(CURDIR)/cli .cache/layout/tprog/
	@ln -s $(CURDIR)/artifacts/gallery .cache/layout/tprog/gallery
	cd .cache/layout && ../../$(BIN)/mypy --config-file ../../pyproject.toml -p tprog
	cd tests && MYPYPATH=../.cache/layout:. ../$(BIN)/mypy --config-file ../pyproject.toml --explicit-package-bases .

slow: $(STAMP)
	$(BIN)/python -m pytest -m slow

bench: $(STAMP)
	$(BIN)/python -m pytest tests/benchmarks -m slow -s

gallery: $(STAMP)
	$(BIN)/python -m tprog.gallery.build

# Hours; what is finished is skipped, and Ctrl-C loses nothing.
results: $(STAMP)
	$(BIN)/python -m tprog.experiments.results --readme README.md

clean:
	rm -rf $(VENV) .cache build *.egg-info
