"""Checks the book's links and runs the commands of the README and the chapters.

Every line of every `sh` block is run, in order, in a copy of the tree; the `taosim` that they find
is a wrapper that shortens what would take long. What is not run is named below with its reason.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "target" / "book"
# With polars, for blocks of Python.
PYTHON = ROOT / "notebooks" / ".venv" / "bin" / "python"

# Commands that are not run: what they begin with, and why. Each must be somewhere, or it goes.
NOT_RUN = {
    "cargo install --path .": "the program is built already",
    "cargo test": "a step of its own in .ci/run",
    "taosim validate": "needs what the chain recorded, which is not in the tree",
    "taosim import network": "needs a snapshot of the whole network, which is not in the tree",
}

# Stands before the program on the path.
WRAPPER = """#!/usr/bin/env bash
set -euo pipefail
args=()
epochs=10
while (($#)); do
    case $1 in
    --epochs) shift ;;
    --seeds) args+=(--seeds 2) && shift ;;
    *) args+=("$1") ;;
    esac
    shift
done
case ${args[0]:-} in
run) args+=(--epochs "$epochs") ;;
attack)
    args+=(--set replicates=2 --set break_even.rounds=1)
    for arg in "${args[@]}"; do
        [[ $arg == --search ]] && args+=(--set search.rounds=1 --set search.population=4)
    done
    ;;
sweep) args+=(--set replicates=2) ;;
tune) args+=(--set replicates=3 --set search.rounds=2 --set search.replicates=1) ;;
esac
exec "$REAL_TAOSIM" "${args[@]}"
"""

CARGO = """#!/usr/bin/env bash
if [[ "$1 $2 $3" == "run --release --" ]]; then exec taosim "${@:4}"; fi
echo "cargo $*: not a command that is run here" >&2
exit 1
"""

# What examples name and one has at home.
STAKE = "uid,stake\n0,1000\n1,800\n2,0\n3,0\n"
WEIGHTS = "validator_uid,miner_uid,weight\n0,2,0.7\n0,3,0.3\n1,2,0.5\n1,3,0.5\n"


def tracked(*patterns):
    """Files of the tree, those that are new among them."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [name for name in names.splitlines() if (ROOT / name).is_file()]


class Page(HTMLParser):
    """The links and the anchors of a page of the book."""

    def __init__(self, path):
        super().__init__()
        self.links, self.anchors = [], set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("href", "src") and value:
                self.links.append(value)
            if name in ("id", "name") and value:
                self.anchors.add(value)


def dead_links():
    """Links that lead nowhere: of the tree's Markdown files, and of the book's pages."""
    dead = []
    for name in tracked("*.md"):
        text = re.sub(r"```.*?```", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.DOTALL)
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            parts = urlsplit(link)
            if not parts.scheme and parts.path and not ((ROOT / name).parent / unquote(parts.path)).exists():
                dead.append(f"{name}: {link}")
    pages = {path: Page(path) for path in sorted(BOOK.rglob("*.html"))}
    for path, page in pages.items():
        # The page of the error 404 is shown at any depth.
        if path.name == "404.html":
            continue
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.exists():
                dead.append(f"{path.relative_to(BOOK)}: {link}")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
                dead.append(f"{path.relative_to(BOOK)}: {link}")
    return len(pages), sorted(set(dead))


def blocks(text, language):
    """The commands of each block of this language: lines, joined where one ends in a backslash."""
    for block in re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE):
        lines = block.replace("\\\n", " ").splitlines()
        yield [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def copy_of_the_tree(at, program):
    """A copy of the tree in a folder, and the environment of its commands."""
    for name in tracked():
        (at / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, at / name)
    (at / "stake.csv").write_text(STAKE)
    (at / "weights.csv").write_text(WEIGHTS)
    shutil.copy(at / "tests/vectors/yuma/yuma1/case_01.json", at / "case.json")
    shutil.copytree(at / "tests/vectors/yuma/yuma1", at / "cases")
    tools = at / ".bin"
    tools.mkdir()
    for name, text in [("taosim", WRAPPER), ("cargo", CARGO)]:
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    return {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "REAL_TAOSIM": str(program)}


def run_commands(program):
    """Runs what the documents show; gives the number of commands and what failed."""
    ran, failed, used = 0, [], set()
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        environment = copy_of_the_tree(at, program)

        def run(command):
            arguments = ["bash", "-c", command] if isinstance(command, str) else command
            return subprocess.run(
                arguments, cwd=at, env=environment, stdin=subprocess.DEVNULL, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=600,
            )

        for name in ["README.md", *tracked("docs/*.md")]:
            text = (ROOT / name).read_text(encoding="utf-8")
            start, before = time.monotonic(), ran
            for block in blocks(text, "sh"):
                # Each block begins where a first run has been and a scenario of one's own is there.
                shutil.rmtree(at / "output", ignore_errors=True)
                for made in ["try", "other", "published", "my-study.toml", "mine.toml", "sn15.toml"]:
                    shutil.rmtree(at / made, ignore_errors=True)
                    (at / made).unlink(missing_ok=True)
                if not any("taosim new mine" in command for command in block):
                    run("taosim new mine")
                run("taosim run scenarios/quickstart.toml --quiet")
                for command in block:
                    reason = [start for start in NOT_RUN if command.startswith(start)]
                    if reason:
                        used.update(reason)
                        print(f"not run  {name}: {command.split('  ')[0]}  ({NOT_RUN[reason[0]]})")
                        continue
                    result = run(command)
                    ran += 1
                    if result.returncode != 0:
                        failed.append(f"{name}: {command}\n{result.stdout}")
            for block in re.findall(r"^```python\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE):
                if not PYTHON.exists():
                    print(f"not run  {name}: Python  (needs polars, which notebooks/run.sh installs)")
                    continue
                run("taosim run scenarios/quickstart.toml --quiet")
                result = run([str(PYTHON), "-c", block])
                ran += 1
                if result.returncode != 0:
                    failed.append(f"{name}: Python\n{result.stdout}")
            if ran > before:
                print(f"ran      {name}: {ran - before} commands, {time.monotonic() - start:.0f} s", flush=True)
    unused = [start for start in NOT_RUN if start not in used]
    failed += [f"NOT_RUN names `{start}`, which no document shows" for start in unused]
    return ran, failed


def main():
    program = Path(sys.argv[1]).resolve()
    pages, dead = dead_links()
    print(f"{pages} pages in target/book")
    for link in dead:
        print(f"dead link in {link}", file=sys.stderr)
    ran, failed = run_commands(program)
    for what in failed:
        print(f"failed   {what}", file=sys.stderr)
    print(f"{ran} commands run, {len(failed)} failed; {len(dead)} dead links")
    sys.exit(bool(failed or dead))


main()
