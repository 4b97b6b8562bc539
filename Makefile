# The whole compendium: `make` sets up and runs everything, `make test` tests it, `make help` lists the rest.
#
# Two levels. `make` finds Python, fills .venv, and then calls itself with CHAIN=1, where every notebook is one rule.
# Make keeps the order; whether a step is run is decided by digests of contents (git keeps no times of files, and clocks
# go wrong). Nothing here needs more than GNU Make 3.81.

ifeq ($(.FEATURES),)
$(error This Makefile needs GNU Make 3.81 or newer: on macOS "brew install make" and call gmake, elsewhere install the package "make")
endif

# What is typed after NAME= is data: it is taken literally ($(value …)), never expanded, and reaches a shell only in
# a variable of the environment ("$$FORM"). SET and REVIEW become parts of paths, so their characters are checked here.
ifeq ($(firstword $(origin REVIEW))$(strip $(value REVIEW)),command)
$(error REVIEW= names no review: give a name, such as REVIEW=my-review, or leave it out for mca-phase2)
endif
GIVEN := $(strip $(if $(filter command,$(firstword $(origin REVIEW))),$(value REVIEW)))
override REVIEW := $(or $(GIVEN),mca-phase2)
override SET := $(strip $(if $(filter command,$(firstword $(origin SET))),$(value SET)))
override FORM := $(value FORM)
override BOOK := $(value BOOK)
override QDPX := $(value QDPX)
override SOURCE := $(if $(filter command,$(firstword $(origin SOURCE))),$(value SOURCE))
override URL := $(if $(filter command,$(firstword $(origin URL))),$(value URL))
override FIRST := $(if $(filter command,$(firstword $(origin A))),$(value A))
override SECOND := $(if $(filter command,$(firstword $(origin B))),$(value B))
override A :=
override JOBS := $(if $(filter command,$(firstword $(origin JOBS))),$(value JOBS),1)
override CLUSTER := $(value CLUSTER)
override PYTHON_COMMAND := $(value PYTHON_COMMAND)
export REVIEW SET FORM BOOK QDPX SOURCE URL FIRST SECOND JOBS CLUSTER PYTHON_COMMAND
LAB =
# A sweep has several values for a parameter, with commas between.
comma := ,
SWEPT := $(if $(filter sweep sweep-slurm,$(MAKECMDGOALS)),$(SET))

LETTERS := a b c d e f g h i j k l m n o p q r s t u v w x y z A B C D E F G H I J K L M N O P Q R S T U V W X Y Z
# $(call others,text,characters): what is left of a text without letters, digits and these characters.
others = $(strip $(eval REST := $$(1))$(foreach each,$(LETTERS) 0 1 2 3 4 5 6 7 8 9 $(2),$(eval REST := $$(subst $$(each),,$$(REST))))$(REST))
ifneq ($(words $(REVIEW))$(call others,$(REVIEW),- _),1)
$(error REVIEW=$(REVIEW): a review is named by letters, digits and hyphens)
endif
ifneq ($(call others,$(subst $(if $(SWEPT),$(comma),),,$(SET)),= . + - _),)
$(error SET=$(SET): expected name=value, several separated by spaces)
endif
ifneq ($(SWEPT),)
override SET :=
endif

# Shown first if no review was named, so that nobody takes the results of this one for their own.
TELL = @$(if $(GIVEN),:,echo "Review: $(REVIEW) (REVIEW=… names another)")

empty :=
space := $(empty) $(empty)
# A run with changed parameters has its own folders alongside those of the default run.
VARIANT := $(if $(strip $(SET)),--$(subst $(space),+,$(strip $(sort $(subst =,-,$(SET))))))
NAME := $(REVIEW)$(VARIANT)
D := data/$(REVIEW)
override B := build/$(NAME)
R := results/$(NAME)
F := figures/$(NAME)

