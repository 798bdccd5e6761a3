# Everything that a person or a machine does with this project. Needs python3 (3.11 or newer) and make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_FOR_DOCS := $(VENV)/.ready-for-docs
WORKERS ?= 2
EXTRAS := dev

.PHONY: demo test fuzz portable bounds verify coverage mutants lint types check bench bench-quick golden schema gallery \
  patterns validation blind blind-page odd catalogue tables examples tutorial docs install warm clean

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "rajasim needs Python 3.11 or newer; name one with make PYTHON=...")'
	@echo "Installing rajasim and the libraries it needs into $(VENV), once; a minute or two…"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[$(EXTRAS)]"
	@touch $(READY)

$(READY_FOR_DOCS): $(READY)
	@$(BIN)/python -c "import mkdocs, material, mkdocstrings" 2>/dev/null || \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev,docs]"
	@touch $(READY_FOR_DOCS)

# Everything that checks need, at once, so that they can run side by side.
install: EXTRAS := dev,docs
install: $(READY_FOR_DOCS)

# What was decided in Finland in 2023 against five other answers, from closing at once over paying
# for officers to closing nothing, in 40 states of the world. Under two minutes on two slow
# processors, table and report, after a minute and a half for the engine's one-off compilation.
# Leave --policies out for all 19, and --runs-per-state for what chance does within a state.
ANSWERS := historical,open,surge,cap-with-warm-waiting,immediate-full-closure,full-closure-with-humanitarian-exception
demo: $(READY)
	$(BIN)/rajasim compare scenarios/finland-2023/base.yaml --policies $(ANSWERS) \
	  --replicates 40 --runs-per-state 1 --workers $(WORKERS) --out results/demo
	@echo "Open $(CURDIR)/results/demo/report.html in a browser. Everything: $(BIN)/rajasim report results/demo --full"

# Compile the engine, once.
warm: $(READY)
	$(BIN)/rajasim warm

test: warm
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal

# All tests with full effort: random worlds, bad input and fault tolerance with as many examples as
# docs/promises.md says, theory with as many replications as `rajasim verify`, and charts,
# calibrations and patterns at the sizes that a quick test leaves out; some hours.
fuzz: $(READY)
	$(BIN)/rajasim warm
	RAJASIM_EFFORT=full $(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal

# A small study on this processor, and with engine and libraries as for a processor without any
# extension: the same bytes. Compiles the engine for it, some minutes.
portable: $(READY)
	$(BIN)/rajasim warm
	RAJASIM_EFFORT=full $(BIN)/python -m pytest -q tests/arithmetic tests/promises/test_processors.py

# The engine compiled with a test of every index, which parts else go without: random worlds, theory
# and golden results read and write rows that there are. Compiles the engine for it, some minutes.
bounds: $(READY)
	NUMBA_BOUNDSCHECK=1 NUMBA_CACHE_DIR=build/bounds $(BIN)/python -m pytest -q \
	    tests/engine tests/theory tests/random_worlds tests/golden

# The model against theory: 38 cases with exact answers, a table and a chart; some minutes.
verify: $(READY)
	$(BIN)/rajasim verify --out results/verification

# Lines and branches of sim/ that the tests reach; at least 95 %. Compiled code is measured with
# compilation off, on the small worlds.
COVER := -m pytest -q --cov --cov-report= --cov-fail-under=0
coverage: $(READY)
	rm -f .coverage .coverage.*
	$(BIN)/rajasim warm
	COVERAGE_FILE=.coverage.compiled $(BIN)/python $(COVER) -n $(WORKERS)
	NUMBA_DISABLE_JIT=1 COVERAGE_FILE=.coverage.interpreted $(BIN)/python $(COVER) tests/golden/test_small_worlds.py
	$(BIN)/python -m coverage combine
	$(BIN)/python -m coverage report

# Mutants of the engine and the indicators that neither small worlds nor tests by hand notice;
# SAMPLE=0 tries all. What was found is in tests/mutation/report.md.
SAMPLE ?= 400
mutants: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev,mutation]"
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m tests.mutation --sample $(SAMPLE) --workers $(WORKERS)

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(READY)
	$(BIN)/mypy

check: lint types test

# Speed and memory, beside C, SimPy and Mesa; the better part of an hour. Writes the figures to
# benchmarks/results/, and docs/performance.md with its chart from them.
bench: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev,bench]"
	$(BIN)/rajasim warm
	$(BIN)/python -m benchmarks
	$(BIN)/python -m docs.performance.build

