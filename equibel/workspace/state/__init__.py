"""States of a workspace: graphs as values that never change, what they contain, and how results depend on them."""