# One locale, time zone and hash seed, and one thread for linear algebra: the same bytes everywhere.
export PYTHONPATH := $(CURDIR)
export PYTHONHASHSEED := 0
export PYTHONUTF8 := 1
export PYTHONDONTWRITEBYTECODE := 1
export TZ := UTC
export LC_ALL := C.UTF-8
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
export MPLCONFIGDIR := $(CURDIR)/$(B)/matplotlib

# Inside a conda environment made from environment.yml that one serves; otherwise .venv does.
NEEDED := papermill pypandoc nbval seaborn jupyterlab
CONDA := $(if $(CONDA_PREFIX),$(shell "$$CONDA_PREFIX/bin/python" -c 'import sys; from importlib.util import find_spec; sys.exit(not all(map(find_spec, sys.argv[1:])))' $(NEEDED) 2>/dev/null && echo yes))
PYTHON := $(if $(CONDA),"$$CONDA_PREFIX/bin/python",.venv/bin/python)
RUN := $(PYTHON) -m casesynth
# As many notebooks at a time as there are processors, unless make was called with -j.
PLACES = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,--places=$(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2))

.PHONY: shards bench-scale all help lab learn test test-long lint export import-qdpx peers bench sweep sweep-slurm compare verify verify-all accept site crate clean environment lock FORCE audit fetch new import sheet sheet-back check suggest
.DELETE_ON_ERROR:
.SUFFIXES:

