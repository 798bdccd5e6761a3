"""A forecast that was stored is scored as it is: no run is made again, and nothing is filled in."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from sim import hindcast, score_forecast
from sim.cli.exit_status import run_command
from sim.errors import InputError
from sim.forecasting.phase_summary import by_phase
from sim.forecasting.skill import MODEL
from sim.forecasting.stored_forecast import NOT_GIVEN, read_forecast
from tests.forecasting.test_hindcast import (
    FIT,
    TWO,
    observed,
    some_later,
    table_of,
    two_crossings,
)

NEXT, LAST = (
    FIT + timedelta(days=1),
    FIT + timedelta(days=2),
)  # the near crossing closes on the last
SAMPLES = {
    (NEXT, "gate"): (10, 10, 10, 10),
    (NEXT, "far-gate"): (0, 2, 4, 6),
    (LAST, "gate"): (0, 0, 0, 0),
    (LAST, "far-gate"): (1, 1, 3, 3),
}
COUNTED = ((NEXT, "gate", 12.0), (NEXT, "far-gate", 3.0), (LAST, "far-gate", 2.0))
Change = Callable[[pl.DataFrame], pl.DataFrame]


def samples_frame() -> pl.DataFrame:
    rows = [
        (day, place, number, value)
        for (day, place), values in SAMPLES.items()
        for number, value in enumerate(values)
    ]
    return pl.DataFrame(rows, schema=["date", "place", "sample", "value"], orient="row")


def test_the_crps_of_a_stored_forecast_is_that_of_hand(tmp_path: Path) -> None:
    """Fair CRPS: the mean distance to the count, less half the mean distance between two members.

    Of (10, 10, 10, 10) and 12: 2. Of (0, 2, 4, 6) and 3: (3 + 1 + 1 + 3) / 4 less half of
    40 / 12, as the twelve ordered pairs are 40 apart: 2 - 5/3 = 1/3. Of (1, 1, 3, 3) and 2:
    1 less half of 16 / 12: 1/3. The crossing that is closed is no open count.
    """
    samples_frame().write_csv(tmp_path / "forecast.csv")
    later = [observed(*each) for each in (*COUNTED, (LAST, "gate", 0.0))]
    result = score_forecast(two_crossings(later), tmp_path / "forecast.csv")
    assert result.hindcast is not None
    assert result.hindcast.score("crps") == pytest.approx((2.0 + 1.0 / 3.0 + 1.0 / 3.0) / 3.0)
    assert result.hindcast.score("crps", str(f"{LAST}..{LAST}")) == pytest.approx(1.0 / 3.0)
    assert result.hindcast.score("bias") == pytest.approx((-2.0 + 0.0 + 0.0) / 3.0)
    assert result.hindcast.score("people_counted", "closed") == 0.0
    known = result.scores.filter(group="open", score="crps")
    nobody = known.filter(forecast="B0")["value"].item()
    assert nobody == pytest.approx((12.0 + 3.0 + 2.0) / 3.0)
    assert set(known["forecast"]) > {MODEL, "B1", "B7"}


def test_what_was_stored_is_scored_as_if_it_had_just_been_made(tmp_path: Path) -> None:
    until = FIT + timedelta(days=4)
    blind = hindcast(two_crossings(), FIT, until=until, samples=6)
    blind.save(tmp_path / "h", charts=False)
    known = two_crossings(some_later(3.0))
    direct = hindcast(known, FIT, until=until, samples=6)
    for stored in (tmp_path / "h", tmp_path / "h" / "forecast.csv"):
        again = score_forecast(known, stored)
        assert again.digest == blind.digest == direct.digest
        assert again.scores.equals(direct.scores)
        assert again.skill.equals(direct.skill)
    assert score_forecast(known, tmp_path / "h").by_hypothesis.equals(blind.by_hypothesis)


def test_the_command_scores_a_folder_and_says_the_same_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    case = ["hindcast", str(TWO), "--set", "reference=near-closed"]
    line = [*case, "--fit-until", str(FIT), "--until", str(LAST), "--samples", "4"]
    assert run_command([*line, "--no-charts", "--out", "frozen"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    digest = hashlib.sha256(Path("frozen/forecast.csv").read_bytes()).hexdigest()
    for told in ("no later count is known", f"SHA-256 of forecast.csv: {digest}", "code: rajasim"):
        assert told in printed
    scenario = two_crossings([observed(*each) for each in COUNTED])
    Path("counts.csv").write_text(table_of(scenario.observed), encoding="utf-8")
    score = [*case, "--score", "frozen", "--observed", "counts.csv", "--no-charts"]
    assert run_command(score) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert f"SHA-256 of forecast.csv: {digest}" in printed
    scores = pl.read_csv("results/two-crossings/scored-frozen/scores.csv")
    assert scores.filter(forecast=MODEL, group="open", score="crps")["counts"].item() == 3
    assert run_command([*score, "--fit-until", str(FIT)]) == 2
    assert "--score takes a forecast as it was stored" in " ".join(capsys.readouterr().err.split())


def test_without_counts_a_stored_forecast_stays_unscored(tmp_path: Path) -> None:
    (tmp_path / "f.csv.gz").write_bytes(gzip.compress(samples_frame().write_csv().encode()))
    result = score_forecast(two_crossings(), tmp_path / "f.csv.gz")
    assert result.is_blind
    assert result.scores.is_empty()
    assert "no later count is known" in result._repr_html_()


def test_phases_are_summed_with_their_widths(tmp_path: Path) -> None:
    samples_frame().write_csv(tmp_path / "forecast.csv")
    made = score_forecast(two_crossings(), tmp_path / "forecast.csv").hindcast
    assert made is not None
    frame = by_phase(made).filter(hypothesis="all")
    rows = {(x["phase"], x["place"]): x for x in frame.iter_rows(named=True)}
    assert {place for phase, place in rows if phase.startswith(str(LAST))} == {"far-gate", "total"}
    both = rows[f"{NEXT}..{NEXT}", "total"]
    assert (both["q50"], both["mean"], both["samples"]) == (13.0, 13.0, 4)
    assert both["width"] == pytest.approx((15.7 - 10.3) / 13.0)


def test_hypotheses_that_a_file_does_not_tell_are_not_made_up(tmp_path: Path) -> None:
    samples_frame().write_csv(tmp_path / "forecast.csv")
    assert read_forecast(tmp_path, two_crossings()).hypotheses == (NOT_GIVEN,) * 4


def test_rows_may_be_in_any_order_and_a_crossing_that_is_left_out_has_nobody(
    tmp_path: Path,
) -> None:
    frame = samples_frame().reverse().filter(pl.col("place") == "far-gate")
    frame.write_csv(tmp_path / "forecast.csv")
    stored = read_forecast(tmp_path, two_crossings())
    names = [each.id for each in two_crossings().world.network.crossings]
    far, near = names.index("far-gate"), names.index("gate")
    assert stored.people[:, 0, far].tolist() == [0.0, 2.0, 4.0, 6.0]
    assert stored.people[:, 1, far].tolist() == [1.0, 1.0, 3.0, 3.0]
    assert not stored.people[:, :, near].any()
    assert (stored.first, stored.last) == (NEXT, LAST)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda frame: frame[1:], "zeros must be in"),
        (lambda frame: pl.concat([frame, frame[:1]]), "there twice"),
        (lambda frame: frame.with_columns(place=pl.lit("nowhere")), "no crossing 'nowhere'"),
        (lambda frame: frame.with_columns(value=pl.lit(-1)), "16 rows"),
        (lambda frame: frame.with_columns(value=pl.lit("many")), "a row is a date"),
        (lambda frame: frame.drop("sample"), "no column 'sample'"),
        (lambda frame: frame.with_columns(pl.col("date").dt.offset_by("9y")), "must be a day from"),
    ],
)
def test_what_is_no_whole_forecast_is_refused(tmp_path: Path, change: Change, words: str) -> None:
    change(samples_frame()).write_csv(tmp_path / "forecast.csv")
    with pytest.raises(InputError, match=words):
        score_forecast(two_crossings(), tmp_path / "forecast.csv")


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing.csv"):
        with pytest.raises(InputError, match="forecast"):
            score_forecast(two_crossings(), path)
    (tmp_path / "forecast.parquet").write_bytes(b"nothing of the kind")
    with pytest.raises(InputError, match="no forecast can be read"):
        score_forecast(two_crossings(), tmp_path)
