"""What HTTP asks of every answer: errors as problem details, entity tags, JSON, names in paths."""
