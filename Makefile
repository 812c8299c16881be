# Two commands: `make run` opens a demo market, `make test` proves it. Nothing but Python (3.11 or later) is needed.

PYTHON ?= python3
VENV = .venv
BIN = $(VENV)/bin
export FLASK_APP = marketplace.app.wsgi

.PHONY: run test test-sqlite test-postgresql lint bench screenshots clean

run: $(VENV)/.run
	HTX_MODE=demo $(BIN)/python -m marketplace.app.serve

test: $(VENV)/.test
	PYTHON=$(BIN)/python tests/run

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --config setup.cfg

bench: $(VENV)/.test
	$(BIN)/python -m bench

screenshots: $(VENV)/.test
	$(BIN)/python docs/screenshots/take.py

clean:
	rm -rf $(VENV) var

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	touch $@
