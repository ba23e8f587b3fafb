import plotly.graph_objects as go
import streamlit as st

st.set_page_config(page_title="Floor", layout="wide")
st.title("Tune")
st.selectbox("Sampler", ["grid", "random", "tpe"])
st.slider("Trials", 1, 100, 20)
with st.container(key="history"):
    st.plotly_chart(go.Figure(go.Scatter(x=list(range(50)), y=list(range(50)), mode="markers")))
