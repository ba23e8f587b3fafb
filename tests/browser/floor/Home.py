"""The floor app: Digit Lab's widgets with no work behind them, which nothing on Streamlit can beat."""

import pandas as pd
import streamlit as st

st.set_page_config(page_title="Floor", layout="wide")
st.title("Home")
st.caption("Where things stand.")
with st.container(key="leaderboard"):
    st.dataframe(
        pd.DataFrame({"model": ["cnn", "svm", "forest"], "accuracy": [0.997, 0.986, 0.971], "seconds": [60, 40, 20]})
    )
