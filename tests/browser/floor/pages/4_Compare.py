import pandas as pd
import plotly.graph_objects as go
import streamlit as st

RUNS = range(100)

st.set_page_config(page_title="Floor", layout="wide")
st.title("Compare")
with st.container(key="leaderboard"):
    st.dataframe(
        pd.DataFrame({"run": [f"run {run}" for run in RUNS], "accuracy": [0.9 + run / 1000 for run in RUNS]}),
        on_select="rerun",
        selection_mode="multi-row",
    )
st.plotly_chart(go.Figure(go.Scatter(x=list(RUNS), y=list(RUNS), mode="markers")))
