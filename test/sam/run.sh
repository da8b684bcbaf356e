#!/usr/bin/env bash
# npm run test:sam: the real SAM CLI runs the function in containers, against fakes on this machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. test/sam/docker-engine.sh

bash test/support/python-tools.sh sam test/sam/requirements.txt
node test/runtime/prepare.ts
trap leave_docker EXIT
start_docker
bash test/sam/lambda-image.sh

export PATH="$PWD/.tools/sam/bin:$PATH" SAM_CLI_TELEMETRY=0
npm run jest -- --testMatch '**/test/sam/*.e2e.ts' --runInBand "$@"
