#!/bin/sh
# What a linter can decide: tools/lint.sh [PYTHON]. All are run, so that one run shows everything.
bin=$(dirname "${1:-.venv/bin/python}")
status=0
"$bin/ruff" check --quiet . || status=1
"$bin/ruff" format --check --quiet . || status=1
"${1:-.venv/bin/python}" tools/lengths.py casesynth || status=1
"$bin/mypy" --no-error-summary || status=1
PYTHONPATH=. "$bin/lint-imports" --no-cache --no-logo || status=1
"$bin/codespell" || status=1
if command -v actionlint >/dev/null; then actionlint || status=1; fi
exit $status
