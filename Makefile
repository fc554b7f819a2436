# make demo: see it work · make test: run its tests · make check: tests, linters, types · make docs
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
FILES  := validators grader leaderboard student_template tests benchmarks

.PHONY: demo test check lint docs bench bench-killed clean

demo: $(VENV)/.demo
	$(BIN)/grade demo demo

test: $(VENV)/.whole
	$(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile

check: test lint

lint: $(VENV)/.whole
	$(BIN)/ruff check $(FILES)
	$(BIN)/ruff format --check $(FILES)
	$(BIN)/mypy
	cd student_template && $(abspath $(BIN))/mypy --strict --explicit-package-bases compress prune.py predict.py

docs: $(VENV)/.whole
	$(BIN)/python -m tests.write_docs

bench: $(VENV)/.whole
	$(BIN)/python benchmarks/model_check.py
	$(BIN)/python benchmarks/csv_check.py
	$(BIN)/python benchmarks/start_up.py
	$(BIN)/python benchmarks/metric_speed.py
	PYTHONPATH=. $(BIN)/python benchmarks/grade_speed.py
	PYTHONPATH=. $(BIN)/python benchmarks/score_class.py
	$(BIN)/python benchmarks/sandbox_cost.py
	$(BIN)/python benchmarks/spot_check.py
	PYTHONPATH=. $(BIN)/python benchmarks/rerun_class.py
	PYTHONPATH=. $(BIN)/python benchmarks/demo_corpus.py
	PYTHONPATH=. $(BIN)/python benchmarks/integrity_code.py
	PYTHONPATH=. $(BIN)/python benchmarks/integrity_predictions.py
	PYTHONPATH=. $(BIN)/python benchmarks/integrity_data.py
	PYTHONPATH=. $(BIN)/python benchmarks/integrity_class.py
	PYTHONPATH=. $(BIN)/python benchmarks/demo_class.py
	$(BIN)/python benchmarks/template_prune.py
	$(BIN)/python benchmarks/template_predict.py --rows 16

# Half an hour: a class of 60, killed 200 times and resumed.
bench-killed: $(VENV)/.whole
	PYTHONPATH=. $(BIN)/python benchmarks/grade_killed.py

$(VENV)/.demo: setup.cfg pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[torch,rerun]'
	touch $@

$(VENV)/.whole: setup.cfg pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[torch,rerun,template,dev]'
	touch $@ $(VENV)/.demo

clean:
	rm -rf $(VENV) demo .pytest_cache .mypy_cache .ruff_cache
