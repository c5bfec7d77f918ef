#!/usr/bin/env bash
# Builds echarts.min.js anew from the pinned packages and says its checksum.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
cp "$here"/package.json "$here"/package-lock.json "$here"/entry.js "$work"
cd "$work"
npm ci --no-audit --no-fund --ignore-scripts --silent
{
    printf '/*!\nApache ECharts 6.1.0, in parts (see entry.js), Apache License 2.0,\nhttps://www.apache.org/licenses/LICENSE-2.0\n\n'
    cat node_modules/echarts/NOTICE
    printf '\n\nzrender 6.1.0\n\n'
    cat node_modules/zrender/LICENSE
    printf '\n\nd3, in parts\n\n'
    cat node_modules/echarts/licenses/LICENSE-d3
    printf '\n*/\n'
} | tr -d '\r' | sed 's/[[:space:]]*$//' >banner.txt
npx --no-install esbuild entry.js --bundle --minify --format=iife --global-name=echarts --target=es2018 \
    --legal-comments=none --charset=ascii --log-level=warning --outfile=bundle.js
# Nothing in it may end the <script> that a page puts it into.
if grep -qi -e '</script' -e '<!--' bundle.js; then
    echo 'the bundle would end its own script' >&2
    exit 1
fi
cat banner.txt bundle.js >"$here/echarts.min.js"
cp node_modules/echarts/LICENSE "$here/LICENSE"
cp node_modules/echarts/NOTICE "$here/NOTICE"
cp node_modules/zrender/LICENSE "$here/LICENSE-zrender"
cp node_modules/echarts/licenses/LICENSE-d3 "$here/LICENSE-d3"
cd "$here"
sha256sum echarts.min.js
