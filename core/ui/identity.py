"""Who sits in front of the page, and what they may end."""

from __future__ import annotations

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from core.permissions import Actor, local_user, operator
from core.runs.names import clean_name
from core.ui.text import escaped


def current_user() -> str:
    """Return the e-mail address or name of who is logged in, or the operating system's user where there is no login."""
    if not _logged_in():
        return local_user()
    return clean_name(str(st.user.get("email") or st.user.get("name") or st.user.get("sub") or "")) or "unknown"


def current_actor() -> Actor:
    """Return who asks for what the page does: without a login the operator, who may do everything.

    Administrators are listed in Streamlit's secrets: `[digitlab]`, `admins = ["..."]`.
    """
    if not _login_configured():
        return operator()
    name = current_user() if _logged_in() else ""
    return Actor(name, admin=bool(name) and name in _admins())


def _logged_in() -> bool:
    return bool(getattr(st.user, "is_logged_in", False))


def _login_configured() -> bool:
    try:
        return "auth" in st.secrets
    except (FileNotFoundError, StreamlitSecretNotFoundError):
        return False


def _admins() -> set[str]:
    return set(st.secrets.get("digitlab", {}).get("admins", [])) if _login_configured() else set()


def login_button() -> None:
    """Offer to log in or out where Streamlit's OIDC login is configured; show nothing where it is not."""
    if not _login_configured():
        return
    if _logged_in():
        st.button(f"Log out {escaped(current_user())}", on_click=st.logout, width="stretch")
    else:
        st.button("Log in", on_click=st.login, width="stretch")
