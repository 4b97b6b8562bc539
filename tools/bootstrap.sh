#!/bin/sh
# Make a Python environment and fill it from requirements.lock: tools/bootstrap.sh [FOLDER], by default .venv.
# Called by make; works alone too. PYTHON_COMMAND names an interpreter; otherwise the first suitable one is taken.
set -u
folder=${1:-.venv}
mkdir -p build

# An interpreter is identified by running it: names mislead, and shims may lead nowhere.
python= others=
for name in "${PYTHON_COMMAND:-}" python3.13 python3.12 python3.11 python3 python; do
  version=$("$name" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
  case $version in
    3.11|3.12|3.13) python=$name; break ;;
    *) others="$others $name is $version," ;;
  esac
done
if [ -z "$python" ]; then
  echo "make: no Python 3.11, 3.12 or 3.13 found ($(echo ${others:-no python at all})); install one of them, or name it:" \
    "make PYTHON_COMMAND=/path/to/python3.12" >&2
  exit 1
fi

# One set-up at a time. The lock belongs to this shell and to what it starts, so it ends with them.
exec 9>>build/environment.lock
"$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)' 2>/dev/null || {
  echo "Another make is setting up the Python environment; waiting for it …"
  "$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)'
}
if test "$(cat requirements.lock)" = "$(cat "$folder/installed.lock" 2>/dev/null)" && test -x "$folder/bin/casesynth"; then
  exit 0
fi

echo "Setting up $folder with Python $version (once; a minute or two) …"
rm -rf "$folder"
"$python" -m venv "$folder" || {
  echo "make: $python could not make $folder; on Debian and Ubuntu: apt install python3-venv" >&2
  exit 1
}
inside="$folder/bin/python"
pip="$inside -m pip install -q --disable-pip-version-check"

# uv installs the lock quickly; pip does it where uv does not run. Compiled, since the Makefile has Python write no bytecode
# and every command would take a second more; an environment for one build (make verify-all) is quicker without.
if [ "$folder" = .venv ]; then compiled=--compile-bytecode; else compiled=; fi
while IFS= read -r line; do
  case $line in uv==*) on=yes ;; [A-Za-z0-9]*) on= ;; esac
  if [ -n "${on:-}" ]; then printf '%s\n' "$line"; fi
done < requirements.lock > build/uv.txt
{ $pip --require-hashes -r build/uv.txt &&
  $inside -m uv pip install -q $compiled --python "$inside" --require-hashes -r requirements.lock; } || {
  echo "uv did not do it; trying pip (slower) …"
  $pip --require-hashes -r requirements.lock
} || {
  echo "make: the packages of requirements.lock could not be installed (see above); is there a network?" >&2
  exit 1
}

# The package itself stays where it is. Installing it gives the command `casesynth`, its completion, and the entry
# point by which jupyter_client finds our kernels (no network: flit_core is in the lock). The path to it is then made
# relative: Python reads .pth files in the locale's encoding, in which the name of this folder may not be readable.
$pip --no-deps --no-build-isolation --editable . || {
  echo "make: the package casesynth could not be installed in $folder (see above)" >&2
  exit 1
}
"$inside" -c 'import os, sysconfig; site = sysconfig.get_path("purelib"); open(os.path.join(site, "casesynth.pth"), "w").write(os.path.relpath(".", site) + "\n")'

# Last, so that a set-up that was cut off is begun again.
cp requirements.lock "$folder/installed.lock"
