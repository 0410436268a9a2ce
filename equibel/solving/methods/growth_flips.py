"""Whether an interpretation is optimal, decided where it could be improved: by inclusion, on one level.

Suppose N has all agreements of M and more, and let D be the copies on which they differ.  A comparison on the boundary of
D (one end inside, one outside) changes sides, so all of them disagree in M, and there is one; all other comparisons are
the same in both.  So D consists of whole *blocks* of M, the parts connected by agreements, and none of them reaches a
backbone copy.  Conversely, flipping such blocks improves M when all beliefs stay true and there is a comparison on the
boundary.

Let the free blocks, those that reach no backbone copy, fall into *clusters*: two are linked when a belief mentions copies
of both.  The part of D in a cluster keeps all beliefs true by itself, since none mentions copies of two clusters.  Its
boundary consists of comparisons between blocks, which disagree, and a comparison on the boundary of D is on that of some
part.  Hence M is optimal exactly when no cluster can be improved by itself.

In a cluster, take a block b of D with a boundary comparison to a block outside D.  Flip b; as long as a belief is false,
one of the other blocks it mentions has to be flipped.  All choices are tried, those decided against being left alone from
then on.  Some choices flip blocks of D only, and end with a part of D that has that comparison on its boundary.  So
trying every block as the first one misses no improvement.  A block with which no choice ends well is in no D.
"""

from __future__ import annotations

from collections.abc import Iterator

from equibel.solving.limits import Limits
from equibel.solving.methods.growth_links import Links


class TooHardError(Exception):
    """A cluster has more possible flips than may be tried."""


class Flips:
    """Improves one interpretation until it is optimal.

    Parameters
    ----------
    links : Links
    values : list of int
        All beliefs are true.
    anchored : bytearray
        For each copy whether it is known that it can never be flipped.  Both are kept up to date.
    limits : Limits
    tries : int
        Flips that may be tried for each block of a cluster.
    most : int
        Copies up to which a block is looked at first.

    Attributes
    ----------
    flips : int
        How many have been made.
    """

    def __init__(self, links: Links, values: list[int], anchored: bytearray, limits: Limits, tries: int, most: int) -> None:
        self.flips = 0
        self._blocks = Blocks(links, values, anchored)
        self._values = values
        self._limits = limits
        self._tries = tries
        self._most = most

    def improve(self, unsure: list[int]) -> None:
        """Flip what improves, until nothing does; ``unsure`` are all copies that may not be anchored.

        Clusters of small blocks come first, as though larger blocks could not be flipped.  So what is near is found without
        looking at a block that extends through the network again and again.  Then nothing is left out.
        Raises `TooHardError` when a cluster has too many choices.
        """
        pending = list(unsure)
        while pending:
            self._improve(pending, self._most)
            free = [i for i in unsure if not self._blocks.anchored[i]]
            pending = self._improve(free, None) if len(free) > self._most else []

    def _improve(self, copies: list[int], most: int | None) -> list[int]:
        """Improve the clusters of some copies; without ``most``, stop after a flip and return the copies to look at then."""
        blocks = self._blocks
        done: set[int] = set()
        pending = list(copies)
        for start in self._limits.over(_popped(pending)):
            if start in done or blocks.anchored[start]:
                continue
            cluster = Cluster(blocks, start, most)
            flip = cluster.improvement(self._tries)
            if flip is None:
                done.update(cluster.copies())
                continue
            self.flips += 1
            for i in flip:
                self._values[i] ^= 1
            # Blocks next to the flipped ones are joined to them, and beliefs of this cluster have changed.
            changed = {block[0] for block in cluster.blocks}.union(flip)
            changed.update(j for i in flip for j in blocks.links.neighbours[i] if j < blocks.links.open)
            done -= changed
            pending += changed
            if most is None:
                return pending
        return []


def _popped(items: list[int]) -> Iterator[int]:
    while items:
        yield items.pop()


