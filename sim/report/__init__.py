"""Charts, tables and the HTML report, made from stored results only.

Importing this room loads no matplotlib; a chart's module does, when the chart is drawn.
"""
