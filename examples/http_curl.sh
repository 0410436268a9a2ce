#!/bin/sh
# A client of the HTTP server with curl: http_curl.sh [ADDRESS]. If the server has API keys, set KEY.
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

# Apply an operator to a graph; nothing is stored.
chain='{
  "nodes": [{"id": 1, "formulas": ["p & q & r"]}, {"id": 2}, {"id": 3, "formulas": ["~p"]}],
  "edges": [{"source": 1, "target": 2}, {"source": 2, "target": 3}]
}'
ask POST /v1/solve "{\"operator\": \"global\", \"graph\": $chain}"

# A workspace stores graphs and derived results.
ask POST /v1/workspaces '{"name": "curl"}'
ask PUT /v1/workspaces/curl/graphs/chain "$chain"
ask POST /v1/workspaces/curl/graphs/chain/query '{"node": 1, "entails": "p | s"}'

# A job is computed in the background. The header Prefer waits for it, at most ten seconds.
ask POST /v1/workspaces/curl/jobs '{"graph": "chain", "operator": "simple", "save_as": "told"}' --header 'Prefer: wait=10'
ask GET /v1/workspaces/curl/graphs/told

ask DELETE /v1/workspaces/curl
