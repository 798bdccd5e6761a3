"""Parser events of a YAML text, by ruamel.yaml's parser with its detours cut short.

It asks its loader for its own parts at every sign, and for each kind of token that might be next
whether more must be scanned: together a third of the time that a scenario takes to be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.events import Event
from ruamel.yaml.parser import Parser
from ruamel.yaml.scanner import Scanner


class _Scanner(Scanner):
    _settled = (-1, -1)  # tokens taken and waiting when last there was no need of more

    @cached_property
    def reader(self) -> Any:
        """Asked for once."""
        return super().reader

    def need_more_tokens(self) -> bool:
        """Whether the next token is not certain yet; the same until one is taken or found."""
        state = (self.tokens_taken, len(self.tokens))
        if state == self._settled:
            return False
        if super().need_more_tokens():
            return True
        self._settled = state
        return False

    def check_token(self, *choices: Any) -> bool:
        """Whether the next token is of one of some kinds, or there is one at all."""
        while self.need_more_tokens():
            self.fetch_more_tokens()
        return bool(self.tokens) and (not choices or isinstance(self.tokens[0], choices))


class _Parser(Parser):
    @cached_property
    def scanner(self) -> Any:
        """Asked for once."""
        return super().scanner


def events_of(text: str) -> Iterator[Event]:
    """The events of a text in YAML 1.2, in order.

    Raises:
        YAMLError: at the first that is no YAML.
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.Scanner, yaml.Parser = _Scanner, _Parser
    yield from yaml.parse(text)
