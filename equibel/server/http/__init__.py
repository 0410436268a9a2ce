"""HTTP in general: problem details, entity tags, strict JSON, names in paths, size limits, OpenAPI."""
