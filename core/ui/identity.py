"""Who sits in front of the page, and what they may end."""

from __future__ import annotations

import streamlit as st

from core.permissions import Actor, local_user, may, operator
from core.runs.names import clean_name
from core.ui import session
from core.ui.text import escaped


def current_user() -> str:
    """Return who is logged in: a verified e-mail address, or what the login provider calls them.

    A display name never counts, as people choose theirs. "" for a visitor who is not logged in; the operating system's
    user where no login is configured.
    """
    if not session.has_login():
        return local_user()
    if not _logged_in():
        return ""
    if st.user.get("email_verified") is True and st.user.get("email"):
        return clean_name(str(st.user.get("email")))
    return clean_name(f"{st.user.get('sub') or 'unknown'} at {st.user.get('iss') or 'the login provider'}")


def current_actor() -> Actor:
    """Return who asks for what the page does: without a login the operator, who may do everything.

    Administrators are listed by verified e-mail in Streamlit's secrets: `[digitlab]`, `admins = ["..."]`.
    """
    if not session.has_login():
        return operator()
    name = current_user()
    return Actor(name, admin=bool(name) and name in _admins())


def barred(action: str) -> bool:
    """Return whether whoever sits here may not do something that belongs to nobody yet, such as "train"."""
    return not may(current_actor(), action)


def _logged_in() -> bool:
    return bool(getattr(st.user, "is_logged_in", False))


def _admins() -> set[str]:
    return set(st.secrets.get("digitlab", {}).get("admins", [])) if session.has_login() else set()


def login_button() -> None:
    """Offer to log in or out where Streamlit's OIDC login is configured; show nothing where it is not."""
    if not session.has_login():
        return
    if _logged_in():
        shown = st.user.get("email") or st.user.get("name") or current_user()
        st.button(f"Log out {escaped(clean_name(str(shown)))}", on_click=st.logout, width="stretch")
    else:
        st.button("Log in", on_click=st.login, width="stretch")
