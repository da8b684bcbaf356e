#!/usr/bin/env bash
# Assembles a replacement for Lambda's base image for Node.js, under the name that SAM asks for, from files of this
# machine: Node 24, a runtime client, the commands with which SAM adds a layer, and the libraries of them all.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

arch=$([ "$(uname -m)" = aarch64 ] && echo arm64 || echo x86_64)
image=public.ecr.aws/lambda/nodejs:24-$arch
if docker image inspect "$image" >/dev/null 2>&1; then
  echo "Image: $image, which was here"
  exit
fi

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root"/{bin,opt,tmp,var/lang/bin,var/runtime,var/task}

add() { # FILE FOLDER: the file, and the libraries it is linked with at the places where it looks for them
  cp -L "$1" "$root/$2/"
  local library
  for library in $(ldd "$1" 2>/dev/null | grep -o '/[^ ]*'); do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
}

add node_modules/.bin/node var/lang/bin
for command in sh mv chmod; do add "$(command -v "$command")" bin; done

client=.tools/aws-lambda-ric/node_modules/aws-lambda-ric
if [ -e "$client/rapid-client.node" ]; then
  add "$client/rapid-client.node" var/runtime
  cp "$client/index.mjs" "$root/var/runtime/"
  entry=index.mjs
else
  cp test/support/lambda-runtime/bootstrap.cjs "$root/var/runtime/"
  entry=bootstrap.cjs
fi
printf '#!/bin/sh\nexec node /var/runtime/%s\n' "$entry" >"$root/var/runtime/bootstrap"
chmod +x "$root/var/runtime/bootstrap"

tar -C "$root" -c . | docker import --change 'LABEL fake=lambda' --change 'WORKDIR /var/task' \
  --change 'ENV PATH=/var/lang/bin:/bin LAMBDA_TASK_ROOT=/var/task LAMBDA_RUNTIME_DIR=/var/runtime' - "$image" >/dev/null
echo "Image: $image, a replacement with $("$root/var/lang/bin/node" --version) and $entry"
