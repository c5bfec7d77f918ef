#!/usr/bin/env bash
# Makes pages from results of every kind and looks at them in a browser. Needs Node; installs the
# rest where it is absent: playwright-core, pinned, beside this file, and Chromium by apt-get.
#   TAOSIM=path/to/taosim  a program that is already built, otherwise the one of `cargo build`
#   PICTURES=folder        where screenshots go, otherwise a temporary folder
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

command -v node >/dev/null && command -v npm >/dev/null || {
    echo 'the browser test needs Node 20 with npm' >&2
    exit 1
}
CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$CHROMIUM" ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
    CHROMIUM=$(command -v chromium)
fi
[ -d "$here/node_modules/playwright-core" ] || npm ci --prefix "$here" --ignore-scripts --no-audit --no-fund --silent

if [ -z "${TAOSIM:-}" ]; then
    (cd "$root" && cargo build --quiet)
    TAOSIM=${CARGO_TARGET_DIR:-$root/target}/debug/taosim
fi
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
PICTURES=${PICTURES:-$(mktemp -d -t taosim-pictures-XXXXXX)}
mkdir -p "$PICTURES" "$work/pages"

cd "$root"
page() { "$TAOSIM" report "$work/results/$1" --out "$work/pages/$2.html" >/dev/null; }
for scenario in quickstart order-flow; do
    "$TAOSIM" run "scenarios/$scenario.toml" --out "$work/results" --no-plots --quiet >/dev/null
    page "$scenario/$(ls "$work/results/$scenario")" "$scenario"
done
for study in majority-cliff worst-self-vote; do
    "$TAOSIM" attack "scenarios/studies/$study.toml" --set replicates=3 --out "$work/results" --no-plots --quiet >/dev/null
    page "$study" "$study"
done
"$TAOSIM" attack scenarios/studies/worst-self-vote.toml --search --set replicates=3 --set search.rounds=3 \
    --out "$work/results" --no-plots --quiet >/dev/null
page worst-self-vote-search worst-self-vote-search

export RESULTS=$work/pages PICTURES CHROMIUM
echo "screenshots in $PICTURES"
node --test "$here/pages.test.mjs"
