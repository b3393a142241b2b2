# Every target does its own set-up, in .venv. No target changes a tracked file, except
# `lock`, `sample` and `golden`, which are there for that.

BIN := .venv/bin
READY := .venv/ready
NOTEBOOKS := $(wildcard notebooks/[0-9]*.py)

.DEFAULT_GOAL := help
.PHONY: help report reports test slow calibration lab bench peers soak check docs lock picture sample golden clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' Makefile

report: $(READY) ## write reports/czt.html: how probable the plan's targets are, and why
	@$(BIN)/cszt report --out reports/czt.html

reports: $(READY) ## write reports/czt/: every page in both languages, with downloads
	@$(BIN)/cszt report --out reports/czt

test: $(READY) ## run the tests
	@$(BIN)/pytest -m "not slow" --numprocesses 2 --dist worksteal

slow: $(READY) ## run the tests that take minutes: both engines on the real data
	@$(BIN)/pytest -m slow

calibration: $(READY) ## simulate, fit and rank: is every block's posterior right? (minutes)
	@mkdir -p build
	@$(BIN)/python scripts/calibrate.py --out build/calibration.parquet

lab: $(READY) $(NOTEBOOKS:.py=.ipynb) ## open the notebooks in JupyterLab
	@$(BIN)/jupyter lab notebooks

bench: $(READY) ## time, memory and engine of fits of real shapes, against the last release
	@$(BIN)/python benchmarks/shapes.py

peers: $(READY) ## run the benchmarks of parts, beside other ways to do the same
	@for file in $(filter-out benchmarks/shapes.py,$(wildcard benchmarks/*.py)); do \
	  $(BIN)/python $$file || exit; done

soak: $(READY) ## an hour of kills, crowds, full disks, clocks and fuzzers; prints its seed
	@$(BIN)/python scripts/soak.py

check: $(READY) ## check format, lint, imports and types
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@mkdir -p build
	@$(BIN)/lint-imports --no-logo >build/imports.txt || { cat build/imports.txt; exit 1; }
	@$(BIN)/mypy

picture: $(READY) ## renew the picture of the packages in docs/architecture.md
	@$(BIN)/python scripts/draw_architecture.py docs/architecture.svg

sample: $(READY) ## renew reports/sample/ and the picture in the README
	@$(BIN)/python scripts/draw_sample.py docs/probability.svg
	@$(BIN)/cszt report --out reports/sample --only brief --only full

golden: $(READY) ## renew the numbers that tests compare with
	@$(BIN)/python scripts/golden.py tests/golden/probabilities.csv

docs: $(READY) ## build the documentation into build/docs/index.html
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet

lock: ## renew requirements.lock from pyproject.toml (needs uv)
	@scripts/lock.sh

clean: ## remove the environment, caches and everything generated
	@rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@rm -f $(NOTEBOOKS:.py=.ipynb)
	@find reports -mindepth 1 -maxdepth 1 ! -name sample -exec rm -rf {} +
	@find . -name __pycache__ -prune -exec rm -rf {} +

notebooks/%.ipynb: notebooks/%.py | $(READY)
	@$(BIN)/jupytext --quiet --to ipynb --update --set-kernel python3 $<

# `ready` holds the path of this folder: one that was moved or copied is set up again.
ifneq ($(shell cat $(READY) 2>/dev/null),$(CURDIR))
.PHONY: $(READY)
endif

$(READY): requirements.lock pyproject.toml scripts/setup_venv.sh
	@scripts/setup_venv.sh
