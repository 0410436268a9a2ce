"""Changes of a workspace as values, and their history."""
