#!/usr/bin/env bash
# python-tools.sh NAME REQUIREMENTS: installs Python programs with pinned hashes into .tools/NAME, unless they are there.
# To update: change the .in file next to REQUIREMENTS, then in its folder run
#   uv pip compile --universal --python-version 3.10 --generate-hashes --no-annotate requirements.in -o requirements.txt
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

folder=.tools/$1 requirements=$2
if ! cmp --silent "$requirements" "$folder/requirements.txt"; then
  rm -rf "$folder"
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement "$requirements"
  cp "$requirements" "$folder/requirements.txt" # says that all of them are in
fi
echo "Installed in $folder: $(tr '\n' ' ' <"${requirements%.txt}.in")"
