"""The clingo program of a group: facts, clauses, predicates, and the solver."""
