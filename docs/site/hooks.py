"""What MkDocs does for this project's site beside its own work.

Pages from elsewhere in the repository (results files, evidence, changes) are part of the site, with
links that work both in the repository and in the site; the notebook becomes a page; every how-to
page is in the navigation; and a page that would load anything from another host fails the build.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
DOCS = PurePosixPath("docs")
ELSEWHERE = PurePosixPath("project")  # folder of the site for pages from outside docs/
HOME = PurePosixPath("README.md")
NOTEBOOK = "tutorial.ipynb"
HOW_TO = "How to"  # section of the navigation, and how titles of its pages open
OUTSIDE = (
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "CITATION.cff"),
    *("results/README.md", "sim/report/maps/basemap/README.md"),
    *("seeds/README.md", "seeds/finland-2023/facts.md"),
)
_LINK = re.compile(r"(?<=\]\()(?!\w+:|#|/)([^)\s#]+)(#[^)\s]*)?(?=\))")
_LOADED = re.compile(
    r"<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc=[\"']?(?:https?:)?//[^\"'\s>]+"
    r"|<link\b[^>]*\brel=[\"']?(?:stylesheet|preconnect|preload|icon)[^>]*href=[\"']?(?:https?:)?//"
    r"[^\"'\s>]+|@import\s+(?:url\()?[\"']?(?:https?:)?//|url\([\"']?(?:https?:)?//[^)]+",
    re.IGNORECASE,
)
_ROLE = re.compile(r":\w+:<code>~?")  # how docstrings name an object of the code


def site_path(repository_path: PurePosixPath) -> PurePosixPath:
    """Where the site has a file of the repository."""
    if repository_path == HOME:
        return PurePosixPath("index.md")
    if not repository_path.is_relative_to(DOCS):
        return ELSEWHERE / repository_path
    inside = repository_path.relative_to(DOCS)
    return inside.with_suffix(".md") if inside.suffix == ".ipynb" else inside


def repository_path(src_uri: str) -> PurePosixPath:
    """Where the repository has a page of the site."""
    page = PurePosixPath(src_uri)
    if page == site_path(HOME):
        return HOME
    if page == site_path(DOCS / NOTEBOOK):
        return DOCS / NOTEBOOK
    return page.relative_to(ELSEWHERE) if page.is_relative_to(ELSEWHERE) else DOCS / page


def on_config(config: MkDocsConfig, /) -> MkDocsConfig:
    """List every how-to page in the navigation, so that adding one is adding a file."""
    (section,) = (entry for entry in config["nav"] if HOW_TO in entry)
    pages = sorted((ROOT / DOCS / "how-to").glob("*.md"))
    section[HOW_TO] = [{_title(page): f"how-to/{page.name}"} for page in pages]
    return config


def _title(page: Path) -> str:
    heading = page.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    words = heading.removeprefix(f"{HOW_TO} ")
    return words[0].upper() + words[1:]


def on_files(files: Files, /, *, config: MkDocsConfig) -> Files:
    """Add the pages from outside ``docs/`` and the notebook."""
    for name in OUTSIDE:
        place = str(site_path(PurePosixPath(name)))
        files.append(File.generated(config, place, abs_src_path=str(ROOT / name)))
    notebook = files.get_file_from_path(NOTEBOOK)
    if notebook is not None:
        files.remove(notebook)
    text = notebook_page((ROOT / DOCS / NOTEBOOK).read_text(encoding="utf-8"))
    files.append(File.generated(config, str(site_path(DOCS / NOTEBOOK)), content=text))
    return files


def on_page_markdown(markdown: str, /, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn links between files of the repository into links between pages of the site."""
    src_uri = page.file.src_uri
    folder = repository_path(src_uri).parent

    def linked(found: re.Match[str]) -> str:
        target = site_path(PurePosixPath(os.path.normpath(folder / found[1])))
        relative = os.path.relpath(target, PurePosixPath(src_uri).parent)
        return relative + (found[2] or "")

    return _LINK.sub(linked, markdown)


def on_post_page(output: str, /, *, page: Page, config: MkDocsConfig) -> str:
    """Show names of code plainly, and refuse a page that needs another host to be shown.

    Raises:
        PluginError: naming what would be loaded.
    """
    if found := _LOADED.search(output):
        raise PluginError(f"{page.file.src_uri} loads from elsewhere: {found[0][-120:]}")
    return _ROLE.sub("<code>", output)


def notebook_page(text: str) -> str:
    """A notebook with its stored outputs as a page of Markdown."""
    return "\n\n".join(part for cell in json.loads(text)["cells"] for part in _cell(cell))


def _cell(cell: dict[str, Any]) -> Iterator[str]:
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        yield source
        return
    yield f"```python\n{source}\n```"
    for output in cell.get("outputs", []):
        yield _output({"text/plain": output.get("text", ""), **output.get("data", {})})


def _output(data: dict[str, Any]) -> str:
    """The richest form of an output; HTML without empty lines, which would end it in Markdown."""
    if "text/html" in data:
        lines = (line for line in "".join(data["text/html"]).splitlines() if line.strip())
        return "<div>\n" + "\n".join(lines) + "\n</div>"
    if "image/png" in data:
        return f'<img alt="chart" src="data:image/png;base64,{"".join(data["image/png"]).strip()}">'
    return f"```text\n{''.join(data['text/plain'])}\n```"
