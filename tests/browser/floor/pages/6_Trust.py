import streamlit as st

st.set_page_config(page_title="Floor", layout="wide")
st.title("Trust")
sure = st.slider("Minimum probability for an answer", 0.0, 1.0, 0.9)
with st.container(key="coverage"):
    st.metric("Coverage", sure)
