# What is done often.  `make` lists it.

# Commands are those of the environment that is active; if none is, those of the one in .venv.
ifndef VIRTUAL_ENV
export PATH := $(CURDIR)/.venv/bin:$(PATH)
endif

.DEFAULT_GOAL := help
.PHONY: help install check quick test process slow coverage format ci

help: ## list the goals
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' $(MAKEFILE_LIST) | while IFS='|' read -r goal what; do printf '%-10s %s\n' "$$goal" "$$what"; done

install: ## what development needs, into the environment in use
	python -m pip install -e '.[dev]'

check: ## before every commit: style, types, layers and the quick tests; under a minute
	ruff check .
	ruff format --check .
	mypy
	lint-imports
	$(MAKE) --no-print-directory quick

quick: ## some tests of everything, in seconds
	pytest -q -n 0 -m quick tests

test: ## all tests but the exhaustive ones, in minutes
	pytest

process: ## the tests that start or kill whole programs
	pytest -m "process and not slow"

slow: ## the exhaustive tests
	pytest -m slow --dist load

coverage: ## which lines the tests reach; slower than the tests alone
	pytest --cov --cov-report=term:skip-covered

format: ## put imports in order and the code into its usual form
	ruff check --fix .
	ruff format .

ci: ## everything, in a clean copy and new environments
	.ci/run
