# The commands of this project; `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup build serve test lint sanitize bench fuzz clean

HOST ?= 127.0.0.1
PORT ?= 8080
FUZZ_ITERATIONS ?= 50
ARCFACE := .build/release/arcface

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install the Debian packages that are missing (nothing when all are there)
	@scripts/setup.sh

build: setup ## the release executable, .build/release/arcface
	swift build -c release --product arcface

serve: build ## the service on 127.0.0.1:8080; HOST= PORT= DATA= ARGS=, DETECTOR= RECOGNIZER= (ONNX files of your own)
	exec $(ARCFACE) serve --host '$(HOST)' --port '$(PORT)' \
	  $(if $(DATA),--data '$(DATA)') $(if $(DETECTOR),--detector '$(DETECTOR)') \
	  $(if $(RECOGNIZER),--recognizer '$(RECOGNIZER)') $(ARGS)

test: setup lint ## lint, build and all tests
	@scripts/test.sh

lint: ## format, target ladder, sources
	@scripts/lint.sh

sanitize: setup ## the tests under the thread and the address sanitizer
	@scripts/sanitize.sh thread
	@scripts/sanitize.sh address

bench: build ## timings of the networks and of the search: MODEL= SHAPE= THREADS= SECONDS_EACH=
	@scripts/bench.sh

fuzz: setup ## the fuzz tests with FUZZ_ITERATIONS (50) times their rounds and a seed of the day
	@scripts/fuzz.sh '$(FUZZ_ITERATIONS)'

clean: ## remove everything built
	rm -rf .build

export MODEL SHAPE THREADS SECONDS_EACH
