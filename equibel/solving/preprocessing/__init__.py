"""Preprocessing: backbones, groups, autarkies and weights of a problem."""
