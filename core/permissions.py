"""Who may do what: one table of actions and roles, and the one check that every change goes through.

The functions that change something take the `Actor` who asks for it and call `require`; pages only hide what would be
refused. The command line acts for whoever owns the home folder, and so does a page where no login is configured.
"""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.errors import NotAllowedError, ReadOnlyError
from core.settings import settings


class Role(StrEnum):
    """What an actor is to a thing: a visitor, a user who is logged in, its owner, or an administrator."""

    NOBODY = "nobody"
    USER = "user"
    OWNER = "owner"
    ADMIN = "admin"


ALL = frozenset(Role)
USERS = ALL - {Role.NOBODY}
OWNER_OR_ADMIN = frozenset({Role.OWNER, Role.ADMIN})

RULES: Mapping[str, frozenset[Role]] = {
    "look": ALL,
    "draw": USERS,
    "upload": USERS,
    "train": USERS,
    "search": USERS,
    "ask": USERS,
    "fine-tune": USERS,
    "combine": USERS,
    "import": USERS,
    "keep digits": USERS,
    "stop": OWNER_OR_ADMIN,
    "cancel": OWNER_OR_ADMIN,
    "pause": OWNER_OR_ADMIN,
    "resume": OWNER_OR_ADMIN,
    "add trials to": OWNER_OR_ADMIN,
    "crown": OWNER_OR_ADMIN,
    "undo": OWNER_OR_ADMIN,
    "rename": OWNER_OR_ADMIN,
    "write a note on": OWNER_OR_ADMIN,
    "tag": OWNER_OR_ADMIN,
    "delete": OWNER_OR_ADMIN,
    "restore": OWNER_OR_ADMIN,
    "purge": OWNER_OR_ADMIN,
    "add": USERS,
    "remove": OWNER_OR_ADMIN,
    "review": USERS,
    "revise": OWNER_OR_ADMIN,
    "open": frozenset({Role.ADMIN}),
}
"""Which roles may do what; an action that is not here is refused to everybody."""

VISITORS: Mapping[str, frozenset[str]] = {
    "look": frozenset(),
    "draw": frozenset({"draw"}),
    "upload": frozenset({"draw", "upload"}),
    "train": frozenset({"draw", "upload", "train", "search", "ask", "fine-tune", "combine"}),
}
"""What visitors who are not logged in may do besides, by `DIGITLAB_VISITORS`."""


READING = ("look", "draw", "upload")
"""What changes nothing, and so goes on in read-only mode."""


@dataclass(frozen=True)
class Actor:
    """Who asks for something.

    Attributes
    ----------
    name : str
        The owner's name of what they start; empty for a visitor who is not logged in where a login is configured.
    admin : bool
        Whether they may change what others own.
    """

    name: str
    admin: bool = False


def local_user() -> str:
    """Return the operating system's name of who runs this process."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def operator() -> Actor:
    """Return who runs this process: the owner of the home folder may change everything in it."""
    return Actor(local_user(), admin=True)


def role(actor: Actor, owner: str) -> Role:
    """Return what an actor is to something that `owner` owns."""
    if actor.admin:
        return Role.ADMIN
    if not actor.name:
        return Role.NOBODY
    return Role.OWNER if actor.name == owner else Role.USER


def may(actor: Actor, action: str, owner: str = "") -> bool:
    """Whether an actor may do something with what `owner` owns."""
    chosen = settings()
    if chosen.readonly and action not in READING:
        return False
    found = role(actor, owner)
    return found in RULES.get(action, frozenset()) or (found is Role.NOBODY and action in VISITORS[chosen.visitors])


def require(actor: Actor, action: str, owner: str = "", *, what: str = "this") -> None:
    """Let an action pass, or say who may do it.

    Raises
    ------
    ReadOnlyError
        Nothing may be started or changed here.
    NotAllowedError
        The actor's role may not do that.
    """
    if action not in READING:
        require_writable()
    if may(actor, action, owner):
        return
    if not actor.name and Role.USER in RULES.get(action, frozenset()):
        raise NotAllowedError(f"Log in to {action}: visitors who are not logged in may not do that here.")
    who = actor.name or "a visitor who is not logged in"
    allowed = f"only {owner} and administrators may" if owner else "only an administrator may"
    raise NotAllowedError(f"{who} may not {action} {what}: {allowed}.")


def require_writable() -> None:
    """Raise ReadOnlyError where nothing may be started or changed."""
    if settings().readonly:
        raise ReadOnlyError("Digit Lab is in read-only mode (DIGITLAB_MODE=readonly); no runs can be started.")