# What got slower since that was last recorded; about a minute. Never fails: it says so.
bench-quick: $(READY)
	$(BIN)/rajasim warm
	$(BIN)/python -m benchmarks quick

# Record golden results again, after a change that is marked "results change" in CHANGELOG.md.
golden: $(READY)
	$(BIN)/python -m tests.golden.record

# Write the schema and the reference page of scenario files again, from the classes of their parts.
schema: $(READY)
	$(BIN)/rajasim schema > scenarios/scenario.schema.json
	$(BIN)/python -m docs.format.build

clean:
	rm -rf $(VENV) build dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Make the page on validation again: forecasts from day after day with refits, both weightings, and
# the Arctic case from its priors, fitted, and with what Finland has learned; half an hour or more.
CHECKED := results/validation
ARCTIC := arctic-2015-16
ARCTIC_FORECAST := $(ARCTIC) --fit-until 2015-11-29 --until 2015-12-27 --samples 400 --workers $(WORKERS)
ARCTIC_FIT := $(ARCTIC) --until 2015-11-29 --runs 20000 --workers $(WORKERS)
validation: $(READY)
	$(BIN)/rajasim hindcast finland-2023 --fit-until 2023-11-19 --rolling 2023-11-16..2023-11-22 \
	  --horizons 1,3 --refit 2000 --workers $(WORKERS) --out $(CHECKED)/rolling
	$(BIN)/rajasim weightings finland-2023 --policies $(ANSWERS) --replicates 60 --workers $(WORKERS) \
	  --out $(CHECKED)/weightings
	$(BIN)/rajasim hindcast $(ARCTIC_FORECAST) --prior --out $(CHECKED)/prior
	$(BIN)/rajasim calibrate $(ARCTIC_FIT) --out $(CHECKED)/fit
	$(BIN)/rajasim hindcast $(ARCTIC_FORECAST) --posterior $(CHECKED)/fit --out $(CHECKED)/fitted
	$(BIN)/rajasim calibrate $(ARCTIC_FIT) --transfer scenarios/finland-2023/posterior --out $(CHECKED)/carried-fit
	$(BIN)/rajasim hindcast $(ARCTIC_FORECAST) --posterior $(CHECKED)/carried-fit --out $(CHECKED)/carried
	$(BIN)/rajasim validate scenarios/finland-2023/posterior --hindcast $(CHECKED)/rolling \
	  --prior-study $(CHECKED)/weightings/prior --posterior-study $(CHECKED)/weightings/posterior \
	  $(foreach each,prior fitted carried,--episode $(CHECKED)/$(each)) --out docs/model/validation.md

# Look for the patterns that the model must show; about three minutes.
patterns: $(READY)
	$(BIN)/rajasim patterns scenarios/finland-2023/base.yaml --states 400 --reach-states 400 --out docs/model/patterns.md

# Freeze the forecast of the days after the last count, from a commit; some minutes. Only after
# results changed: a frozen forecast is scored as it is.
blind: $(READY)
	$(BIN)/python -m docs.blind.build

# Write the page of the frozen forecast again, from what is kept.
blind-page: $(READY)
	$(BIN)/python -m docs.blind.build --page

# Write the ODD page again, from its template and the code.
odd: $(READY)
	$(BIN)/python -m docs.model.build

# Bring the catalogues of translations up to date, and list what is to be translated.
catalogue: $(READY)
	$(BIN)/python -m docs.languages.build

# Write the tables of results/README.md again, from the records of the results tables.
tables: $(READY)
	$(BIN)/python -m docs.results.build

# Run the example scripts, but for the one that is watched in a browser.
examples: $(READY)
	for script in $(filter-out examples/solara_viz.py,$(wildcard examples/*.py)); do $(BIN)/python $$script || exit 1; done

# Run the tutorial again, after something that it shows has changed.
tutorial: $(READY)
	$(BIN)/python -m docs.tutorials.build

# Build the documentation site into site/, strictly: a broken link or a remote asset is an error.
docs: $(READY_FOR_DOCS)
	NO_MKDOCS_2_WARNING=1 PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m mkdocs build --strict --quiet
	@echo "The site is at $(CURDIR)/site/index.html"

# Draw the gallery, and README's picture in it, from shipped scenarios; a few minutes.
gallery: $(READY)
	$(BIN)/python -m docs.gallery.build
