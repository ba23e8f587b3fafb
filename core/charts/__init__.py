"""A tidy table in, a Plotly figure out."""
