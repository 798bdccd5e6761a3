"""What a file and the one that it builds on say together: mappings and lists by id merge deeply."""

from __future__ import annotations

from dataclasses import replace

from sim.scenario.nodes import Node


def merge(base: Node, child: Node) -> Node:
    """The base with all that the child says.

    Mappings merge deeply. Where both sides have a list whose items are all mappings with an
    ``id``, the items merge by id: those of the base keep their order, new ones follow. Anything
    else of the child replaces what the base says.
    """
    if isinstance(base.value, dict) and isinstance(child.value, dict):
        return replace(child, value=_merge_mappings(base.value, child.value))
    if (base_ids := base.ids) and (child_ids := child.ids):
        assert isinstance(base.value, list)
        assert isinstance(child.value, list)
        merged = _merge_mappings(
            dict(zip(base_ids, base.value, strict=True)),
            dict(zip(child_ids, child.value, strict=True)),
        )
        return replace(child, value=list(merged.values()))
    return child


def _merge_mappings(base: dict[str, Node], child: dict[str, Node]) -> dict[str, Node]:
    both = {key: merge(base[key], node) if key in base else node for key, node in child.items()}
    return {**base, **both}
