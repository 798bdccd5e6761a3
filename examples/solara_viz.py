"""Watch the Finland 2023 case step by step in a browser, with Mesa's own visualisation.

``pip install rajasim[viz]``, then ``solara run examples/solara_viz.py``. A step is an hour.
"""

from typing import Any

from mesa.visualization import SolaraViz, SpaceRenderer, make_plot_component
from mesa.visualization.components import AgentPortrayalStyle

from sim import finland_model
from sim.agents.crossing_stations import CrossingStation

COLOURS = {True: "tab:blue", False: "tab:red"}  # open, closed
PARAMETERS: dict[str, Any] = {
    "scenario": None,
    "policy": {
        "type": "Select",
        "label": "Policy",
        "value": "historical",
        "values": ["historical", "open"],
    },
    "state": {
        "type": "SliderInt",
        "label": "State of the world",
        "value": 0,
        "min": 0,
        "max": 20,
        "step": 1,
    },
}


def portray(agent: Any) -> AgentPortrayalStyle:
    """Crossings by how many people wait there, blue where they are open; groups as small dots."""
    if isinstance(agent, CrossingStation):
        size = 40 + min(agent.waiting, 400)
        return AgentPortrayalStyle(color=COLOURS[agent.is_open], size=size, marker="s")
    return AgentPortrayalStyle(color="tab:gray", size=8)


model = finland_model()
PARAMETERS["scenario"] = model.scenario_file
renderer = SpaceRenderer(model, backend="matplotlib")
renderer.draw_agents(portray)
page = SolaraViz(
    model,
    renderer,
    components=[make_plot_component(["waiting", "in_transit_state"])],
    model_params=PARAMETERS,
    name="rajasim: Finland 2023",
    render_interval=6,
)
