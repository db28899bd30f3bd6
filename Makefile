# Sivuvirta: every habit is one task here. `make help` lists them.
# Variables: PYTHON (to make .venv with), BASE_PORT or the single ports, AMQP_URI, MONGO_URI; see `make config`.

PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python
LOCAL := $(RUN) -m deploy.local
# One library warns of its age at every start; whoever uses a tool need not read that.
QUIETLY := $(RUN) -W ignore
AS_ADMINISTRATOR := $(LOCAL) exec administrator -- $(QUIETLY)
# Where nothing runs, that is all that make says.
MUST_RUN = $(call refuse,$(shell why=$$($(LOCAL) exec administrator -- true 2>&1) || echo "$$why"))
refuse = $(if $(1),$(error $(patsubst %.,%,$(1))))
PROGRAM ?= *
WORKERS ?= 2
JUDGED := tests/data/matching

.DEFAULT_GOAL := help
.PHONY: help up down status logs reset config connect bootstrap demo dlq verify check test unit lint types imports format \
	soak bench-gateway bench-events quality judge ablation suggest-quality bench-suggest contracts tables lock venv venv-dev

help: ## list the tasks
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  %-15s %s\n", $$1, $$2}' \
		$(MAKEFILE_LIST)

##@ Run
up: venv ## install what is needed, start the platform, stay until Ctrl-C
	@$(LOCAL) up
down: venv ## stop the platform from another terminal
	@$(LOCAL) down
status: venv ## what runs, and whether it is ready
	@$(LOCAL) status
logs: venv ## follow the logs (PROGRAM=matching for one)
	@$(LOCAL) logs '$(PROGRAM)'
reset: venv ## delete all local data (asks; FORCE=1 does not)
	@$(LOCAL) reset
config: venv ## every setting: variable, value, meaning
	@$(RUN) -m shared.config

##@ Use
bootstrap: venv ## make the first service account and show its key once (ARGS=…)
	$(MUST_RUN)@$(LOCAL) exec identity -- $(QUIETLY) -m services.identity.bootstrap $(ARGS)
demo: venv-dev ## two agencies, their cards, matches and signed webhooks
	$(MUST_RUN)@$(AS_ADMINISTRATOR) -m demo $(ARGS)

##@ Operate
dlq: venv ## dead letters: list, show, replay, purge (ARGS=…)
	$(MUST_RUN)@$(AS_ADMINISTRATOR) -m deploy.dlq $(ARGS)
verify: venv ## compare listings, index and projections
	$(MUST_RUN)@$(AS_ADMINISTRATOR) -m deploy.verify $(ARGS)
connect: venv ## hear another cell on this machine (OTHER=/path/to/its/.local)
	@$(LOCAL) connect '$(OTHER)'

##@ Check
check: lint types imports unit ## what takes seconds: lint, types, import rules, unit tests
test: lint types imports ## everything, the short soak too; installs what it needs
	@$(LOCAL) prepare-tests
	@$(BIN)/pytest -n $(WORKERS) $(ARGS)
lint: venv-dev ## ruff
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet deploy tests/unit/deploy tests/integration/deploy
types: venv-dev ## mypy, strict
	@$(BIN)/mypy
imports: venv-dev ## who may import whom
	@$(BIN)/lint-imports --no-logo
unit: venv-dev ## the unit tests
	@$(BIN)/pytest -q -n $(WORKERS) tests/unit $(ARGS)
soak: venv-dev ## faults at length, counted at the end (SEED=…, DURATION=… in seconds)
	@$(LOCAL) prepare-tests
	@$(RUN) -m tests.soak
bench-gateway: venv-dev ## reads and creations beside a bare echo (QUICK=1)
	@$(LOCAL) prepare-tests
	@$(RUN) -m bench.gateway
bench-events: venv-dev ## accepted card to webhook beside the bare parts (QUICK=1)
	@$(LOCAL) prepare-tests
	@$(RUN) -m bench.events

##@ Measure
quality: venv-dev ## sector ranking on exchanges it has not seen (PAIRS=… for another file)
	@$(RUN) -m services.matching.knowledge.quality $(if $(PAIRS),'$(PAIRS)')
judge: venv-dev ## matching on judged pairs of cards (CARDS=… PAIRS=… for another set)
	@$(RUN) -m services.matching.judging '$(or $(CARDS),$(JUDGED)/cards.csv)' '$(or $(PAIRS),$(JUDGED)/pairs.csv)'
ablation: venv-dev ## what each part of the model adds to judge's figures (SETS="e p" for the mean of other sets)
	@$(RUN) -m services.matching.judging.ablation $(addprefix $(JUDGED)/,$(or $(SETS),.))
suggest-quality: venv-dev ## suggestions from free text on phrases kept apart (PHRASES=… for another file)
	@$(RUN) -m services.matching.words.quality '$(or $(PHRASES),tests/data/matching/phrases.csv)' $(ARGS)
bench-suggest: venv-dev ## how long a suggestion takes in process, over 1,000 texts
	@$(RUN) -m bench.suggest

##@ Maintain
format: venv-dev ## sort imports and format
	@$(BIN)/ruff check --fix --quiet . && $(BIN)/ruff format deploy tests/unit/deploy tests/integration/deploy
contracts: venv-dev ## write openapi and asyncapi anew
	@$(RUN) -m gateway.openapi
	@$(RUN) -m shared.contracts.asyncapi
tables: venv-dev ## write anew the tables of matching that come of its rules and words
	@$(RUN) -m services.matching.reading.ruled
lock: venv-dev ## resolve the requirements anew, with hashes and without index addresses
	@requirements/compile
venv:
	@$(PYTHON) -m deploy.local.venv runtime
venv-dev:
	@$(PYTHON) -m deploy.local.venv dev
