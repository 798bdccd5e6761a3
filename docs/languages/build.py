"""Bring the catalogues of translations up to date: run as ``python -m docs.languages.build``.

Those of ``sim/text/catalogues`` hold every text that charts, tables and the report say: literals
of the code and of the templates, and what the model calls its indicators and classes. Those beside
scenarios hold what a scenario says of itself. What is translated is kept; new texts come with an
empty translation, and texts that are gone go. Files are sorted and hold no dates and no lines, so
that a change shows what changed.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import jinja2
import jinja2.nodes
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from sim.outcomes.indicators import INDICATORS
from sim.outcomes.person_classes import CLASSES
from sim.scenario.document import read_document
from sim.scenario.loading import load_scenario
from sim.scenario.translations import shown_texts
from sim.study.learning import LEARNING
from sim.text.languages import TRANSLATED
from sim.text.parameter_labels import DRAWN_LABELS, PARAMETER_LABELS
from sim.world.parameter_names import PARAMETER_NAMES, parameter_facts
from sim.world.quantities import has_words

Text: TypeAlias = "str | tuple[str, str]"  # one and many

ROOT = Path(__file__).parents[2]
ROOMS = (ROOT / "sim" / "report", ROOT / "sim" / "text")
FOLDER = ROOT / "sim" / "text" / "catalogues"
TRANSLATING = {"translate": (0,), "plural": (1, 2), "translate_plural": (1, 2), "AccessStyle": (0,)}
WIDTH = 100
ENGLISH_ONLY = {"agreement.py"}  # no results: it speaks to engineers


def main() -> None:
    """Write the catalogues again and list what is still to be translated."""
    for path, wanted in catalogues().items():
        known = read(path)
        path.write_bytes(written(wanted, known))
        missing = [text for text in wanted if not complete(known, text)]
        where = path.relative_to(ROOT)
        sys.stdout.write(f"{where}: {len(wanted)} texts, to be translated: {len(missing)}\n")
        sys.stdout.writelines(f"  {text}\n" for text in missing)


def catalogues() -> dict[Path, list[Text]]:
    """Every catalogue, with the texts that it should hold."""
    said = texts()
    found = {FOLDER / f"{language}.po": said for language in TRANSLATED}
    for scenario in sorted((ROOT / "scenarios").rglob("*.yaml")):
        beside = [scenario.with_name(f"{scenario.stem}.{language}.po") for language in TRANSLATED]
        own = own_texts(scenario) if any(path.exists() for path in beside) else []
        found |= {path: own for path in beside if path.exists()}
    return found


def own_texts(scenario: Path) -> list[Text]:
    """What a scenario says of itself and its base does not say: those are beside the base."""
    base = read_document(scenario).files[1:2]
    of_base = {text for file in base for text in shown_texts(load_scenario(file))}
    return sorted({*shown_texts(load_scenario(scenario))} - of_base - {""})


def read(path: Path) -> Catalog:
    """A catalogue as it is."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem.rpartition(".")[2], abort_invalid=True)


def written(wanted: Iterable[Text], known: Catalog) -> bytes:
    """The file of a catalogue with just these texts, translated where they were."""
    catalogue = Catalog(locale=known.locale)
    for text in wanted:
        message = known.get(text)
        catalogue.add(text, message.string if message else None)
    body = io.BytesIO()
    write_po(body, catalogue, width=WIDTH, omit_header=True, sort_output=True, no_location=True)
    return _HEADER.format(language=known.locale).encode() + body.getvalue()


def complete(catalogue: Catalog, text: Text) -> bool:
    """Whether a text has its translation, in all forms."""
    message = catalogue.get(text)
    return message is not None and all(forms(message.string))


def forms(text: object) -> tuple[str, ...]:
    """The text, or the texts for one and many."""
    return tuple(map(str, text)) if isinstance(text, tuple | list) else (str(text or ""),)


def texts() -> list[Text]:
    """Every text that the report says, once."""
    found: set[Text] = {*_of_the_model()}
    for path in sorted(path for room in ROOMS for path in room.rglob("*.py")):
        found |= set() if path.name in ENGLISH_ONLY else {*of_code(path)}
    for path in sorted(path for room in ROOMS for path in room.rglob("*.j2")):
        found |= {*of_template(path)}
    return sorted(found, key=lambda text: text if isinstance(text, tuple) else (text,))


def _of_the_model() -> Iterator[str]:
    """What code outside the report calls things that the report shows."""
    yield from CLASSES
    for indicator in INDICATORS.values():
        yield from (indicator.name, indicator.definition, indicator.unit)
    for learned in LEARNING:
        yield from (learned.name, learned.definition, learned.unit)
    yield from PARAMETER_LABELS.values()
    yield from DRAWN_LABELS.values()
    for facts in map(parameter_facts, PARAMETER_NAMES):
        yield facts["unit"]
        if has_words(facts["source"]):
            yield facts["source"]


def of_code(path: Path) -> Iterator[Text]:
    """The literals that a module says."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name == "phrases" and isinstance(node.args[0], ast.Dict):
                yield from (text for value in node.args[0].values for text in _literals(value))
            yield from _texts(_literals(node.args[k]) for k in TRANSLATING.get(name, ()))


def of_template(path: Path) -> Iterator[Text]:
    """The literals that a template says."""
    parsed = jinja2.Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
    for call in parsed.find_all(jinja2.nodes.Call):
        places = (
            TRANSLATING.get(call.node.name, ()) if isinstance(call.node, jinja2.nodes.Name) else ()
        )
        yield from _texts([_constant(call.args[k])] for k in places)


def _texts(arguments: Iterable[Sequence[str | None]]) -> Iterator[Text]:
    """The texts of one call: of two arguments the first is for one, the second for many."""
    found = [[text for text in each if text is not None] for each in arguments]
    if len(found) == 2:
        yield from zip(found[0], found[1], strict=True)
    else:
        yield from (text for each in found for text in each)


def _literals(node: ast.expr) -> list[str]:
    """The texts that an argument may be: one literal, or either of two."""
    if isinstance(node, ast.IfExp):
        return [*_literals(node.body), *_literals(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def _constant(node: jinja2.nodes.Expr) -> str | None:
    return str(node.value) if isinstance(node, jinja2.nodes.Const) else None


_HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: rajasim\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


if __name__ == "__main__":
    main()
