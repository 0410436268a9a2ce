"""Results: the operation, its computation, its provenance, and the cache of what has been computed."""
