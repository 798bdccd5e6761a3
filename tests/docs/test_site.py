"""The documentation site: links between files of the repository, the notebook, nothing remote."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("mkdocs", reason="installed by make docs")

from mkdocs.exceptions import PluginError

from docs.site import hooks


def page(src_uri: str) -> Any:
    return SimpleNamespace(file=SimpleNamespace(src_uri=src_uri))


@pytest.mark.parametrize(
    ("src_uri", "link", "in_site"),
    [
        ("how-to/animate.md", "../../results/README.md", "../project/results/README.md"),
        ("how-to/animate.md", "translate.md#a-scenario", "translate.md#a-scenario"),
        ("index.md", "docs/model/odd.md", "model/odd.md"),
        ("index.md", "docs/tutorial.ipynb", "tutorial.md"),
        ("project/seeds/README.md", "../README.md", "../../index.md"),
        ("tutorial.md", "how-to/add-a-policy.md", "how-to/add-a-policy.md"),
        ("decisions.md", "https://example.org/a.md", "https://example.org/a.md"),
        ("decisions.md", "#index", "#index"),
    ],
)
def test_a_link_of_the_repository_becomes_one_of_the_site(
    src_uri: str, link: str, in_site: str
) -> None:
    found = hooks.on_page_markdown(f"[a]({link})", page=page(src_uri), config=None, files=None)
    assert found == f"[a]({in_site})"


@pytest.mark.parametrize("name", hooks.OUTSIDE)
def test_every_page_from_elsewhere_exists_and_is_found_again(name: str) -> None:
    path = PurePosixPath(name)
    assert (hooks.ROOT / path).is_file()
    assert hooks.repository_path(str(hooks.site_path(path))) == path


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//fonts.example/css">',
        '<img alt="" src="http://example.org/a.png">',
        "<style>@import url(https://fonts.example/css)</style>",
    ],
)
def test_a_page_that_loads_from_elsewhere_is_refused(text: str) -> None:
    with pytest.raises(PluginError, match="loads from elsewhere"):
        hooks.on_post_page(text, page=page("a.md"), config=None)


def test_a_page_that_only_links_elsewhere_is_shown() -> None:
    text = '<a href="https://example.org">a</a> :meth:<code>~sim.run</code>'
    shown = '<a href="https://example.org">a</a> <code>sim.run</code>'
    assert hooks.on_post_page(text, page=page("a.md"), config=None) == shown


def test_the_notebook_becomes_a_page() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# A title"]},
        {
            "cell_type": "code",
            "source": ["1 + 1"],
            "outputs": [
                {"data": {"text/plain": ["2"]}},
                {"data": {"text/html": ["<p>a</p>\n", "\n", "<p>b</p>"]}},
            ],
        },
    ]
    text = hooks.notebook_page(json.dumps({"cells": cells}))
    assert text.startswith("# A title\n\n```python\n1 + 1\n```")
    assert "```text\n2\n```" in text
    assert "<div>\n<p>a</p>\n<p>b</p>\n</div>" in text
    assert Path(hooks.ROOT, "docs", hooks.NOTEBOOK).is_file()
