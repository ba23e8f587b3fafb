"""Our components, each alone on a page, with what it returned below it."""

import streamlit as st

from core.ui.theme import dress, is_dark, start_page

dress()
start_page("Home", "What every page starts with.")
st.write("dark" if is_dark() else "light")
