"""Belief revision, used for diagnosis: what is wrong with the lamp?

We believe that switch, bulb and fuse work.  Then we learn that the lamp is dark, and that it shines if and only if all
three work.  ``revise(K, alpha)`` is the completion of two nodes, with K and alpha, read at the node of alpha.  It keeps as
much of K as is consistent with alpha.  So exactly one of the three is broken.

Then we learn that either only the bulb is broken, or both switch and fuse are.  By inclusion (Satoh's revision), both
cases change K minimally.  By cardinality (Dalal's revision), the case with fewer changes is believed.

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
