# The whole compendium: `make` sets up and runs everything, `make test` tests it, `make help` lists the rest.
#
# Two levels. `make` finds Python, fills .venv, digests the inputs (git keeps no times of files), and then
# calls itself with CHAIN=1, where every notebook is one rule. Nothing here needs more than GNU Make 3.81.

ifeq ($(.FEATURES),)
$(error This Makefile needs GNU Make 3.81 or newer: on macOS "brew install make" and call gmake, elsewhere install the package "make")
endif

REVIEW = mca-phase2
SET =
LAB =
# Said first where no review was named, so that nobody takes the results of this one for their own.
TELL = @$(if $(filter file,$(origin REVIEW)),echo "Review: $(REVIEW) (REVIEW=… names another)",:)

empty :=
space := $(empty) $(empty)
# A run with changed parameters has its own folders beside those of the default run.
VARIANT := $(if $(strip $(SET)),--$(subst $(space),+,$(strip $(sort $(subst =,-,$(SET))))))
NAME := $(REVIEW)$(VARIANT)
D := data/$(REVIEW)
B := build/$(NAME)
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
NEEDED := papermill frictionless pypandoc nbval seaborn jupyterlab
CONDA := $(if $(CONDA_PREFIX),$(shell "$$CONDA_PREFIX/bin/python" -c 'import sys; from importlib.util import find_spec; sys.exit(not all(map(find_spec, sys.argv[1:])))' $(NEEDED) 2>/dev/null && echo yes))
PYTHON := $(if $(CONDA),"$$CONDA_PREFIX/bin/python",.venv/bin/python)
# As many notebooks at a time as there are processors, unless make was called with -j.
JOBS = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2))

.PHONY: all help lab learn test test-long export import-qdpx peers bench verify verify-all accept crate clean environment lock FORCE audit fetch new import sheet sheet-back check suggest
.DELETE_ON_ERROR:
.SUFFIXES:

ifneq ($(CHAIN),1)
# ---------------------------------------------------------------- what a person calls

# What the rules depend on; each gets a digest.
TABLES := sources sections cases places aliases entries keypoints codebook statements attributions coders codings \
  participants facts counterparts claims appraisal cerqual extractions
INPUTS := $(addprefix $(D)/,$(addsuffix .csv,$(TABLES)) review.yaml datapackage.json) data/geography/uk-outline.geojson \
  $(wildcard notebooks/[0-9]*.ipynb) casesynth requirements.lock

define RUN_CHAIN
+@exec $(PYTHON) -m casesynth.cli chain --review $(REVIEW) --folders $(B) $(R) $(F) --set "$(SET)" --inputs $(INPUTS) \
  --command "$(MAKE)" --no-print-directory -r $(JOBS) CHAIN=1 REVIEW=$(REVIEW) SET="$(SET)"
endef

all: environment ## Set up (once) and run the whole synthesis: results/<review>/synthesis.html. REVIEW=… for another review, SET="min_cases=3" for a variant beside the default
	$(TELL)
	$(RUN_CHAIN) chain
	@echo "Report: $(R)/synthesis.html   Word: $(R)/synthesis.docx   Figures: $(F)/"

# One file of the results, with all it depends on.
results/% figures/%: environment FORCE
	$(RUN_CHAIN) $@

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

# Your own review. A file's name goes through the environment, so that it may hold blanks and quotes.
export FORM BOOK REVIEW
# What writes tables takes no review for granted: without REVIEW=… it gets an empty name, and says which there are.
new import sheet sheet-back: export REVIEW :=
new: environment ## Lay out your own review: REVIEW=my-review (docs/own-review.md goes through it)
	@$(PYTHON) -m casesynth.desk.new

import: environment ## Take in the export of an online form: REVIEW=my-review FORM="responses.xlsx"
	@$(PYTHON) -m casesynth.desk.importing

sheet: environment ## The tables of a review as a workbook to edit: sheets/<review>.xlsx
	@$(PYTHON) -m casesynth.desk.workbook_back

sheet-back: environment ## Read the edited workbook in again (BOOK="…" for one elsewhere)
	@$(PYTHON) -m casesynth.desk.workbook_back back

check: environment ## List all problems in the tables of a review, and what to do next: REVIEW=…
	$(TELL)
	@$(PYTHON) -m casesynth.cli check

# JupyterLab itself says so in the midst of its log, and not what to type.
NO_ROOT = $(if $(findstring --allow-root,$(LAB)),,if test "$$(id -u)" = 0; then echo "make: JupyterLab refuses to run as root: be another user, or, where root is all there is (a container), make $@ LAB=--allow-root" >&2; exit 1; fi; )