# The parts of the package that results depend on, each with a digest of its own. The other rooms (desk, exchange, course
# and command) are not among them: to change an import of forms re-runs no notebook.
ROOMS := $(addprefix casesynth/,core analysis figures report audit)
FRONT := $(filter-out casesynth/__main__.py,$(wildcard casesynth/*.py))
RUNNER := $(patsubst %,casesynth/runner/%.py,job step publish environment notebooks kernels quiet)

ifneq ($(CHAIN),1)
# ---------------------------------------------------------------- what a person calls

define RUN_CHAIN
+@exec $(RUN) _chain --review=$(REVIEW) --folders $(B) $(R) $(F) --set="$(SET)" $(PLACES) --jobs="$$JOBS" --cluster="$$CLUSTER" \
  --command "$(MAKE)" --no-print-directory -r CHAIN=1 REVIEW=$(REVIEW) SET="$(SET)"
endef

all: environment ## Set up (once) and run the whole synthesis: results/<review>/synthesis.html. REVIEW=… names another review, SET="min_cases=3" changes a parameter
	$(TELL)
	$(RUN_CHAIN) chain
	@echo "Report: $(R)/synthesis.html   Word: $(R)/synthesis.docx   Figures: $(F)/"

# One file of the results, with all it depends on.
results/% figures/%: environment FORCE
	$(RUN_CHAIN) $@

sweep: environment ## Run once for each combination: SET="min_cases=2,3,4 heading_groups=true,false"; JOBS=2 runs two at a time, CLUSTER=tcp://… a Dask cluster. Table and figure: results/sweeps/
	+@$(RUN) _sweep --review=$(REVIEW) --set="$(SWEPT)" --at-once="$$JOBS" --cluster="$$CLUSTER" $(PLACES) --command "$(MAKE)" --no-print-directory -r CHAIN=1 REVIEW=$(REVIEW)

sweep-slurm: environment ## Write the runs of a sweep as a Snakefile, for snakemake with its Slurm executor. SET="…" as for sweep
	@$(RUN) _sweep --slurm --review=$(REVIEW) --set="$(SWEPT)"

compare: environment ## Compare two runs: A=HEAD~1 (B=… or the present one); a run is a review, SET text, a git revision or a copy of results/
	@$(RUN) compare --review="$(REVIEW)" --make "$(MAKE_COMMAND)" -- "$$FIRST" "$$SECOND"

help: ## Show this list
	@while IFS= read -r line; do case $$line in [a-z]*:*"## "*) printf '  make %-12s %s\n' "$${line%%:*}" "$${line#*## }";; esac; done < Makefile
	@echo "The command casesynth (.venv/bin/casesynth --help) does what is not the chain, with names and paths in place of NAME=."

# These write tables, so they take no review for granted: without REVIEW=… the name is empty, and they list those there are.
new: environment ## Lay out a review of your own: REVIEW=my-review (docs/own-review.md is the guide)
	@$(RUN) new "$(GIVEN)"

import: environment ## Import the answers to an online form: REVIEW=my-review FORM="responses.xlsx"
	@$(RUN) import "$(GIVEN)" "$$FORM"

sheet: environment ## Write the tables of a review to a workbook to edit: sheets/<review>.xlsx. REVIEW=…
	@$(RUN) sheet "$(GIVEN)"

sheet-back: environment ## Read the edited workbook back into the tables. REVIEW=… (BOOK="…" for one elsewhere)
	@$(RUN) sheet-back "$(GIVEN)" --book "$$BOOK"

check: environment ## List all problems in the tables of a review, and what to do next. REVIEW=…
	$(TELL)
	@$(RUN) check "$(REVIEW)"

# JupyterLab reports this only in the middle of its log, and does not say what to type.
NO_ROOT = $(if $(findstring --allow-root,$(LAB)),,if test "$$(id -u)" = 0; then echo "make: JupyterLab refuses to run as root. Become another user; in a container, which has only root: make $@ LAB=--allow-root" >&2; exit 1; fi; )

lab: environment ## Open the notebooks in JupyterLab; their output goes to results/by-hand/. LAB="--no-browser --port 9000" passes on options
	@$(NO_ROOT)$(PYTHON) -m jupyterlab --notebook-dir=notebooks $(LAB)

audit: all ## Where to check everything: results/<review>/explorer.html. SOURCE=your-copy.pdf (or .txt) adds a page that shows each statement next to its passage
	@$(RUN) audit "$(REVIEW)" --source "$$SOURCE" --results "$(R)"

fetch: environment ## Download the published report to sources/ (needs a network; the text belongs to its authors, and git ignores it)
	@$(RUN) fetch "$(REVIEW)" --url "$$URL"

# A student's copies are never overwritten, and git does not see them.
learn: environment ## Open the course: six short notebooks on an invented review, copied to learn/ for you to write in, with solutions. LAB="…" as for lab
	@$(RUN) learn
	@$(NO_ROOT)$(PYTHON) -m jupyterlab learn/1-extract.ipynb $(LAB)

# These use the data of a review as they are, without changed parameters.
NO_SET = $(if $(strip $(SET)),$(error make $@ uses no parameters: leave out SET))
export: environment ## Write a review for other programs to results/<review>/export/: REFI-QDA project and codebook, Taguette, workbook, tables as CSV
	@$(NO_SET)$(RUN) export "$(REVIEW)"

import-qdpx: environment ## Make a new review from a REFI-QDA project of another program: REVIEW=new-name QDPX=file.qdpx
	@$(RUN) import-qdpx "$(GIVEN)" "$$QDPX"

# Other people's programs, under their own licences: each is installed separately, and only ever run as a program.
PEERS := qdapy pyrefiqda linked-data taguette qualitative-coding statistics cluster duckdb snakemake
peers: environment $(PEERS:%=build/peers/%.installed) ## Install the programs that the exports are tested with, in build/peers/ (needs a network; 700 MB)

build/peers/%.installed: tests/peers/%.lock
	@rm -rf build/peers/$* && mkdir -p build/peers && $(PYTHON) -m venv --without-pip build/peers/$*
	@$(PYTHON) -m uv pip install -q --python build/peers/$*/bin/python --require-hashes -r $<
	@touch $@

test: all ## Run the tests (no network, about two minutes)
	@$(PYTHON) -m pytest -m "not long and not desktop" -n 2 --dist loadfile --no-loadscope-reorder

test-long: all ## Run the slow tests, with a browser and LibreOffice where they are there, 50 interruptions and 1,000 corrupted reviews (half an hour)
	@$(PYTHON) -m pytest -m "long or desktop"

lint: environment ## Check format rules, types, spelling, lengths, and that imports only go down
	@tools/lint.sh $(PYTHON)

suggest: environment ## Propose themes by a plain automated baseline, for a person to accept: sheets/<review>-suggestions.csv. REVIEW=…
	@$(NO_SET)$(RUN) suggest "$(REVIEW)"

shards: environment ## Write a review's cases, key points and codings as Parquet in shards: data/<review>/shards/. REVIEW=… SHARDS=5
	@$(RUN) shards "$(GIVEN)" --shards $(or $(SHARDS),0) --jobs "$$JOBS"

# Who counts: JOBS=n a pool of processes, CLUSTER=tcp://… a Dask cluster that is running.
bench-scale: environment ## Time steps 2 to 4 on generated shards, as one line of JSON: CASES=1000000 SHARDS=5, JOBS=2 or CLUSTER=tcp://…
	@$(PYTHON) -m tests.bench.bench_scale $(or $(CASES),100000) $(or $(SHARDS),5) "$$JOBS" "$$CLUSTER"

bench: environment ## Time the notebooks by papermill and by make, and the statistics against other packages, in one run
	@$(PYTHON) -m tests.bench.bench_chain
	@$(PYTHON) -m tests.bench.bench_statistics
	@$(PYTHON) -m tests.bench.bench_counts

site: all ## Lay out a review for any static host, with guide, notebooks, data dictionary and course: build/site/<review>/
	@$(RUN) site "$(REVIEW)"

accept: all ## Accept the current results as the reference (updates the manifest and the outputs in notebooks/)
	@$(RUN) accept "$(REVIEW)"

verify: environment ## Build everything again in a clean copy, and compare each file with the manifest
	@$(RUN) verify "$(REVIEW)" --make "$(MAKE_COMMAND)"

verify-all: environment ## The same in other folders, time zones, locales and hash seeds, and with each Python 3.11 to 3.13 on this machine
	@$(PYTHON) tools/verify_all.py "$(REVIEW)" "$(MAKE_COMMAND)"

crate: all ## Pack the data and results of a review (not the code) as an RO-Crate, with what each notebook was run on: results/<review>/<review>-crate.zip
	@$(RUN) crate "$(REVIEW)" --build "$(B)" --results "$(R)"

clean: ## Remove what was built: build/ (except build/peers), results/, and all but the committed figures; .venv stays
	rm -rf results .pytest_cache $(filter-out build/peers,$(wildcard build/*))
	find figures -mindepth 1 -maxdepth 1 -not -name mca-phase2 -exec rm -rf {} +
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

# ---------------------------------------------------------------- the environment

environment: ## Make or update .venv from requirements.lock (in a conda environment there is nothing to do)
	@$(if $(CONDA),:,test "$$(cat requirements.lock)" = "$$(cat .venv/installed.lock 2>/dev/null)" && test -x .venv/bin/casesynth || sh tools/bootstrap.sh)

lock: environment ## Renew requirements.lock from pyproject.toml (needs a network)
	$(PYTHON) -m uv pip compile pyproject.toml --group pyproject.toml:test --group pyproject.toml:dev -q --universal \
	  --python-version 3.11 --fork-strategy fewest --upgrade --generate-hashes --annotation-style line \
	  --custom-compile-command "make lock" -o requirements.lock

else
# ---------------------------------------------------------------- the chain (CHAIN=1)

include $(B)/review.mk

# What every step uses: the settings, the packages of other people, and of this package the rooms that all need.
COMMON := requirements.lock $(D)/review.yaml $(D)/datapackage.json $(FRONT) $(RUNNER) casesynth/core casesynth/analysis
outputs = $(patsubst figures/%,$(F)/%,$(filter figures/%,$(1))) $(addprefix $(R)/,$(filter-out figures/%,$(1)))
tables = $(patsubst %,tables/%.csv,$(1))
# Those of casesynth.figures.look.PHONES have a second cut.
PHONES := findings barriers-enablers refined-themes participants
drawing = $(foreach each,$(1),$(addprefix figures/$(each).,csv png svg txt) $(patsubst %,figures/%-phone.svg,$(filter $(PHONES),$(each))))

# Tables of data/; narrative is a folder of prose, and the outline of the map belongs to no review.
data = $(subst $(D)/outline.csv,data/geography/uk-outline.geojson,$(subst $(D)/narrative.csv,$(D)/narrative,$(patsubst %,$(D)/%.csv,$(1))))

STEPS :=
# A step that ended leaves its stamp, with the digests of all that it read and wrote. Every step is asked, and is run
# only if one of these has changed (casesynth/runner/current.py).
# $(call step,name,notebook,rooms it uses apart from core and analysis,tables of data/ it reads,results it reads,
#   what it writes,its own parameters)
define step
STEPS += $(1)
$(B)/$(1).done: $(call outputs,$(5)) FORCE
	@$$(PYTHON) -S -m casesynth _step notebooks/$(2).ipynb --step $(1) --review $$(REVIEW) --results $$(R) --figures $$(F) \
	  --parameters $$(B)/parameters.yaml --stamp $$@ --set $(7) --writes $(6) \
	  --uses $(COMMON) $(addprefix casesynth/,$(3)) --reads $(call data,$(4)) $(call outputs,$(5))
$(call outputs,$(6)) $(R)/notebooks/$(1).ipynb: $(B)/$(1).done
	@:
endef

# TABLES.<step> comes with review.mk from casesynth/core/results.json, which declares every result table.
EXTRACTED := $(call tables,$(TABLES.1-data-extraction))
THEMED = $(call tables,$(addsuffix -$(1),$(TABLES.2-themes)))
ALL_THEMED := $(foreach heading,$(HEADINGS),$(call THEMED,$(heading)))
GENERAL := $(call tables,$(TABLES.3-general-themes)) $(call drawing,general-headings)
BARRIERS := $(call tables,$(TABLES.4-barriers-enablers)) $(call drawing,barriers-enablers)
PARTICIPANTS := $(call tables,$(TABLES.5-participants)) $(call drawing,participants)
FIGURES := $(call tables,$(TABLES.6-figures)) $(call drawing,map refined-themes themes completeness)
# The titles of the figures that other notebooks draw.
TITLES := $(patsubst %,figures/%.txt,general-headings barriers-enablers participants saturation findings)
ROBUST := $(call tables,$(TABLES.9-robustness)) $(call drawing,saturation)
AGREEMENT := $(call tables,$(TABLES.10-agreement))
CONFIDENCE := $(call tables,$(TABLES.11-confidence))
FINDINGS := $(call tables,$(TABLES.12-findings)) $(call drawing,findings)
HIERARCHY := $(call tables,$(TABLES.13-hierarchy))
LENSES := $(call tables,$(TABLES.14-lenses))
ACROSS := $(call tables,$(TABLES.15-across-cases))
REPORT := synthesis.html synthesis.docx synthesis.pdf annex.html brief.html brief.pdf index.html $(call tables,$(TABLES.7-synthesis))
CLAIMS := $(call tables,$(TABLES.8-claims))

CODED := cases keypoints codebook coders codings
$(eval $(call step,1-data-extraction,1-data-extraction,,cases keypoints,,$(EXTRACTED),))
$(foreach heading,$(HEADINGS),$(eval $(call step,2-themes-$(heading),2-themes,,$(CODED) statements attributions,,$(call THEMED,$(heading)),heading=$(heading))))
$(eval $(call step,3-general-themes,3-general-themes,figures,$(CODED) facts counterparts,$(filter tables/themes-%,$(ALL_THEMED)),$(GENERAL),))
$(eval $(call step,4-barriers-enablers,4-barriers-enablers,figures,$(CODED),,$(BARRIERS),))
$(eval $(call step,5-participants,5-participants,figures,$(CODED) participants facts,,$(PARTICIPANTS),))
$(eval $(call step,6-figures,6-figures,figures,$(CODED) places statements attributions outline,$(filter tables/themes-% tables/theme-cases-%,$(ALL_THEMED)) tables/completeness.csv tables/refined-themes.csv $(TITLES),$(FIGURES),))
$(eval $(call step,9-robustness,9-robustness,figures audit,$(CODED) statements attributions claims facts,$(filter tables/published-% tables/theme-cases-%,$(ALL_THEMED)),$(ROBUST),))
$(eval $(call step,10-agreement,10-agreement,,$(CODED) statements attributions extractions,$(filter tables/published-%,$(ALL_THEMED)),$(AGREEMENT),))
$(eval $(call step,11-confidence,11-confidence,,$(CODED) appraisal cerqual findings finding-evidence,tables/refined-themes.csv tables/general-themes.csv,$(CONFIDENCE),))
$(eval $(call step,12-findings,12-findings,figures,cases keypoints coders codings codebook findings finding-evidence counterevidence appraisal,,$(FINDINGS),))
$(eval $(call step,13-hierarchy,13-hierarchy,,$(CODED) hierarchy,,$(HIERARCHY),))
$(eval $(call step,14-lenses,14-lenses,,$(CODED) crosswalk constructs equity,,$(LENSES),))
$(eval $(call step,15-across-cases,15-across-cases,,$(CODED) places,,$(ACROSS),))
# Every table of data/ can be behind a claim.
$(eval $(call step,8-claims,8-claims,report audit figures,$(CODED) claims sources sections places aliases entries statements attributions participants facts mentions,$(filter tables/%,$(EXTRACTED) $(ALL_THEMED) $(GENERAL) $(BARRIERS) $(PARTICIPANTS)),$(CLAIMS),))
$(eval $(call step,7-synthesis,7-synthesis,report figures,$(CODED) facts places sources sections participants findings cerqual equity decisions narrative,$(EXTRACTED) $(ALL_THEMED) $(GENERAL) $(BARRIERS) $(PARTICIPANTS) $(FIGURES) $(ROBUST) $(AGREEMENT) $(CONFIDENCE) $(FINDINGS) $(LENSES) $(ACROSS) $(CLAIMS),$(REPORT),))

# What people check is drawn from one file: the tables of data/ that casesynth/audit/evidence.py names, and the results.
$(eval $(call step,16-evidence,16-evidence,report audit figures,$(CODED) sources sections entries places statements attributions participants facts findings finding-evidence counterevidence aliases mentions equity,$(filter tables/%,$(EXTRACTED) $(ALL_THEMED) $(GENERAL) $(BARRIERS) $(PARTICIPANTS) $(FIGURES) $(ROBUST) $(AGREEMENT) $(CONFIDENCE) $(FINDINGS) $(LENSES) $(ACROSS) $(CLAIMS) $(REPORT)),evidence.json explorer.html,))

# In the order of urgency: of the steps that could run, the worker runs the first of this list. The longest way through the
# chain comes first (1, 2, 3, 9, 6, 7, 16, and 12, which is long); nothing waits for step 13.
URGENT := 1-data-extraction $(HEADINGS:%=2-themes-%) 3-general-themes 9-robustness 12-findings 6-figures
export CASESYNTH_STEPS := $(URGENT) $(filter-out $(URGENT) 13-hierarchy,$(STEPS)) 13-hierarchy

.PHONY: chain
chain: $(patsubst %,$(B)/%.done,$(STEPS))
	@$(if $(GONE),rm -f $(GONE),:)
	@if test -e $(R)/audit-source.html && test -n "$$(find $(B) -name '*.done' -newer $(R)/audit-source.html)"; then \
	  rm -f $(R)/audit-source.html; \
	  echo "The page of passages was of earlier results and is removed: make audit REVIEW=$(REVIEW) SOURCE=… writes it again."; fi
# Stamps of steps that are no more, so that the manifest does not list what they wrote.
GONE = $(filter-out $(patsubst %,$(B)/%.done,$(STEPS)),$(wildcard $(B)/*.done))
endif

FORCE:
