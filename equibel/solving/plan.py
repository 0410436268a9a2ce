"""The plan: all thresholds of the engine, which say when a method is tried and when it is given up for another.

No threshold changes an answer; they only change the time.  Steps are those of ``DESIGN.md`` in this folder.  Figures were
measured with the scenarios of ``benchmarks/`` and of ``tests/solving/test_solving_guards.py``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """Thresholds.  The defaults are the best values that were measured.

    Attributes
    ----------
    table_atoms : int
        Atoms up to which a truth table says whether a formula has a model: 2^10 rows are one operation on numbers of a
        thousand bits, which takes less time than making a solver.
    samples : int
        Assignments that are tried at once before the solver is called.  Most formulas that have models are true under one of
        them.
    simplified_atoms : int
        Step 1.  Atoms left after unit propagation up to which a formula is simplified, which shows its literals and factors.
    backbone_atoms : int
        Step 1.  Atoms up to which the solver is asked for the backbones of formulas, several at a time.  In a larger
        formula, literals that unit propagation misses cost time, not correctness.
    clause_atoms : int
        Steps 7 and 9.  Atoms up to which a formula that is no clause is written as clauses, one for each false row of its
        truth table: 32 at most.
    star_atoms : int
        Step 4.  Open copies at the centre and at each leaf; the work grows with the square of the number of values.
    few_stars : int
        Step 4.  Different small stars up to which they are looked up before they are completed, and remembered.  In a ring
        step of a path of 1,000 nodes, one of which says something, this saves 994 of 999 completions.
    ring_bits, ring_nodes : int
        Step 4.  Bits, one for each of the nodes that a search begins at and each node of the network, that may be in memory
        for a layer: 16 MB.  And the most nodes that listen around which layers are looked at together: with four times as
        many, a step of a Barabási–Albert graph of 30,000 nodes takes as long, and twice as much memory.
    narrow_width, narrow_kinds : int
        Step 5.  Copies in a bag, and kinds of interpretations per copy, with which elimination is as fast as any search, so
        that it comes first: a path of 64 nodes with six atoms takes 0.3 s, and 14 s by the search.
    few_comparisons : int
        Step 5.  Comparisons for each two copies up to which elimination comes before step 16.  A random graph with more has
        wide bags, and finding that out takes a third of the time that a Barabási–Albert network of 10,000 nodes takes.
    wide_width : int
        Step 5.  Copies in a bag up to which elimination is tried when a search takes long.
    long_kinds : int
        Step 5.  Kinds per copy in the first of these attempts; each further attempt has ``longer`` times as many.
    remembered_kinds : int
        Step 5.  Kinds up to which a message is remembered: in large trees most messages are equal to earlier ones.
    kinds_at_once, joined_pairs : int
        Step 5.  Kinds that a message may have, and pairs that are looked at when two messages are joined: beyond these
        limits an operation takes minutes and gigabytes, and the search is faster.
    pair_nodes : int
        Step 6.  Nodes with open copies up to which all maximal EQ sets are found at once, since nearly every one shows new
        values: a revision of random 3-CNF over 30 atoms is five times as fast as by the search.
    pair_table, pair_small : int
        Step 6.  With more open copies than ``pair_table``, and no more than ``pair_small``, a pair is enumerated before
        autarkies are looked for.  Below, a truth table says whether it agrees; above, autarkies are worth their search.
    first_eq_sets : int
        Step 6.  EQ sets that may be met before a search is tried.  Of the revisions of 30 atoms one in ten meets more than
        3,000, which took 405 ms with that bound and 283 ms with twice as many; no pair from 24 to 60 atoms is slower.
    all_eq_sets : int
        Step 6.  EQ sets that may be met when a search has not been over soon.
    enumeration_conflicts : int
        Step 6.  Solver conflicts after which an enumeration is given up.
    few_eq_sets : int
        Step 6.  Maximal EQ sets up to which one constraint demands that the EQ set is one of them.  This excludes more at
        once, but the solver looks at all of them in every decision.
    listed_models : int
        Step 6.  Interpretations per maximal EQ set, on average, up to which they are listed.  With more, lists get longer
        without saying more: parities over 300 atoms took 7 s and a megabyte, and 0.5 s by the search.
    soon_eq_sets : int
        Step 8.  EQ sets after which a search gives way to the enumeration, which continues where it was given up.
    long_eq_sets : int
        Step 8.  EQ sets after which a search gives way to elimination; each time ``longer`` times as many.
    attempts : int
        Step 8.  How often search and elimination take turns before the search runs to its end.
    put_off : int
        Step 8.  How many targets are put off, because it is hard to find out whether they take a new value, before they are
        tried again.
    target_conflicts : int
        Step 8.  Solver conflicts after which a target is put off; ``longer`` times as many each time the targets are tried
        again.  Of 975 clause scenarios four took 25 s to 85 s without this, and no more than 3.4 s with it.
    longer : int
        Steps 5 and 8.  Factor by which budgets grow when two methods take turns: either may end soon where the other does
        not, and this is not known beforehand.  With four, a small world of 36 nodes with 4 atoms takes 9 s, and 25 to 38 s
        with forty.
    shared_models : int
        Step 8.  Interpretations of one EQ set that are collected one by one.  With more, the formula of the EQ set is taken
        instead, and half as many are listed for the next EQ set.
    improvement_atoms : int
        Step 10.  Atoms up to which a formula is kept as a truth table, which gives a smallest reason why it stays true.
    counted_sum : int
        Step 12.  Sums of weights up to which clingo adds up; larger ones are found core by core.  Completing Zachary's
        karate club with three atoms and weights of two digits takes 1.5 s, and took more than 20 s when clingo counted.
    core_conflicts : int
        Step 12.  Solver conflicts that may be spent on leaving a literal out of a core.
    listed_atoms : int
        Step 13.  Atoms of a node up to which its values are listed rather than described by a formula.
    joint_models : int
        Step 14.  Interpretations of one set of equalities that are collected one by one.  With more, its formula is taken
        instead.
    grown_copies, grown_atoms : int
        Step 16.  Open copies from which on interpretations are grown, and the most a node may have: each interpretation
        shows one value of it.  A Barabási–Albert network of 100 nodes in four atoms, with formulas of two atoms, takes
        0.1 s, and 13 s by the search; in smaller groups, where conflicts are dense, an attempt may be in vain.
    grown_failures, grown_share : int
        Step 16.  Interpretations in a row that show fewer new values than one for as many nodes with missing ones, after
        which no more are grown.
    missed_aims : int
        Step 16.  Nodes that may be aimed at in vain for one interpretation, and one more for as many nodes.  With a tenth of
        it, a small world of 3,000 nodes takes half as many interpretations again.
    anchor_reach : int
        Step 16.  Copies among which a path from a backbone copy is looked for.
    flip_tries : int
        Step 16.  Flips that may be tried for a block before the interpretation is left.
    small_block : int
        Step 16.  Copies in a block that is looked at before larger ones.
    background_parts : int
        Step 16.  Sets of copies that agree anyway of which all values are tried.
    window_copies, largest_window : int
        Step 16.  Copies in the first window around a node, and in the last; each is ``longer`` times as large as the
        one before.  A window of the whole group would be a search.
    extensions, vain_extensions : int
        Step 16.  How often an interpretation is grown from what a window shows, until one can be used; and how many of
        these may be in vain for a whole group.
    window_eq_sets, window_conflicts : int
        Step 16.  EQ sets that may be found in a window, and conflicts with which it is asked about a node.
    window_failures : int
        Step 16.  How many more nodes may be left undecided than decided before no further window is tried.
    window_work : int
        Step 16.  Copies that all windows of a group may have together, for each copy of the group.
    cut_copies : int
        Steps 17 and 18.  Open copies from which on sums and a maximum flow are tried before the solver is asked.
    cut_part : int
        Step 17.  Linked copies that minimum cuts leave open, up to which it is found out what reaches what: a bit
        for each two.
    numpy_vertices : int
        Steps 17 and 19.  Vertices of a flow network from which on NumPy finds out how far they are from the sink: a hundred
        times in a grid of 10,000 nodes.
    summed_entries : int
        Step 18.  Entries that all tables of least sums may have together: 128 MB.
    roof_copies : int
        Step 19.  Open copies from which on a bound is looked for.  Where that fails, a smaller group has lost as much
        time as the search takes.
    roof_released : int
        Step 19.  Copies that may be released.  When more than these can have neither value without a loss, no loss is local.
    roof_width, roof_entries : int
        Step 19.  Copies in a bag of a part with released copies, and entries of its tables.
    roof_rounds : int
        Step 19.  How often further copies are released.
    roof_branches : int
        Step 19.  Branches that may be divided.  Barabási–Albert networks of 3,000 nodes need three, where hubs decide; where
        none do, as in grids, no number of branches is enough.
    easy_conflicts : int
        Conflicts up to which a solver call is easy: it ends before a thread for it would have started.  A harder call begins
        anew in a thread, without the preferences of the encodings: a grid of 64 nodes with 6 atoms
        takes 0.6 s, and took 33 s with them.
    quick_facts : int
        Facts up to which a program is grounded in the same thread.  Larger programs are grounded in a thread of their own,
        since clingo cannot be interrupted while it grounds.
    tasks : int
        About how many tasks an executor is given: enough for all workers, and few enough that starting them costs little.
    smallest_part, largest_part : int
        Nodes in a part of a network that a worker of a cluster keeps, and groups in a task.  A task of Dask costs about a
        millisecond, as much as a thousand nodes do; with ten thousand, what is lost with a worker is soon computed again.
    """

    table_atoms: int = 10
    samples: int = 256
    simplified_atoms: int = 8
    backbone_atoms: int = 256
    clause_atoms: int = 5
    star_atoms: int = 6
    few_stars: int = 1024
    ring_bits: int = 1 << 27
    ring_nodes: int = 1024
    narrow_width: int = 7
    narrow_kinds: int = 1000
    few_comparisons: int = 3
    wide_width: int = 12
    long_kinds: int = 2000
    remembered_kinds: int = 100
    kinds_at_once: int = 10_000
    joined_pairs: int = 50_000_000
    pair_nodes: int = 2
    pair_table: int = 20
    pair_small: int = 100
    first_eq_sets: int = 6000
    all_eq_sets: int = 20_000
    enumeration_conflicts: int = 500_000
    few_eq_sets: int = 256
    listed_models: int = 16
    soon_eq_sets: int = 16
    long_eq_sets: int = 200
    attempts: int = 4
    put_off: int = 4
    target_conflicts: int = 2000
    longer: int = 4
    shared_models: int = 16
    improvement_atoms: int = 8
    counted_sum: int = 10_000
    core_conflicts: int = 100
    listed_atoms: int = 10
    joint_models: int = 64
    grown_copies: int = 150
    grown_atoms: int = 6
    grown_failures: int = 6
    grown_share: int = 64
    missed_aims: int = 500
    anchor_reach: int = 200
    flip_tries: int = 1000
    small_block: int = 200
    background_parts: int = 4
    window_copies: int = 8
    largest_window: int = 8192
    extensions: int = 4
    vain_extensions: int = 40
    window_eq_sets: int = 64
    window_conflicts: int = 500
    window_failures: int = 10
    window_work: int = 4
    cut_copies: int = 100
    cut_part: int = 30_000
    numpy_vertices: int = 5000
    summed_entries: int = 1 << 24
    roof_width: int = 16
    roof_entries: int = 1 << 22
    roof_rounds: int = 16
    roof_released: int = 500
    roof_branches: int = 8
    roof_copies: int = 1000
    easy_conflicts: int = 500
    quick_facts: int = 10_000
    tasks: int = 64
    smallest_part: int = 1000
    largest_part: int = 10_000

    def parts(self, nodes: int, workers: int) -> int:
        """How many parts a network has on a cluster: one for each worker, or as many as the sizes of parts demand.

        Parts may be a tenth larger than the average.
        """
        return max(2, -(-10 * nodes // (9 * self.largest_part)), min(workers, nodes // self.smallest_part))


DEFAULT = Plan()


def default() -> Plan:
    """The plan that is used when none is given."""
    return DEFAULT
