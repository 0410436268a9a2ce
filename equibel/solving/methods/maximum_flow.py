"""Maximum flows by shortest augmenting paths, many at a time (Dinitz 1970), and what their residual graphs connect."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator

from equibel.solving.limits import Limits


class Network:
    """A flow network with vertices 0 … size - 1.  An arc and its reverse have the numbers 2k and 2k + 1."""

    def __init__(self, size: int) -> None:
        self._head: list[int] = []
        self._left: list[int] = []  # of each arc what may still flow
        self._arcs: list[list[int]] = [[] for _ in range(size)]

    def add(self, tail: int, head: int, capacity: int, back: int) -> None:
        """Add an arc, and one in the other direction."""
        number = len(self._head)
        self._head += head, tail
        self._left += capacity, back
        self._arcs[tail].append(number)
        self._arcs[head].append(number + 1)

    def maximum_flow(self, source: int, sink: int, limits: Limits, large: int = sys.maxsize) -> int:
        """Let as much flow as possible; how much it is.  From ``large`` vertices on, NumPy says how far they are away.

        >>> network = Network(4)
        >>> for tail, head, capacity in [(0, 1, 3), (0, 2, 2), (1, 2, 1), (1, 3, 1), (2, 3, 4)]:
        ...     network.add(tail, head, capacity, 0)
        >>> network.maximum_flow(0, 3, Limits())
        4
        """
        flow = 0
        levels: Callable[[bytearray, int, int], list[int]] = self._levels
        if len(self._arcs) >= large:
            levels = limits.off_main_thread(self._numpy_levels)  # NumPy must not be loaded in the main thread
        usable = bytearray(left > 0 for left in self._left)
        while (level := levels(usable, source, sink))[source]:
            limits.check()
            flow += self._blocking_flow(source, sink, level, usable, limits)
        return flow

    def copy(self) -> Network:
        """A copy, to which further arcs can be added and let flow."""
        found = Network(0)
        found._head, found._left, found._arcs = self._head[:], self._left[:], [arcs[:] for arcs in self._arcs]
        return found

    def mirrored(self) -> Network:
        """What may still flow along arcs and their mirror images together; each was added with its image after it."""
        found = Network(0)
        found._head, found._arcs = self._head, self._arcs
        found._left = [amount + self._left[arc ^ 2] for arc, amount in enumerate(self._left)]
        return found

    def out(self, vertex: int) -> Iterator[tuple[int, int]]:
        """Where the arcs of a vertex lead in the residual graph, and what may flow there."""
        for arc in self._arcs[vertex]:
            if self._left[arc]:
                yield self._head[arc], self._left[arc]

    def reached(self, start: Iterable[int]) -> bytearray:
        """Which vertices can be reached in the residual graph."""
        return self._seen(start, 0)

    def reaching(self, end: Iterable[int]) -> bytearray:
        """Which vertices reach some of these in the residual graph."""
        return self._seen(end, 1)

    def closures(self, vertices: list[int], limits: Limits) -> tuple[dict[int, int], list[int]]:
        """What reaches what in the residual graph without other vertices.

        Returns the number of each vertex's strongly connected component, and for each component the set of those that it
        reaches, itself too, as the bits of a number.  Tarjan's algorithm finds components after those that they reach.
        """
        component: dict[int, int] = {}  # of those whose component is complete
        reached: list[int] = []
        order: dict[int, int] = {}  # in which vertices are met
        lowest: dict[int, int] = {}
        stack: list[int] = []
        inside = set(vertices)
        for start in limits.over(vertices):
            if start in order:
                continue
            way = [(start, iter(self._arcs[start]))]
            order[start] = lowest[start] = len(order)
            stack.append(start)
            while way:
                vertex, arcs = way[-1]
                for arc in arcs:
                    other = self._head[arc]
                    if not self._left[arc] or other not in inside:
                        continue
                    if other not in order:
                        order[other] = lowest[other] = len(order)
                        stack.append(other)
                        way.append((other, iter(self._arcs[other])))
                        break
                    if other not in component:
                        lowest[vertex] = min(lowest[vertex], order[other])
                else:
                    way.pop()
                    if way:
                        lowest[way[-1][0]] = min(lowest[way[-1][0]], lowest[vertex])
                    if lowest[vertex] == order[vertex]:
                        self._close(vertex, stack, component, reached)
        return component, reached

    def _close(self, vertex: int, stack: list[int], component: dict[int, int], reached: list[int]) -> None:
        """Take the component of a vertex, which everything it reaches outside has been taken before, from the stack."""
        number = len(reached)
        members = []
        while vertex not in component:
            members.append(stack.pop())
            component[members[-1]] = number
        mask = 1 << number
        for member in members:
            for arc in self._arcs[member]:
                other = component.get(self._head[arc])
                if other is not None and self._left[arc] and not mask >> other & 1:
                    mask |= reached[other]
        reached.append(mask)

    def residual(self) -> Iterator[tuple[int, int]]:
        """The arcs of the residual graph."""
        for arc, left in enumerate(self._left):
            if left:
                yield self._head[arc ^ 1], self._head[arc]

    def _seen(self, start: Iterable[int], reverse: int) -> bytearray:
        pending = list(start)
        seen = bytearray(len(self._arcs))
        for vertex in pending:
            seen[vertex] = 1
        for vertex in pending:  # grows while it is read
            for arc in self._arcs[vertex]:
                other = self._head[arc]
                if not seen[other] and self._left[arc ^ reverse]:
                    seen[other] = 1
                    pending.append(other)
        return seen

    def _numpy_levels(self) -> Callable[[bytearray, int, int], list[int]]:
        from equibel.solving.methods.flow_levels import Levels

        return Levels(len(self._arcs), self._head).levels

    def _levels(self, usable: bytearray, source: int, sink: int) -> list[int]:
        """For each vertex one more than its distance to the sink, 0 where it is as far away as the source or farther."""
        level = [0] * len(self._arcs)
        level[sink] = 1
        layer = [sink]
        head, arcs = self._head, self._arcs
        while layer and not level[source]:
            following = []
            for vertex in layer:
                next_level = level[vertex] + 1
                for arc in arcs[vertex]:
                    other = head[arc]
                    if not level[other] and usable[arc ^ 1]:
                        level[other] = next_level
                        following.append(other)
            layer = following
        return level

    def _blocking_flow(self, source: int, sink: int, level: list[int], usable: bytearray, limits: Limits) -> int:
        """Let flow along paths on which every arc goes one level down, until there is none."""
        head, left, arcs = self._head, self._left, self._arcs
        following = [0] * len(arcs)  # of each vertex the arc to look at next
        flow = 0
        path: list[int] = []  # arcs
        vertex = source
        while True:
            if vertex == sink:
                amount = min(left[arc] for arc in path)
                flow += amount
                for arc in path:
                    left[arc] -= amount
                    left[arc ^ 1] += amount
                    usable[arc], usable[arc ^ 1] = left[arc] > 0, 1
                full = next(n for n, arc in enumerate(path) if not left[arc])
                vertex = head[path[full] ^ 1]
                del path[full:]
                limits.check()
                continue
            out = arcs[vertex]
            wanted = level[vertex] - 1
            n = following[vertex]
            while n < len(out) and not (left[out[n]] and level[head[out[n]]] == wanted and wanted):
                n += 1
            following[vertex] = n
            if n < len(out):
                path.append(out[n])
                vertex = head[out[n]]
            elif path:
                arc = path.pop()
                vertex = head[arc ^ 1]
                following[vertex] += 1
            else:
                return flow
