import streamlit as st
from streamlit_drawable_canvas import st_canvas

st.set_page_config(page_title="Floor", layout="wide")
st.title("Draw")
drawing = st_canvas(stroke_width=18, background_color="#ffffff", width=340, height=340, key="canvas").json_data
with st.container(key="prediction"):
    st.write(drawing)
