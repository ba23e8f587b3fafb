import numpy as np
import plotly.graph_objects as go
import streamlit as st

SHADES = np.linspace(0, 255, 28 * 28).reshape(28, 28)


def matrix() -> go.Figure:
    digits = list(range(10))
    rows, columns = np.divmod(np.arange(100), 10)
    clicks = go.Scatter(
        x=columns, y=rows, mode="markers", hoverinfo="none", marker={"symbol": "square", "size": 30, "opacity": 0.01}
    )
    figure = go.Figure([go.Heatmap(x=digits, y=digits, z=np.arange(100).reshape(10, 10)), clicks])
    return figure.update_layout(height=480, yaxis={"autorange": "reversed"})


st.set_page_config(page_title="Floor", layout="wide")
st.title("Errors")
with st.container(key="matrix_chart"):
    selection = st.plotly_chart(matrix(), key="matrix", on_select="rerun", selection_mode="points").selection
cell = selection.point_indices[0] if selection.point_indices else 0
with st.container(key="pictures"):
    st.image(np.roll(SHADES, cell).astype(np.uint8), width=400, caption=f"Cell {cell}")
