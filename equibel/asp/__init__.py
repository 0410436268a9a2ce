"""Answer-set encodings: the mathematics of consistency-based belief change, one purpose per file."""
