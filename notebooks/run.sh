#!/usr/bin/env bash
# Executes every notebook of this folder from top to bottom, in a virtual environment of its own.
#
# Results that a notebook reads and that are not there are made first, in a short version, under
# output/notebooks; one's own results are read where they are, and never touched. The executed
# copies go to a new temporary folder; the notebooks themselves are never changed.
#
# Needs Rust and Python 3.11. PYTHON names another interpreter than python3.11, TAOSIM another
# program than the one built for release, TAOSIM_OUTPUT another folder than ../output, seen from
# this folder.
set -euo pipefail

program=${TAOSIM:-}
if [[ "$program" == */* ]]; then
    program=$(cd "$(dirname "$program")" && pwd)/$(basename "$program")
fi
cd "$(dirname "${BASH_SOURCE[0]}")"

taosim() {
    if [[ -n "$program" ]]; then "$program" "$@"; else cargo run --release --quiet -- "$@"; fi
}

# The environment is made anew unless it was made from these very requirements.
if ! { .venv/bin/python -c '' && cmp -s requirements.txt .venv/requirements.txt; } 2>/dev/null; then
    python=${PYTHON:-python3.11}
    if ! "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
        echo "error: $python is not Python 3.11; name one with PYTHON=…" >&2
        exit 2
    fi
    echo "making notebooks/.venv" >&2
    "$python" -m venv --clear .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
    cp requirements.txt .venv/requirements.txt
fi

# results PLACE COMMAND TEXT [OPTION…]: makes the results of a text unless one's own are at PLACE,
# or short ones that were made by this very command from texts that have not changed since.
output=${TAOSIM_OUTPUT:-../output}
results() {
    local place=$1 stamp short=$output/notebooks/$1
    shift
    if [[ -f "$output/$place/manifest.toml" ]]; then return; fi
    stamp="$(taosim --version) $* $(cat ../scenarios/*.toml ../scenarios/studies/{,base/}*.toml | cksum)"
    if [[ -f "$short/manifest.toml" && "$(cat "$short.made" 2>/dev/null)" == "$stamp" ]]; then return; fi
    echo "making $short: taosim $*" >&2
    rm -rf "$short" "$short.made"
    taosim "$@" --quiet --no-plots >&2
    echo "$stamp" >"$short.made"
}
results quickstart/7 run ../scenarios/quickstart.toml --out "$output/notebooks"
study() {
    results "studies/$2" "$1" "../scenarios/studies/$2.toml" --out "$output/notebooks/studies" "${@:3}"
}
study attack majority-cliff --set replicates=5
study sweep kappa-sweep --set replicates=6
study tune tune-issuance --set replicates=5 --set search.rounds=3 --set search.population=12 \
    --set search.replicates=1 --set search.finalists=5
if [[ -n "$program" ]]; then export TAOSIM=$program; fi

executed=$(mktemp -d)
# The user's own settings must not change what a notebook does.
export IPYTHONDIR="$executed/.ipython" JUPYTER_PREFER_ENV_PATH=1
unset MPLBACKEND

.venv/bin/python - "$executed" <<'PYTHON'
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from traitlets.config import Config

executed = Path(sys.argv[1])
passed = failed = 0
for path in sorted(Path().glob("*.ipynb")):
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": "."}},
        config=Config(KernelManager={"transport": "ipc"}),
    )
    start = time.monotonic()
    problem = None
    try:
        client.execute()
    except CellExecutionError as error:
        outputs = ((cell.id, o) for cell in notebook.cells for o in cell.get("outputs", []))
        where = next((id for id, output in outputs if output.output_type == "error"), "?")
        problem = f"cell {where}: {error.ename}: {error.evalue}"
    except Exception as error:  # The kernel died, or a cell took too long.
        problem = f"{type(error).__name__}: {error}"
    nbformat.write(notebook, executed / path.name)
    if problem is None:
        passed += 1
        print(f"ok      {path.name}  {time.monotonic() - start:.1f} s", flush=True)
    else:
        failed += 1
        print(f"failed  {path.name}  {problem}", file=sys.stderr)
print(f"executed copies in {executed}")
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
PYTHON
