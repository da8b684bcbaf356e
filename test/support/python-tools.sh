#!/usr/bin/env bash
# python-tools.sh NAME REQUIREMENTS: installs programs written in Python into .tools/NAME, unless they are there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

folder=.tools/$1 requirements=$2
if ! cmp --silent "$requirements" "$folder/requirements.txt"; then
  rm -rf "$folder"
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements"
  cp "$requirements" "$folder/requirements.txt" # says that all of them are in
fi
echo "Installed in $folder: $(tr '\n' ' ' <"$requirements")"
