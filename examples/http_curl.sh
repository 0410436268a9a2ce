#!/bin/sh
# A conversation with the HTTP server in the shell: http_curl.sh [ADDRESS]; set KEY where the server asks for one.
set -eu

address="${1:-http://localhost:8000}"
ask() { # METHOD PATH [BODY] [CURL OPTIONS]
    method="$1" path="$2" body="${3:-}"
    shift $(($# > 3 ? 3 : $#))
    curl --silent --show-error --fail-with-body --request "$method" "$address$path" \
        --header "Authorization: Bearer ${KEY:-}" \
        ${body:+--header "Content-Type: application/json" --data "$body"} "$@"
    echo
}

# An operator applied to a graph, at once; nothing is kept.
chain='{
  "nodes": [{"id": 1, "formulas": ["p & q & r"]}, {"id": 2}, {"id": 3, "formulas": ["~p"]}],
  "edges": [{"source": 1, "target": 2}, {"source": 2, "target": 3}]
}'
ask POST /v1/solve "{\"operator\": \"global\", \"graph\": $chain}"

# A workspace keeps graphs and what is derived from them.
ask POST /v1/workspaces '{"name": "curl"}'
ask PUT /v1/workspaces/curl/graphs/chain "$chain"
ask POST /v1/workspaces/curl/graphs/chain/query '{"node": 1, "entails": "p | s"}'

# A job is computed in the background; this one is waited for, ten seconds at most.
ask POST /v1/workspaces/curl/jobs '{"graph": "chain", "operator": "simple", "save_as": "told"}' --header 'Prefer: wait=10'
ask GET /v1/workspaces/curl/graphs/told

ask DELETE /v1/workspaces/curl
