#!/usr/bin/env bash
# Executes every notebook of this folder from top to bottom, in a virtual environment of its own.
#
# The executed copies go to a new temporary folder; the notebooks themselves are never changed.
# Needs Python 3.11; PYTHON names another interpreter than python3.11.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"

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
