"""A browser as Streamlit's server sees it: one web socket, its messages, and the pictures that a page shows.

Twenty real browsers on two cores would be measured themselves. This one does on the wire what a browser does: it keeps
the state of the widgets that were touched, runs a fragment again where the widget lies in one, repeats what the server
wants repeated (`run_every`), says which messages it has kept, and fetches pictures; it draws nothing.
"""

from __future__ import annotations

import asyncio
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

ANSWER_SECONDS = 90.0
KEPT_MESSAGES = 500
Setter = Callable[[WidgetState], None]


class FaultyPageError(Exception):
    """What somebody in front of the browser would call an error."""


@dataclass
class Widget:
    """An element that can be acted on: its message, and the fragment that it lies in ("" for none)."""

    kind: str
    proto: Any
    fragment: str


@dataclass
class Wanted:
    """The end of a run that somebody waits for."""

    fragment: str
    begun: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Browser:
    """One session; use as `async with Browser(address) as browser`.

    Attributes
    ----------
    widgets : dict of str to Widget
        What the page at hand shows, by Streamlit's id.
    words : list of str
        Every text (Markdown or HTML) that it has shown since it was opened.
    errors : list of str
        What the last act caused that should not be.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.widgets: dict[str, Widget] = {}
        self.words: list[str] = []
        self.errors: list[str] = []
        self._states: dict[str, WidgetState] = {}
        self._pages: dict[str, str] = {}
        self._page = self._query = ""
        self._kept: dict[str, ForwardMsg] = {}
        self._repeated: dict[str, asyncio.Task[None]] = {}
        self._pictures: set[asyncio.Task[None]] = set()
        self._wanted: Wanted | None = None
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        url = self.address.replace("http", "ws", 1) + "/_stcore/stream"
        self._socket = await connect(url, subprotocols=["streamlit"], max_size=None, ping_interval=None)  # type: ignore[list-item]
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *error: object) -> None:
        for task in (*self._repeated.values(), *self._pictures, self._reader):
            if task is not None:
                task.cancel()
        if self._socket is not None:
            await self._socket.close()

    async def open(self, page: str, query: str = "") -> float:
        """Go to a page by its name in the address; seconds until it is drawn, pictures included."""
        self._page, self._query = page, query
        self.widgets.clear()
        self.words.clear()
        return await self._until_ended(self._message(), "")

    async def act(self, widget: Widget, change: Setter) -> float:
        """Touch a widget; seconds until what it causes is drawn."""
        state = WidgetState(id=widget.proto.id)
        change(state)
        self._states[state.id] = state
        return await self._until_ended(self._message(widget.fragment), widget.fragment)

    def find(self, kind: str, key: str = "") -> Widget:
        """The first element of a kind whose key is or ends like this."""
        for widget in self.widgets.values():
            if widget.kind == kind and widget.proto.id.endswith(key):
                return widget
        raise FaultyPageError(f"There is no {kind} {key} on {self._page or 'Home'}.")

    def _message(self, fragment: str = "", *, repeated: bool = False) -> BackMsg:
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.fragment_id, asked.is_auto_rerun = self._query, fragment, repeated
        if self._page in self._pages:
            asked.page_script_hash = self._pages[self._page]
        else:
            asked.page_name = self._page
        asked.widget_states.widgets.extend(self._states.values())
        asked.cached_message_hashes.extend(self._kept)
        return message

    async def _until_ended(self, message: BackMsg, fragment: str) -> float:
        assert self._socket is not None
        self._wanted, self.errors = Wanted(fragment), []
        started = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        try:
            await asyncio.wait_for(self._wanted.ended.wait(), ANSWER_SECONDS)
            if self._pictures:
                await asyncio.wait(self._pictures, timeout=ANSWER_SECONDS)
        except TimeoutError:
            raise FaultyPageError(f"{self._page or 'Home'} did not answer in {ANSWER_SECONDS:.0f} s.") from None
        if self.errors:
            raise FaultyPageError(f"{self._page or 'Home'}: {self.errors[0]}")
        return time.perf_counter() - started

    async def _read(self) -> None:
        assert self._socket is not None
        async for content in self._socket:
            message = ForwardMsg()
            message.ParseFromString(content)  # type: ignore[arg-type]
            if message.WhichOneof("type") == "ref_hash":
                known = self._kept[message.ref_hash]
                known.metadata.CopyFrom(message.metadata)
                message = known
            elif message.metadata.cacheable and message.hash:
                self._kept[message.hash] = message
                if len(self._kept) > KEPT_MESSAGES:
                    self._kept.pop(next(iter(self._kept)))
            self._take(message)

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session" and not message.metadata.run.fragment_ids:
            self._stop_repeating(list(self._repeated))
        elif kind == "navigation":
            self._pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            if self._wanted is not None:  # else it is the page before that goes on to its end
                self._wanted.begun = self._pages.get(self._page) == message.navigation.page_script_hash
        elif kind == "delta":
            self._show(message)
        elif kind == "auto_rerun":
            self._repeat(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            self._stop_repeating(list(message.stop_auto_rerun.fragment_ids))
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "script_finished":
            self._finish(message)

    def _show(self, message: ForwardMsg) -> None:
        delta = message.delta
        what = delta.new_element if delta.WhichOneof("type") == "new_element" else delta.add_block
        kind = what.WhichOneof("type")
        proto = getattr(what, kind) if kind else None
        if body := getattr(proto, "body", ""):
            self.words.append(body)
        if kind == "exception":
            self.errors.append(f"{proto.type}: {proto.message}")
        elif kind == "alert" and proto.format == proto.ERROR:
            self.errors.append(proto.body)
        elif kind == "imgs":
            for picture in proto.imgs:
                self._fetch(picture.url)
        elif isinstance(proto, Message) and getattr(proto, "id", ""):
            self.widgets[proto.id] = Widget(str(kind), proto, delta.fragment_id)

    def _finish(self, message: ForwardMsg) -> None:
        if self._wanted is None:
            return
        if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            self.errors.append("the page's script does not compile")
        # A fragment after which another one is to run ends "early for rerun" although it has run to its end.
        mine = self._wanted.fragment in message.metadata.run.fragment_ids
        whole = self._wanted.begun and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        if mine or whole:
            self._wanted.ended.set()

    def _fetch(self, url: str) -> None:
        if url.startswith("/media/"):
            task = asyncio.create_task(asyncio.to_thread(_read_url, self.address + url))
            self._pictures.add(task)
            task.add_done_callback(self._pictures.discard)

    def _repeat(self, fragment: str, interval: float) -> None:
        self._stop_repeating([fragment])
        self._repeated[fragment] = asyncio.create_task(self._keep_asking(fragment, interval))

    async def _keep_asking(self, fragment: str, interval: float) -> None:
        assert self._socket is not None
        while True:
            await asyncio.sleep(interval)
            await self._socket.send(self._message(fragment, repeated=True).SerializeToString())

    def _stop_repeating(self, fragments: list[str]) -> None:
        for fragment in fragments:
            if task := self._repeated.pop(fragment, None):
                task.cancel()


def _read_url(url: str) -> None:
    with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as answer:
        answer.read()
