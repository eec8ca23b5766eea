"""Paths: whatever the thread, sorting them gives reading order."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from comments import tree


@dataclass
class Node:
    pk: int
    path: str
    depth: int
    parent: Node | None


@st.composite
def threads(draw: st.DrawFn) -> list[Node]:
    """Comments with rising ids, each answering an earlier one or the article."""
    nodes: list[Node] = []
    pk = draw(st.integers(min_value=1, max_value=10**12))
    for _ in range(draw(st.integers(min_value=1, max_value=30))):
        pk += draw(st.integers(min_value=1, max_value=10**6))
        parent = draw(st.sampled_from([None, *nodes]))
        path, depth = tree.place(pk, parent)  # type: ignore[arg-type]
        nodes.append(Node(pk, path, depth, parent))
    return nodes


@given(threads())
def test_a_path_leads_from_the_root_to_the_comment(nodes: list[Node]) -> None:
    for node in nodes:
        assert len(node.path) == (node.depth + 1) * tree.WIDTH
        assert 0 <= node.depth < tree.MAX_DEPTH
        assert tree.own(node.path) == node.pk
        assert tree.root(node.path) == (tree.root(node.parent.path) if node.parent else node.pk)
        for above in tree.ancestors(node.path):
            assert above in {other.path for other in nodes}


@given(threads())
def test_an_answer_comes_after_what_it_answers_and_inside_its_range(nodes: list[Node]) -> None:
    for node in nodes:
        if node.parent is None:
            continue
        assert node.parent.path < node.path
        if node.parent.depth + 1 < tree.MAX_DEPTH:
            start, end = tree.below(node.parent.path)
            assert start <= node.path < end


@given(threads())
def test_the_range_of_a_comment_holds_what_is_below_it_and_nothing_else(nodes: list[Node]) -> None:
    for node in nodes:
        start, end = tree.below(node.path)
        inside = {other.pk for other in nodes if start <= other.path < end}
        assert inside == {other.pk for other in nodes if other.path.startswith(node.path)}


@given(st.lists(st.integers(min_value=1, max_value=16**tree.WIDTH - 1), min_size=2, unique=True))
def test_older_threads_sort_first(pks: list[int]) -> None:
    assert sorted(pks) == [tree.own(path) for path in sorted(tree.place(pk, None)[0] for pk in pks)]
