"""How charts are drawn: pages, style, pictures, and the chart as an object."""
