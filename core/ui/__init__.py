"""The only Streamlit code outside Home.py and pages/."""
