# On a fresh machine, `make demo` and `make test` do everything.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
RUN_PINS := requirements/run.txt
DEV_PINS := requirements/dev.txt
BENCH_PINS := requirements/bench.txt
# Three processes share the tests: two of them mostly wait for a broker. ARGS="-n 0" runs all tests in one process, which
# --pdb and -s need.
SHARED := -n 3

.PHONY: help demo test unit cov quality bench chaos fuzz asan lint format pins clean

help: ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

# Installs the package last, editable and without dependencies, because the pins contain them all. This prepares the
# lexicons, and compiles the C files if there is a compiler.
$(VENV)/run: $(RUN_PINS) pyproject.toml build_hook.py $(shell find worker -name '*.[ch]')
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(RUN_PINS)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: $(DEV_PINS) $(VENV)/run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(DEV_PINS)
	@touch $@

$(VENV)/bench: $(BENCH_PINS) $(VENV)/dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(BENCH_PINS)
	@touch $@

demo: $(VENV)/run ## Run the worker on sample articles: no broker, no Docker, no Java
	@$(BIN)/article-worker demo

test: $(VENV)/dev ## Run all tests, including those against a real Kafka
	$(BIN)/python -m pytest $(SHARED) $(ARGS)

unit: $(VENV)/dev ## Run the tests that need no broker
	$(BIN)/python -m pytest $(SHARED) -m "not kafka" $(ARGS)

# Leaves out the tests that only measure: they are slow under coverage, and run no code that the others do not.
cov: $(VENV)/dev ## Run these tests and those of whole commands; fail if they cover too little of the code
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest $(SHARED) -m "(not kafka or commands) and not cost" \
		--ignore tests/fuzz --ignore tests/quality --ignore tests/test_patterns.py $(ARGS)
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report

quality: $(VENV)/dev ## Print the scores of extraction, residue and duplicates beside their floors
	$(BIN)/python -m pytest -q -s tests/quality $(ARGS)

# The pages belong to their publishers, so they are not part of this repository.
PAGES_NEEDED := Name one or more files of pages: make bench PAGES="FILE ...". Each line is a JSON object with "url" and \
	"html". If it also has "gold", the text of the article, the extraction is scored too. The files may be compressed with \
	xz (FILE.xz). The first 2,500 pages count; LIMIT=N changes that.
LIMIT := 2500
bench: $(if $(PAGES),$(VENV)/bench) ## Compare the worker with a naive one on Kafka, and with trafilatura: PAGES="FILE ..."
	@test -n "$(PAGES)" || { echo '$(PAGES_NEEDED)' >&2; exit 2; }
	$(BIN)/python -m benchmarks.peer $(PAGES) --limit $(LIMIT) $(ARGS)
	$(BIN)/python -m benchmarks.body $(PAGES) --limit $(LIMIT)

chaos: $(VENV)/dev ## Run the fault suite: 25 minutes, or 5 with ARGS="-m quick"
	$(BIN)/python -m pytest tests/chaos $(ARGS)

fuzz: $(VENV)/dev ## Try new hostile inputs, 6 x SECONDS=100 s; SEED=N repeats a set
	FUZZ_SECONDS=$(or $(SECONDS),100) FUZZ_SEED=$(SEED) $(BIN)/python -m pytest -s --timeout=0 tests/fuzz/test_any_record.py $(ARGS)

# Compiles in a copy, so that the parts in use stay as they are. Python itself frees little at its end, so leaks are the
# business of a test.
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g -O1
asan: $(VENV)/dev ## Fuzz the compiled parts under the address sanitizer: on Linux with gcc, 2 to 4 minutes
	rm -rf build/asan
	mkdir -p build/asan
	cp -r worker tests benchmarks pyproject.toml build/asan
	CC=gcc CFLAGS="$(SANITIZE)" $(BIN)/python build_hook.py build/asan
	cd build/asan && LD_PRELOAD="$$(gcc -print-file-name=libasan.so) $$(gcc -print-file-name=libubsan.so)" \
		ASAN_OPTIONS=detect_leaks=0 PYTHONMALLOC=malloc PYTHONPATH=. $(abspath $(BIN))/python -m pytest \
		-p no:cacheprovider --timeout=0 --hypothesis-profile=many tests/*/test_compiled.py $(ARGS)

lint: $(VENV)/dev ## Lint, check the format, check the types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/dev ## Format the code, and fix what the linter can fix
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

pins: $(VENV)/dev ## Resolve all pins again (needs uv)
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --quiet --upgrade -o $(RUN_PINS)
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --quiet --upgrade -o $(DEV_PINS)
	uv pip compile pyproject.toml --group dev --group bench --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --quiet --upgrade -o $(BENCH_PINS)

clean: ## Remove everything that the other commands created
	rm -rf $(VENV) demo-output build dist .coverage* .pytest_cache .mypy_cache .ruff_cache .hypothesis
