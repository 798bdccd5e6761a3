"""Code of others that decides numbers: plugins, and what else registers policies and indicators."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from sim.fingerprint import MAIN, code_fingerprint
from sim.outcomes.indicator import ENTERED
from sim.outcomes.indicators import INDICATORS
from sim.plugins.plugin_files import Plugin, loaded_plugins
from sim.policies.composition import Joined, single_rules
from sim.policies.orders import Policy
from sim.storage.json_object import JsonObject

Entry: TypeAlias = JsonObject
OWN: Final = __name__.partition(".")[0]


def foreign_code(rules: Mapping[str, Policy | Joined]) -> list[Entry]:
    """Name and hash of everything that is not the package's own and takes part.

    Args:
        rules: the policies of a study by their ids.

    Returns:
        An entry for each plugin, then one for each other module, in a fixed order.
    """
    plugins = [_described(each) for each in loaded_plugins()]
    return [*plugins, *_of_other_modules(rules)]


def _described(plugin: Plugin) -> Entry:
    return {
        "name": plugin.name,
        "file": Path(plugin.file).name,
        "version": plugin.version,
        "sha256": plugin.sha256,
        "registers": list(plugin.registers),
    }


def foreign_modules() -> tuple[str, ...]:
    """Modules that register indicators and are neither the package's own nor plugins, sorted."""
    modules = {ENTERED[name].__module__ for name in INDICATORS}
    return tuple(sorted(name for name in modules if _is_foreign(name)))


def _is_foreign(module: str) -> bool:
    plugins = {each.module for each in loaded_plugins()}
    packages = {name.partition(".")[0] for name in plugins}
    return module not in plugins and module.partition(".")[0] not in {OWN, *packages}


def _of_other_modules(rules: Mapping[str, Policy | Joined]) -> Iterator[Entry]:
    """What a notebook, a script or an imported module registers, module by module."""
    parts: dict[str, dict[str, Callable[..., object]]] = {}
    for what, thing in _things(rules):
        if _is_foreign(thing.__module__):
            parts.setdefault(thing.__module__, {})[what] = thing
    for module, things in sorted(parts.items()):
        yield {
            "name": "notebook or script" if module == MAIN else module,
            "file": "",
            "version": "",
            "sha256": _together(things.values()),
            "registers": list(things),
        }


def _things(rules: Mapping[str, Policy | Joined]) -> Iterator[tuple[str, Callable[..., object]]]:
    """Classes of policies and functions of indicators, with what each is."""
    for rule in rules.values():
        for single in single_rules(rule):
            yield f"policy {type(single).type}", type(single)
    for name in INDICATORS:
        yield f"indicator {name}", ENTERED[name]


def _together(things: Iterable[Callable[..., object]]) -> str:
    together = "".join(code_fingerprint(each) for each in things)
    return hashlib.sha256(together.encode()).hexdigest()
