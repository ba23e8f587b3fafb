import streamlit as st

st.set_page_config(page_title="Floor", layout="wide")
st.title("Train")
model = st.selectbox("Model", ["svm", "forest", "cnn"])
values = [st.slider(name, 0.0, 1.0, 0.5) for name in ("C", "gamma", "noise", "limit")]
st.button("Train", type="primary")
with st.container(key="choice"):
    st.write(model, values)
