#!/usr/bin/env bash
# Builds the book from docs/ into target/book, checks its links, and runs the commands that the
# README and the chapters show, shortened, in a copy of the tree.
#
# Needs Rust and Python 3.9. TAOSIM names another program than the one built for release.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=0.5.4
tools=$PWD/target/tools
if [[ "$("$tools/bin/mdbook" --version 2>/dev/null)" != "mdbook v$version" ]]; then
    echo "building mdbook into target/tools" >&2
    cargo install mdbook --version "$version" --locked --quiet --no-default-features \
        --root "$tools" --target-dir "$tools-build"
fi
"$tools/bin/mdbook" build docs

if [[ -z "${TAOSIM:-}" ]]; then
    cargo build --release --quiet
    TAOSIM=$PWD/target/release/taosim
fi
python3 docs/check.py "$TAOSIM"
