"""The entry: `streamlit run Home.py` serves `app`, and runs this file for every visit."""

import streamlit as st

if __name__ == "__main__":
    from core.ui.server import when_ready

    when_ready()
    from core.ui.frame import run_page

    run_page()
else:
    from core.ui.server import warmed_up

    app = st.App(__file__, lifespan=warmed_up)
