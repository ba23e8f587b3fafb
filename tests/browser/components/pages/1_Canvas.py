import streamlit as st

from core.ui.components.canvas import drawing_canvas
from core.ui.theme import dress, start_page

dress()
start_page("Canvas", "A canvas to draw on.")
drawing = drawing_canvas("canvas")
strokes = drawing["objects"] if drawing else []
st.write(f"{len(strokes)} strokes, pens {[stroke['strokeWidth'] for stroke in strokes]}")
if strokes:
    st.write(f"ends at {[round(place) for place in strokes[-1]['path'][-1][-2:]]}")
st.write(f"the pen is {st.session_state['canvas-pen']} wide")
