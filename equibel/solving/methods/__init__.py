"""Methods: the ways to solve one group."""
