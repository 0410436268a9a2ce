"""Graphs in arrays."""

import numpy as np


def rows(graph):
    """The neighbours of the nodes 0, 1, …, and where those of each begin."""
    return np.cumsum([0, *(graph.degree[node] for node in graph)]), np.array(
        [other for node in graph for other in graph.adj[node]], np.int64
    )
