"""Random chains of borders: the last crossing of a document becomes the next border."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.random_worlds.choices import SOURCE, Document, Draw, share
from tests.random_worlds.decisions import OPEN, ORDERS_NOTHING

BEYOND = "hub-beyond"
BY_STATE = "p-by-state"
STATES = ("state-a", "state-b")


def put_last_crossing_beyond(draw: Draw, document: Document) -> None:
    """Let people go on from some crossings to a town behind them, and from there to the last."""
    *before, last = document["crossings"]
    document["hubs"].append(
        {"id": BEYOND, "name": "Hub beyond", "lat": 62.0, "lon": 29.0, "source": SOURCE}
    )
    kept = [road for road in document["roads"] if last["id"] not in (road["a"], road["b"])]
    way = {"a": BEYOND, "b": last["id"], "km": 60.0, "hours": 1.0, "source": SOURCE}
    document["roads"] = [*kept, way]
    for k, crossing in enumerate(before):
        crossing["state"] = STATES[0]
        if k == 0 or draw(st.booleans()):
            crossing["onward"] = draw(onward(document))
    last["state"] = STATES[1]
    for stretch in document["segments"]:
        stretch["state"] = draw(st.sampled_from(STATES))
    document["states"] = [{"id": name, "name": name, "source": SOURCE} for name in STATES]
    document["states"][1]["timezone"] = draw(st.sampled_from(["UTC", "America/Lima"]))
    rule = {STATES[0]: ORDERS_NOTHING, STATES[1]: OPEN}  # orders nothing, of the first crossing
    document["policies"][BY_STATE] = {
        "type": "by-state",
        "states": rule,
        "label": "Policy by state",
        "source": SOURCE,
    }


@st.composite
def onward(draw: Draw, document: Document) -> Document:
    """Where people go on, and how many."""
    record: Document = {
        "hub": BEYOND,
        "km": draw(st.sampled_from([60.0, 0.0])),
        "hours": draw(st.sampled_from([1.0, 0.0, 30.0])),
        "share": draw(share()),
        "waved_through": draw(share()),
        "source": SOURCE,
    }
    if draw(st.booleans()):
        record["shares"] = {document["demand"]["origins"][0]["id"]: draw(share())}
    return record