class Blocks:
    """The blocks of an interpretation, and which of them can never be flipped.

    A block is *anchored* when it reaches a backbone copy, or is *pinned*: some belief would be false once one of its copies
    is flipped, whatever is done with the copies that are not anchored.  Flipping blocks that are not anchored keeps
    agreements inside blocks and the values of anchored copies, so that what is anchored stays so.
    """

    def __init__(self, links: Links, values: list[int], anchored: bytearray) -> None:
        self.links = links
        self.values = values
        self.anchored = anchored
        self._large: set[int] = set()  # copies in blocks that are large; blocks only grow

    def around(self, start: int, most: int | None) -> list[int] | None:
        """The block of a copy, ``None`` when it is anchored or has more than ``most`` copies."""
        neighbours, values, anchored = self.links.neighbours, self.values, self.anchored
        value = values[start]
        block = [start]
        seen = {start}
        for i in block:
            if self._pinned(i):
                self._anchor(block)
                return None
            for j in neighbours[i]:
                if values[j] == value and j not in seen:
                    if anchored[j]:
                        self._anchor(block)
                        return None
                    seen.add(j)
                    block.append(j)
            if most is not None and (len(block) > most or i in self._large):
                self._large.update(block)
                return None
        return block

    def _pinned(self, copy: int) -> bool:
        links = self.links
        belief = links.belief_of[copy]
        if belief < 0:
            return False
        table = links.tables[belief]
        for i in links.mentioned[belief]:
            if i == copy:
                table &= links.rows[i][1 - self.values[i]]
            elif self.anchored[i]:
                table &= links.rows[i][self.values[i]]
        return not table

    def _anchor(self, block: list[int]) -> None:
        for i in block:  # all of them agree with one another, and those of the block not met yet with some of them
            self.anchored[i] = 1


class Cluster:
    """The free blocks that beliefs link to the one of a copy; blocks with more than ``most`` copies are left out."""

    def __init__(self, blocks: Blocks, start: int, most: int | None) -> None:
        links = self._links = blocks.links
        self._values = blocks.values
        self._start = start
        self.block_of: dict[int, int] = {}
        self.blocks: list[list[int]] = []
        self._beliefs: list[list[int]] = []  # those that mention copies of a block
        self._stuck: set[int] = set()  # blocks that no flip contains
        pending = [start]
        taken: set[int] = set()
        for i in pending:  # grows while it is read
            if i in self.block_of or blocks.anchored[i]:
                continue
            block = blocks.around(i, most)
            if block is None:
                continue
            self.block_of.update(dict.fromkeys(block, len(self.blocks)))
            self.blocks.append(block)
            beliefs = dict.fromkeys(links.belief_of[j] for j in block if links.belief_of[j] >= 0)
            self._beliefs.append(list(beliefs))
            for number in beliefs.keys() - taken:
                pending += links.mentioned[number]
            taken |= beliefs.keys()

    def copies(self) -> list[int]:
        """All copies of its blocks, and the one that it was made for."""
        return [self._start, *self.block_of]

    def improvement(self, tries: int) -> list[int] | None:
        """Copies whose flip improves the interpretation, or ``None`` when there are none."""
        for first in sorted(range(len(self.blocks)), key=lambda block: -len(self.blocks[block])):
            self._tries = tries
            stuck = True
            for flipped in self._repaired({first: True}):
                if self._gains(flipped):
                    return [i for block in flipped for i in self.blocks[block]]
                stuck = False
            if stuck:
                self._stuck.add(first)
        return None

    def _repaired(self, decided: dict[int, bool]) -> Iterator[list[int]]:
        """Blocks that can be flipped together, the decided ones as they are decided: some of each set that can be."""
        self._tries -= 1
        if self._tries < 0:
            raise TooHardError
        flipped = [block for block, flip in decided.items() if flip]
        false = next((n for block in flipped for n in self._beliefs[block] if not self._holds(n, decided)), None)
        if false is None:
            yield flipped
            return
        mentioned = (self.block_of.get(i) for i in self._links.mentioned[false])
        for block in dict.fromkeys(b for b in mentioned if b is not None and b not in decided and b not in self._stuck):
            yield from self._repaired({**decided, block: True})
            decided = {**decided, block: False}

    def _holds(self, belief: int, decided: dict[int, bool]) -> bool:
        table = self._links.tables[belief]
        for i in self._links.mentioned[belief]:
            block = self.block_of.get(i)
            flip = block is not None and decided.get(block, False)
            table &= self._links.rows[i][self._values[i] ^ flip]
        return table != 0

    def _gains(self, flipped: list[int]) -> bool:
        """Whether a comparison has one end in these blocks and one outside."""
        if any(self._links.held[self.blocks[block][0]] for block in flipped):
            return True  # its copies are connected to a backbone copy, which is outside
        inside = set(flipped)
        return any(
            self.block_of.get(j) not in inside
            for block in flipped
            for i in self.blocks[block]
            for j in self._links.neighbours[i]
        )