lab: environment ## Open the notebooks in JupyterLab; what you run there is written to results/by-hand/. LAB="--no-browser --port 9000" for options of JupyterLab
	@$(NO_ROOT)$(PYTHON) -m jupyterlab --notebook-dir=notebooks $(LAB)

# The path of a reviewer's copy may hold anything; it is taken from the command line only, never from the environment.
audit: export CASESYNTH_SOURCE := $(if $(filter command,$(firstword $(origin SOURCE))),$(value SOURCE))
audit: all ## One page to check everything from: results/<review>/audit.html. With SOURCE=your-copy.pdf (or .txt) a second one, beside the text
	@$(PYTHON) -m casesynth.audit.page $(REVIEW) --results "$(R)" --figures "$(F)" --parameters "$(B)/parameters.yaml" --source "$$CASESYNTH_SOURCE"

fetch: environment ## Download the published report to sources/ (needs a network; the text is its authors', and git ignores it)
	@$(PYTHON) -m casesynth.audit.fetch $(REVIEW) $(if $(filter command,$(firstword $(origin URL))),--url "$(URL)")

# The student's copies are never overwritten, and git does not see them.
learn: environment ## Open the course: four short notebooks on an invented review, copied to learn/ for you to write in, with their solutions. LAB="…" as for lab
	@$(PYTHON) -m casesynth.course learn
	@$(NO_ROOT)$(PYTHON) -m jupyterlab learn/1-extract.ipynb $(LAB)

# These take the data of a review as they are, not a variant.
NO_SET = $(if $(strip $(SET)),$(error SET changes a run of the chain; make $@ takes none: leave it out))
export: environment ## For other programs, to results/<review>/export/: REFI-QDA project and codebook, Taguette, a workbook, the review's tables as CSV
	@$(NO_SET)$(PYTHON) -m casesynth.exchange.export $(REVIEW)

import-qdpx: environment ## A new review from a REFI-QDA project of another program: REVIEW=new-name QDPX=file.qdpx
	@$(PYTHON) -m casesynth.exchange.refi_import $(REVIEW) "$(QDPX)"

# Other people's programs, with licences of their own: each in an environment of its own, only ever run as a program.
PEERS := qdapy taguette qualitative-coding statistics
peers: environment $(PEERS:%=build/peers/%.installed) ## The programs that the exports are tested with, in build/peers/ (needs a network; 700 MB)

build/peers/%.installed: tests/peers/%.lock
	@rm -rf build/peers/$* && mkdir -p build/peers && $(PYTHON) -m venv --without-pip build/peers/$*
	@$(PYTHON) -m uv pip install -q --python build/peers/$*/bin/python --require-hashes -r $<
	@touch $@

test: all ## The tests (no network, under five minutes); make test-long has the rest
	@$(PYTHON) -m pytest -m "not long" -n 2 --dist loadfile

test-long: all ## The tests that take longer: fifty kills, a thousand corruptions, … (half an hour)
	@$(PYTHON) -m pytest -m long

suggest: environment ## Propose themes by a plain machine reading, for a person to accept: sheets/<review>-suggestions.csv. REVIEW=…
	@$(NO_SET)$(PYTHON) -m casesynth.desk.suggestions $(REVIEW)

bench: environment ## Time the notebooks by papermill and by make, and the statistics against other packages, in one run
	@$(PYTHON) tests/bench.py
	@$(PYTHON) tests/bench_statistics.py

accept: all ## Take the results as they are now: writes the notebooks' outputs and MANIFEST.sha256
	@$(PYTHON) -m casesynth.runner.accept $(REVIEW)

verify: environment ## Build again in a clean copy and compare every file with MANIFEST.sha256
	@$(PYTHON) -m casesynth.runner.verify --review $(REVIEW) --make "$(MAKE_COMMAND)"

verify-all: environment ## The same in odd folders, time zones, locales, hash seeds, and with each Python 3.11 to 3.13 that is here
	@$(PYTHON) -m casesynth.runner.verify --review $(REVIEW) --make "$(MAKE_COMMAND)" --all

crate: all ## The data and results of a review as an RO-Crate (without the code), with what each notebook was run on: results/<review>/<review>-crate.zip
	@$(PYTHON) -m casesynth.exchange.crate --review $(REVIEW) --build $(B) --results $(R)

