# Two commands do all the set-up on a machine with only Python and make.
PYTHON ?= python3
BIN := .venv/bin
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
endif
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo map test lint types schemas docs bench clean

demo: .venv/demo.done  ## install, and score the pilot cities
	$(BIN)/scindex score examples/pilot_cities.csv

map: .venv/map.done  ## install with the map's packages, build the carbon map of an invented town and draw it
	mkdir -p build
	$(BIN)/scindex map build examples/carbon_map/MAP.yaml --out build/haneul --force
	$(BIN)/scindex map draw build/haneul --out build/haneul.html --force

test: .venv/test.done  ## install with the test dependencies, and run the fast tests
	$(BIN)/python -m pytest -n auto

lint: .venv/test.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/test.done
	$(BIN)/pyright --warnings

schemas: .venv/test.done  ## write schemas/frameworks/*.json again from the catalogue
	$(BIN)/python -m scindex.schema

docs: .venv/test.done  ## write docs/reference/ again from the code
	$(BIN)/python docs/generate.py

bench: .venv/test.done  ## time whole processes; figures go into docs/performance.md
	$(BIN)/python benchmarks/run.py

.venv/demo.done: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) --editable .
	touch $@

.venv/map.done: .venv/demo.done
	$(PIP) --editable ".[map]"
	touch $@

.venv/test.done: .venv/demo.done
	$(PIP) --editable ".[dev]"
	touch $@

clean:
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis
