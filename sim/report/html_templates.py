"""The HTML templates, with everything escaped, and with the words of the current language."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.text.catalogue import translate
from sim.text.hyphenation import hyphenated
from sim.text.wording import plural

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER: Final = Path(__file__).parent / "templates"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Our templates; a name that is not given is an error, not an empty place."""
    # Deferred: a table in the terminal needs no templates.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(FOLDER, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(translate=translate, plural=plural)
    made.filters["hyphenated"] = hyphenated
    return made
