"""Preprocessing: the backbone, connected components, autarkies and weights of a problem."""