clean: ## Remove what was built: build/ (not its peers), results/, and all but the committed figures; not .venv
	rm -rf results .pytest_cache $(filter-out build/peers,$(wildcard build/*))
	find figures -mindepth 1 -maxdepth 1 -not -name mca-phase2 -exec rm -rf {} +
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

# ---------------------------------------------------------------- the environment

environment: ## Make or update .venv from requirements.lock (nothing to do inside the conda environment)
	@$(if $(CONDA),:,cmp -s requirements.lock .venv/installed.lock && test -x .venv/bin/python || $(MAKE) --no-print-directory .venv)

# The package stays where it is: a relative path leads to it, since Python reads .pth files in the locale's letters.
# An interpreter is found by running it: names lie, and shims may lead nowhere. One make at a time sets up: the lock
# belongs to this shell and to what it starts. installed.lock comes last, so what was cut off is begun again.
.venv: FORCE
	@mkdir -p build; exec 9>>build/environment.lock; \
	found=; seen=; for name in $(PYTHON_COMMAND) python3.13 python3.12 python3.11 python3 python; do \
	  version=$$($$name -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue; \
	  case $$version in 3.11|3.12|3.13) found=$$name; break;; *) seen="$$seen $$name is $$version,";; esac; done; \
	if [ -z "$$found" ]; then \
	  echo "make: no Python 3.11, 3.12 or 3.13 found ($${seen:-no python at all}); install one of them, or name it: make PYTHON_COMMAND=/path/to/python3.12" >&2; exit 1; fi; \
	$$found -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)' 2>/dev/null || { \
	  echo "Another make is setting up .venv; waiting for it …"; $$found -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)'; }; \
	if cmp -s requirements.lock .venv/installed.lock; then exit 0; fi; \
	echo "Setting up .venv with Python $$version (once; a minute or two) …"; \
	rm -rf .venv && $$found -m venv .venv || { echo "make: $$found could not make .venv; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }; \
	awk '/^[A-Za-z0-9]/ { on = /^uv==/ } on' requirements.lock > build/uv.txt; \
	.venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r build/uv.txt \
	  && VIRTUAL_ENV=.venv .venv/bin/python -m uv pip install -q --require-hashes -r requirements.lock \
	  || { echo "uv did not do it; trying pip (slower) …"; .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock; } \
	  || { echo "make: the packages of requirements.lock could not be installed (see above); is there a network?" >&2; exit 1; }; \
	echo ../../../.. > "$$(echo .venv/lib/python3*/site-packages)/casesynth.pth"; \
	cp requirements.lock .venv/installed.lock

lock: environment ## Renew requirements.lock from pyproject.toml (needs a network)
	$(PYTHON) -m uv pip compile pyproject.toml -q --universal --python-version 3.11 --fork-strategy fewest --upgrade \
	  --generate-hashes --no-annotate --custom-compile-command "make lock" -o requirements.lock

else
# ---------------------------------------------------------------- the chain (CHAIN=1)

include $(B)/review.mk

digest = $(patsubst %,$(B)/digests/%.sha256,$(1))
# Each step reads the whole package and the settings of the review.
COMMON := $(call digest,casesynth requirements.lock $(D)/review.yaml $(D)/datapackage.json) $(B)/parameters.yaml
outputs = $(patsubst figures/%,$(F)/%,$(filter figures/%,$(1))) $(addprefix $(R)/,$(filter-out figures/%,$(1)))
tables = $(patsubst %,tables/%.csv,$(1))
drawing = $(foreach each,$(1),$(addprefix figures/$(each).,csv png svg txt))

STEPS :=
# A step that ended leaves its stamp. Its outputs keep their times where their content is the same, so that
# what rests on them is not run again. A step one of whose outputs is gone is run again.
# $(call step,name,notebook,tables of data/ it reads,results it reads,what it writes,its own parameters)
define step
STEPS += $(1)
$(B)/$(1).done: $(call digest,notebooks/$(2).ipynb $(patsubst %,$(D)/%.csv,$(3))) $(COMMON) $(call outputs,$(4))
	@$$(PYTHON) -m casesynth.runner.step notebooks/$(2).ipynb --step $(1) --review $$(REVIEW) --results $$(R) --figures $$(F) \
	  --parameters $$(B)/parameters.yaml --stamp $$@ --set $(6) --writes $(5) \
	  --reads $(patsubst %,$(D)/%.csv,$(3)) $(call outputs,$(4))
$(call outputs,$(5)) $(R)/notebooks/$(1).ipynb: $(B)/$(1).done
	@:
$(if $(filter-out $(wildcard $(call outputs,$(5)) $(R)/notebooks/$(1).ipynb),$(call outputs,$(5)) $(R)/notebooks/$(1).ipynb),$(B)/$(1).done: FORCE)
endef

# TABLES.<step> comes with review.mk from casesynth/core/results.json, which declares every result table.
EXTRACTED := $(call tables,$(TABLES.1-data-extraction)) $(call drawing,completeness)
THEMED = $(call tables,$(addsuffix -$(1),$(TABLES.2-themes))) $(call drawing,themes-$(1))
ALL_THEMED := $(foreach heading,$(HEADINGS),$(call THEMED,$(heading)))
GENERAL := $(call tables,$(TABLES.3-general-themes)) $(call drawing,general-headings cooccurrence)
BARRIERS := $(call tables,$(TABLES.4-barriers-enablers)) $(call drawing,barriers-enablers)
PARTICIPANTS := $(call tables,$(TABLES.5-participants)) $(call drawing,participants)
FIGURES := $(call drawing,map refined-themes)
ROBUST := $(call tables,$(TABLES.9-robustness)) $(call drawing,removals margins thresholds saturation goes-together)
AGREEMENT := $(call tables,$(TABLES.10-agreement)) $(call drawing,agreement)
CONFIDENCE := $(call tables,$(TABLES.11-confidence))
REPORT := synthesis.html synthesis.docx $(call tables,$(TABLES.7-synthesis))
CLAIMS := $(call tables,$(TABLES.8-claims))

CODED := cases keypoints codebook coders codings
$(eval $(call step,1-data-extraction,1-data-extraction,cases keypoints,,$(EXTRACTED),))
$(foreach heading,$(HEADINGS),$(eval $(call step,2-themes-$(heading),2-themes,$(CODED) statements attributions,,$(call THEMED,$(heading)),heading=$(heading))))
$(eval $(call step,3-general-themes,3-general-themes,$(CODED) facts counterparts,$(filter tables/themes-%,$(ALL_THEMED)),$(GENERAL),))
$(eval $(call step,4-barriers-enablers,4-barriers-enablers,$(CODED),,$(BARRIERS),))
$(eval $(call step,5-participants,5-participants,cases participants facts,,$(PARTICIPANTS),))
$(eval $(call step,6-figures,6-figures,cases places,$(call tables,refined-themes general-themes),$(FIGURES),))
$(eval $(call step,9-robustness,9-robustness,$(CODED) statements attributions claims facts,$(filter tables/print-% tables/theme-cases-%,$(ALL_THEMED)) tables/overlaps.csv,$(ROBUST),))
$(eval $(call step,10-agreement,10-agreement,$(CODED) statements attributions extractions,$(filter tables/print-%,$(ALL_THEMED)),$(AGREEMENT),))
$(eval $(call step,11-confidence,11-confidence,$(CODED) appraisal cerqual,tables/refined-themes.csv tables/general-themes.csv,$(CONFIDENCE),))
$(eval $(call step,7-synthesis,7-synthesis,$(CODED) facts places,$(EXTRACTED) $(ALL_THEMED) $(GENERAL) $(BARRIERS) $(PARTICIPANTS) $(FIGURES) $(ROBUST) $(AGREEMENT) $(CONFIDENCE),$(REPORT),))
# Every table of data/ can be behind a claim.
$(eval $(call step,8-claims,8-claims,$(CODED) claims sources sections places aliases entries statements attributions participants facts,$(filter tables/%,$(EXTRACTED) $(ALL_THEMED) $(GENERAL) $(BARRIERS) $(PARTICIPANTS)),$(CLAIMS),))

export CASESYNTH_STEPS := $(words $(STEPS))

.PHONY: chain
chain: $(patsubst %,$(B)/%.done,$(STEPS))
	@$(if $(GONE),rm -f $(GONE),:)
	@if test -e $(R)/audit.html && test -n "$$(find $(B) -name '*.done' -newer $(R)/audit.html)"; then \
	  rm -f $(R)/audit.html $(R)/audit-source.html $(R)/trail.csv; \
	  echo "The audit page was of earlier results and is removed: make audit REVIEW=$(REVIEW) writes it again."; fi
# Stamps of steps that are no more, so that the manifest does not list what they wrote.
GONE = $(filter-out $(patsubst %,$(B)/%.done,$(STEPS)),$(wildcard $(B)/*.done))
endif

FORCE:
