# Sourced: start_docker makes sure that a Docker engine answers. leave_docker ends it if start_docker started it, and otherwise
# removes the images of these tests from it.

engine_pid='' engine_folder=''

start_docker() {
  docker info >/dev/null 2>&1 && return
  if ! command -v dockerd >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq docker.io >/dev/null
    docker info >/dev/null 2>&1 && return # where systemd runs, the package has started it
  fi
  engine_folder=$(mktemp -d)
  export DOCKER_HOST=unix://$engine_folder/docker.sock
  dockerd --host "$DOCKER_HOST" --pidfile "$engine_folder/pid" --data-root "$engine_folder/data" \
    --exec-root "$engine_folder/exec" >"$engine_folder/log" 2>&1 &
  engine_pid=$!
  for _ in {1..60}; do
    docker info >/dev/null 2>&1 && echo "Docker engine: started, process $engine_pid" && return
    kill -0 "$engine_pid" || break
    sleep 1
  done
  echo "The Docker engine does not start:" >&2
  tail -n 20 "$engine_folder/log" >&2
  return 1
}

leave_docker() {
  if [ -n "$engine_pid" ]; then
    kill "$engine_pid" || true
    wait "$engine_pid" || true
    rm -rf "$engine_folder"
  else
    docker image ls --filter label=fake=lambda --format '{{.Repository}}:{{.Tag}}' |
      xargs --no-run-if-empty docker image rm >/dev/null || true
  fi
}
