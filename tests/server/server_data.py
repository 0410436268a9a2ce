"""Graphs and workspaces that tests send to a server."""

import itertools

_numbers = itertools.count(1)

CHAIN = {
    "nodes": [{"id": 1, "formulas": ["p & q"]}, {"id": 2}, {"id": 3, "formulas": ["~p"]}],
    "edges": [{"source": 1, "target": 2}, {"source": 2, "target": 3}],
}


def new_workspace(client, graphs=None, results=None, headers=None):
    """The path of a new workspace with these graphs and results."""
    path = f"/v1/workspaces/w{next(_numbers)}"
    content = {"graphs": graphs or {}, "results": results or {}}
    assert client.put(path, json=content, headers=headers).status_code == 201
    return path


def names(response):
    """The names of the items of a page."""
    assert response.status_code == 200, response.text
    return [item["name"] for item in response.json()["items"]]


def everything(client, path, limit):
    """All items of a list, fetched page by page."""
    items, after = [], ""
    while after is not None:
        page = client.get(path, params={"limit": limit} | ({"after": after} if after else {})).json()
        assert len(page["items"]) <= limit
        items += page["items"]
        after = page["next"]
    return items
