"""Clingo: the facts of a group, names of predicates, programs and searches."""
