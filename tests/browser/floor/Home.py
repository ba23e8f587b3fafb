"""The floor app: Digit Lab's widgets with no work behind them, which nothing on Streamlit can beat."""

import pandas as pd
import streamlit as st
from streamlit_drawable_canvas import st_canvas

st.set_page_config(page_title="Floor", layout="wide")
st.title("Home")
st.caption("Where things stand.")
drawing = st_canvas(stroke_width=18, background_color="#ffffff", width=300, height=300, key="canvas").json_data
with st.container(key="prediction"):
    st.write(drawing)
with st.container(key="leaderboard"):
    st.dataframe(
        pd.DataFrame({"model": ["cnn", "svm", "forest"], "accuracy": [0.997, 0.986, 0.971], "seconds": [60, 40, 20]})
    )
