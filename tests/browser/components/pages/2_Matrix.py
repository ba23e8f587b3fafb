import numpy as np
import streamlit as st

from core.charts.confusion import confusion_heatmap
from core.evaluation.confusion import view
from core.ui.components.matrix import clickable_matrix
from core.ui.components.sheet import digit_sheet
from core.ui.theme import dress, start_page

dress()
start_page("Matrix", "A matrix to click on, and digits.")
images = np.arange(60, dtype=np.uint8).repeat(28 * 28).reshape(60, 28, 28)
left, right = st.columns(2)
with left:
    cell = clickable_matrix(confusion_heatmap(view(np.arange(100).reshape(10, 10))), "matrix")
    st.write(f"cell {cell}")
with right:
    number = digit_sheet(images, [f"<b>{number}</b>\n98 %" for number in range(60)], "sheet")
    st.write(f"digit {number}")
