"""Tables of a results folder by name."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

import polars as pl

from sim.results.table_files import TableFile, distinct

NONE_LARGE: Final[Mapping[str, TableFile]] = MappingProxyType({})


class Tables(Mapping[str, pl.DataFrame]):
    """Every table by name."""

    @abstractmethod
    def rows(self, name: str, wanted: pl.Expr) -> pl.DataFrame:
        """Some rows of a table."""

    @abstractmethod
    def distinct(self, name: str, *columns: str) -> pl.DataFrame:
        """What some columns of a table have, in order."""


class StoredTables(Tables):
    """Those that are held, and those that are read from their files when asked for."""

    def __init__(
        self, held: Mapping[str, pl.DataFrame], large: Mapping[str, TableFile] = NONE_LARGE
    ) -> None:
        """Take in what is read, and how the rest is.

        Args:
            held: tables that are read, by name.
            large: the files of the others, by name.
        """
        self._held = dict(held)
        self._large = dict(large)
        self._names = (*held, *large)

    def __getitem__(self, name: str) -> pl.DataFrame:
        """A table, which is held from then on."""
        if name not in self._held:
            self._held[name] = self._large[name].rows()
        return self._held[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def rows(self, name: str, wanted: pl.Expr) -> pl.DataFrame:
        """Some rows of a table; the others are not held where it is large."""
        if name in self._held:
            return self._held[name].filter(wanted)
        return self._large[name].rows(wanted)

    def distinct(self, name: str, *columns: str) -> pl.DataFrame:
        """What some columns of a table have, in order; it is not held for it where it is large."""
        if name in self._held:
            return distinct(self._held[name].lazy(), *columns).collect()
        return self._large[name].distinct(*columns)


class NotedTables(Tables):
    """Other tables, with a note of which of them were asked for."""

    def __init__(self, tables: Tables) -> None:
        """Begin with none noted."""
        self._tables = tables
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> pl.DataFrame:
        """A table, which is noted."""
        table = self._tables[name]
        self.asked.add(name)
        return table

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def rows(self, name: str, wanted: pl.Expr) -> pl.DataFrame:
        """Some rows of a table, which is noted."""
        self.asked.add(name)
        return self._tables.rows(name, wanted)

    def distinct(self, name: str, *columns: str) -> pl.DataFrame:
        """What some columns of a table have, which is noted."""
        self.asked.add(name)
        return self._tables.distinct(name, *columns)
