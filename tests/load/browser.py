"""A browser as Streamlit's server sees it: one web socket, its messages, and the pictures that a page shows.

Twenty real browsers on two cores would be measured themselves. This one does on the wire what Streamlit's frontend
does: it keeps the state of the widgets that were touched while they are shown, forgets what a run of the script does
not show again, runs a fragment again where the widget lies in one, repeats what the server wants repeated
(`run_every`), says which messages it has kept, and fetches pictures; it draws nothing.
"""

from __future__ import annotations

import asyncio
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

ANSWER_SECONDS = 90.0
SUCCEEDED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
Setter = Callable[[WidgetState], None]


class FaultyPageError(Exception):
    """What somebody in front of the browser would call an error."""


@dataclass
class Widget:
    """An element that can be acted on: its message, its fragment ("" for none), and the run that showed it."""

    kind: str
    proto: Any
    fragment: str
    run: int = 0


@dataclass
class Wanted:
    """The end of a run that somebody waits for."""

    fragment: str
    begun: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Kept:
    """A large message that the server need not send again, and the run that used it last."""

    message: ForwardMsg
    run: int


class KeptMessages:
    """What the frontend's `ForwardMessageCache` keeps: messages of the last runs, by their hash."""

    def __init__(self) -> None:
        self.most_runs = 2
        self._runs = 0
        self._kept: dict[str, Kept] = {}

    @property
    def hashes(self) -> list[str]:
        return list(self._kept)

    def whole(self, message: ForwardMsg) -> ForwardMsg:
        """Keep a message that may be kept, and find the one that another refers to."""
        if message.WhichOneof("type") == "ref_hash":
            known = self._kept[message.ref_hash]
            known.run = self._runs
            known.message.metadata.CopyFrom(message.metadata)
            return known.message
        if message.metadata.cacheable and message.hash:
            self._kept[message.hash] = Kept(message, self._runs)
        return message

    def grow_older(self, fragments: Sequence[str]) -> None:
        """Count a run, of the whole page or of fragments, and forget what has been of no use for too many."""
        self._runs += 1
        for key, kept in list(self._kept.items()):
            concerned = not fragments or kept.message.delta.fragment_id in fragments
            if concerned and self._runs - kept.run > self.most_runs:
                del self._kept[key]


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
        self._run = 0
        self._kept = KeptMessages()
        self._repeated: dict[str, asyncio.Task[None]] = {}
        self._pictures: set[asyncio.Task[None]] = set()
        self._wanted: Wanted | None = None
        self._lost = ""
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        url = self.address.replace("http", "ws", 1) + "/_stcore/stream"
        self._socket = await connect(
            url, subprotocols=["streamlit"], max_size=None, ping_interval=None, open_timeout=ANSWER_SECONDS
        )  # type: ignore[list-item]
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *error: object) -> None:
        for task in (*self._repeated.values(), *self._pictures, self._reader):
            if task is not None:
                task.cancel()
        if self._socket is not None:
            await self._socket.close()

    async def open(self, page: str, query: str = "") -> float:
        """Go to another page by its name in the address; seconds until it is drawn, pictures included."""
        self._page, self._query = page, query
        self.widgets.clear()
        self.words.clear()
        self._states.clear()
        self._stop_repeating(list(self._repeated))
        return await self._until_ended(self._message(), "")

    async def act(self, widget: Widget, change: Setter) -> float:
        """Touch a widget; seconds until what it causes is drawn."""
        state = WidgetState(id=widget.proto.id)
        change(state)
        self._states[state.id] = state
        if state.WhichOneof("value") == "string_value" and (name := getattr(widget.proto, "query_param_key", "")):
            self._query = urlencode({**dict(parse_qsl(self._query)), name: state.string_value})
        return await self._until_ended(self._message(widget.fragment), widget.fragment)

    def find(self, kind: str, key: str = "") -> Widget:
        """The first element of a kind whose key is or ends like this."""
        for widget in self.widgets.values():
            if widget.kind == kind and widget.proto.id.endswith(key):
                return widget
        raise FaultyPageError(f"There is no {kind} {key} on {self._name}.")

    @property
    def _name(self) -> str:
        return self._page or "Home"

    def _message(self, fragment: str = "", *, repeated: bool = False) -> BackMsg:
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.fragment_id, asked.is_auto_rerun = self._query, fragment, repeated
        if self._page in self._pages:
            asked.page_script_hash = self._pages[self._page]
        else:
            asked.page_name = self._page
        asked.widget_states.widgets.extend(self._states.values())
        asked.cached_message_hashes.extend(self._kept.hashes)
        return message

    async def _until_ended(self, message: BackMsg, fragment: str) -> float:
        assert self._socket is not None
        self._wanted, self.errors = Wanted(fragment), []
        started = time.perf_counter()
        try:
            if not self._lost:
                await self._socket.send(message.SerializeToString())
                await asyncio.wait_for(self._wanted.ended.wait(), ANSWER_SECONDS)
            if self._pictures:
                await asyncio.wait(self._pictures, timeout=ANSWER_SECONDS)
        except TimeoutError:
            what = "a widget" if fragment else "the page"
            raise FaultyPageError(f"{self._name} did not answer in {ANSWER_SECONDS:.0f} s ({what}).") from None
        except WebSocketException as error:
            raise FaultyPageError(f"{self._name}: the connection was lost ({error}).") from None
        if self._lost:
            raise FaultyPageError(f"{self._name}: {self._lost}")
        if self.errors:
            raise FaultyPageError(f"{self._name}: {self.errors[0]}")
        return time.perf_counter() - started

    async def _read(self) -> None:
        """Take messages until the connection ends; whoever waits for an answer then is told at once."""
        assert self._socket is not None
        try:
            async for content in self._socket:
                message = ForwardMsg()
                message.ParseFromString(content)  # type: ignore[arg-type]
                self._take(self._kept.whole(message))
            self._lost = "the server closed the connection"
        except WebSocketException as error:
            self._lost = f"the connection was lost ({error})"
        except KeyError as unknown:
            self._lost = f"the server refers to a message that was never sent ({unknown})"
        finally:
            if self._wanted is not None:
                self._wanted.ended.set()

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._run += 1
            self._kept.most_runs = message.new_session.config.max_cached_message_age
            self._begin(message.metadata.run.fragment_ids)
            if not message.metadata.run.fragment_ids:
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

    def _begin(self, fragments: Sequence[str]) -> None:
        """Take the start of a run, of the whole page or of fragments; the runs of a session never overlap.

        A run whose end was not heard of is over when the next one starts: Streamlit drops the last message of a run
        when a request, such as one that repeats a fragment, comes between the run's end and the sending of it.
        """
        wanted = self._wanted
        if wanted is None:
            return
        another = wanted.fragment not in fragments if wanted.fragment else bool(fragments)
        if wanted.begun and another:
            wanted.ended.set()
        elif wanted.fragment in fragments:
            wanted.begun = True

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
            self.widgets[proto.id] = Widget(str(kind), proto, delta.fragment_id, self._run)

    def _finish(self, message: ForwardMsg) -> None:
        fragments = message.metadata.run.fragment_ids
        if message.script_finished in SUCCEEDED:
            self._forget_stale(fragments)
            self._kept.grow_older(fragments)
        if self._wanted is None:
            return
        if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            self.errors.append("the page's script does not compile")
            self._wanted.ended.set()
        # A fragment after which another one is to run ends "early for rerun" although it has run to its end.
        mine = self._wanted.fragment in fragments
        whole = self._wanted.begun and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        if mine or whole:
            self._wanted.ended.set()

    def _forget_stale(self, fragments: Sequence[str]) -> None:
        """Drop what the run that has ended, of the whole page or of fragments, did not show again."""
        for key, widget in list(self.widgets.items()):
            if widget.run != self._run and (not fragments or widget.fragment in fragments):
                del self.widgets[key]
                self._states.pop(key, None)

    def _fetch(self, url: str) -> None:
        if url.startswith("/media/"):
            task = asyncio.create_task(asyncio.to_thread(_read_url, self.address + url))
            self._pictures.add(task)
            task.add_done_callback(self._fetched)

    def _fetched(self, task: asyncio.Task[None]) -> None:
        """Take a picture that has come; one that was replaced meanwhile is gone from the server, and not missed."""
        self._pictures.discard(task)
        if not task.cancelled():
            task.exception()

    def _repeat(self, fragment: str, interval: float) -> None:
        self._stop_repeating([fragment])
        self._repeated[fragment] = asyncio.create_task(self._keep_asking(fragment, interval))

    async def _keep_asking(self, fragment: str, interval: float) -> None:
        assert self._socket is not None
        while not self._lost:
            await asyncio.sleep(interval)
            try:
                await self._socket.send(self._message(fragment, repeated=True).SerializeToString())
            except WebSocketException:  # the reader says so
                return

    def _stop_repeating(self, fragments: list[str]) -> None:
        for fragment in fragments:
            if task := self._repeated.pop(fragment, None):
                task.cancel()


def _read_url(url: str) -> None:
    with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as answer:
        answer.read()
