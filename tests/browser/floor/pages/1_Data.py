import numpy as np
import streamlit as st

st.set_page_config(page_title="Floor", layout="wide")
st.title("Data")
level = st.slider("Level", 0, 255, 128, key="level")
width = st.slider("Width", 1, 28, 14, key="width")
with st.container(key="picture"):
    st.image(np.full((28, 28), level, np.uint8), width=200, caption=f"{level}, {width}")
