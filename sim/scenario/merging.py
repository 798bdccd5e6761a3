"""What a file and the one that it builds on say together: mappings and lists by id merge deeply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sim.scenario.nodes import ENDS, Node


def merge(base: Node, child: Node) -> Node:
    """The base with all that the child says.

    Mappings merge deeply. Where both sides have a list whose items all have an id (that of a road
    is its pair of ends), the items merge by id: those of the base keep their order, new ones
    follow. Anything else of the child replaces what the base says.
    """
    if isinstance(base.value, dict) and isinstance(child.value, dict):
        return replace(child, value=_merge_mappings(base.value, child.value))
    base_items, child_items = _by_id(base), _by_id(child)
    if not (base_items and child_items):
        return child
    known = dict(_as_in(base_items, name, item) for name, item in child_items.items())
    return replace(child, value=list(_merge_mappings(base_items, known).values()))


def _by_id(node: Node) -> dict[str, Node]:
    """The items of a list by id; nothing where it is no list, or not all have one."""
    if not (isinstance(node.value, list) and (ids := node.ids)):
        return {}
    return dict(zip(ids, node.value, strict=True))


def _merge_mappings(base: dict[str, Node], child: dict[str, Node]) -> dict[str, Node]:
    both = {key: merge(base[key], node) if key in base else node for key, node in child.items()}
    return {**base, **both}


def _as_in(base: Mapping[str, Node], name: str, item: Node) -> tuple[str, Node]:
    """An item under the id that the base has it by: a road may be named from its other end."""
    turned = _turned(item)
    other_name = turned.item_id or ""
    if name in base or other_name not in base or _is_one_way(item) or _is_one_way(base[other_name]):
        return name, item
    return other_name, turned


def _turned(road: Node) -> Node:
    """A road from its other end; any other item as it is."""
    if road.id is not None or not isinstance(road.value, dict) or road.item_id is None:
        return road
    a, b = ENDS
    return replace(road, value={**road.value, a: road.value[b], b: road.value[a]})


def _is_one_way(road: Node) -> bool:
    given = road.value.get("one_way") if isinstance(road.value, dict) else None
    return given is not None and given.value is True
