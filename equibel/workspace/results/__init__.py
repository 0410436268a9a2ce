"""Results: the operation, its computation, its provenance, and the cache of computed results."""
