#!/usr/bin/env bash
# SPDX-License-Identifier: MPL-2.0
# A user's path on the Palmer penguins, through the running platform: journey.sh BIN_DIR [--once]
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
bin=$1
once=${2:-}
export PATH=$bin:$PATH
data=$(mktemp -d "${TMPDIR:-/tmp}/autodp.XXXXXX")
export AUTODP_DATA=$data XDG_CONFIG_HOME=$data/cli AUTODP_CLIENT_DIR=$root/client/dist
export AUTODP_PASSWORD=penguins-are-birds
mkdir -p "$data/cli"
out=$data/files
mkdir -p "$out"

# A free port when the usual one is taken, so that a second platform starts too.
if [ "$once" = --once ] || (exec 3<>/dev/tcp/127.0.0.1/8080) 2>/dev/null; then
    export AUTODP_HTTP_PORT=0
fi

stop() {
    trap - EXIT INT TERM
    local rc=0
    kill -TERM "$up" 2>/dev/null || true
    wait "$up" || rc=$?
    return $rc
}

title() {
    printf '\n\033[1m== %s\033[0m\n' "$*"
}

# step TITLE COMMAND...: runs it and prints how long it took.
step() {
    local text=$1 start end
    shift
    title "$text"
    start=$(date +%s%N)
    "$@"
    end=$(date +%s%N)
    printf -- '-- %d ms\n' $(((end - start) / 1000000))
}

title "Start the platform (data in $data)"
autodp up >"$data/up.out" 2>"$data/up.log" &
up=$!
trap 'stop || true; exit 130' INT TERM
trap 'echo "journey: failed; the platform says:"; tail -n 20 "$data/up.log"; stop || true' EXIT
for _ in $(seq 600); do
    grep -q 'is ready' "$data/up.out" && break
    kill -0 "$up" || exit 1
    sleep 0.05
done
cat "$data/up.out"

cat >"$data/recipe.json" <<'EOF'
[{"op": "missing", "method": "median", "columns": ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]},
 {"op": "missing", "method": "mode", "columns": ["sex"]},
 {"op": "scale", "method": "z_score", "columns": ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]},
 {"op": "encode", "method": "one_hot", "columns": ["island"]}]
EOF
sed 's/\["island"\]/["island", "sex"]/' "$data/recipe.json" >"$data/training.json"

upload() {
    autodp upload "$root/test/data/penguins.csv" | tee "$data/upload.out"
    dataset=$(head -n 1 "$data/upload.out" | cut -d ' ' -f 1)
}

run_recipe() {
    autodp process "$dataset" --recipe "$data/recipe.json" --wait | tee "$data/process.out"
    process=$(head -n 1 "$data/process.out" | cut -d ' ' -f 1)
}

train() {
    autodp train "$dataset" --target species --recipe "$data/training.json" --wait \
        --features bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,island,sex | tee "$data/train.out"
    training=$(head -n 1 "$data/train.out" | cut -d ' ' -f 1)
}

download() {
    autodp get "$process" data.csv --output "$out/penguins-clean.csv"
    autodp get "$training" model.pkl --output "$out/model.pkl"
    autodp get "$training" predictions.csv --output "$out/predictions.csv"
    ls -l "$out"
    head -n 3 "$out/penguins-clean.csv"
}

# The mails are written by an actor of its own: one for each of the two jobs.
mails() {
    for _ in $(seq 200); do
        [ "$(find "$data/outbox" -name '*.eml' | wc -l)" -ge 2 ] && break
        sleep 0.05
    done
    for mail in "$data"/outbox/*.eml; do
        printf '%s\n' "$mail"
        grep -i '^\(to\|subject\):' "$mail" | sed 's/^/   /'
    done
}

step "Make an account" autodp user add ada@example.org
step "Upload penguins.csv" upload
step "Preview the recipe: median, mode, z-score, one-hot" autodp preview "$dataset" --recipe "$data/recipe.json"
step "Run it over the whole file" run_recipe
step "Train a support vector classifier on species" train
step "Download the results" download
step "Mails" mails
title "The platform: $(cat "$data/run/http.url")   (log in as ada@example.org, $AUTODP_PASSWORD)"

if [ "$once" = --once ]; then
    step "Stop" stop
    echo "journey: done; model: $out/model.pkl"
    exit 0
fi
echo "It keeps serving until Ctrl-C."
trap - EXIT
trap 'stop; exit 0' INT TERM
wait "$up"
