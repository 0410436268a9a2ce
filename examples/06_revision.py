"""Revising beliefs: what is wrong with the lamp?

We believe that switch, bulb and fuse are in order.  Then the lamp turns out to be dark, and we know the law: it shines
if and only if all three are in order.  ``revise(K, alpha)`` is the completion of two nodes, one believing K and one
believing alpha, seen from alpha: it keeps as much of K as alpha permits.  So one thing is wrong, and only one.

Then we hear that either the bulb alone is broken, or switch and fuse are.  By inclusion (Satoh's revision) both stories
change K minimally; by cardinality (Dalal's) the one with fewer changes is believed.

Prints::

    exactly one is wrong: True
    by inclusion:   (fuse & switch & ~bulb) | (bulb & ~fuse & ~switch)
    by cardinality: fuse & switch & ~bulb
"""

import equibel as eb

K = ["switch", "bulb", "fuse"]

dark = ["~light", "light = (switch & bulb & fuse)"]
revised = eb.revise(K, dark)
one_wrong = "(~switch & bulb & fuse) | (switch & ~bulb & fuse) | (switch & bulb & ~fuse)"
G = eb.EquibelGraph()
G.add_node("we")
G.add_formula("we", revised)
print("exactly one is wrong:", G.equivalent("we", f"~light & ({one_wrong})"))

story = "(~bulb & switch & fuse) | (bulb & ~switch & ~fuse)"
print("by inclusion:  ", eb.revise(K, story, simplify=True))
print("by cardinality:", eb.revise(K, story, simplify=True, opt_type=eb.CARDINALITY))
