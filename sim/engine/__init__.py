"""The compiled event engine: columns, events and the submodels that move people."""
