"""Whatever people call their runs and searches, every page shows it as they typed it, and fetches nothing for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from core.data import label_review, test_sets
from core.data.sample import load_sample
from core.jobs.tuning import search_actions
from core.ledger.current import ledger
from core.ledger.states import State
from core.models.specification import Specification
from core.permissions import Actor, local_user, operator
from core.runs import champion, housekeeping, registry
from core.runs.run import Run
from core.ui import pins, session
from tests.core.jobs.searching import small_search
from tests.pages.judged_runs import judged_run, misread

Open = Callable[..., AppTest]
NAMES = (
    '<img src=x onerror="x()">![p](http://evil.test/p.png)[l](http://evil.test/l)<b>b</b>',
    ":red[r] $x^2$ `c` **b** www.evil.test :bomb: :material/home: <a href='http://evil.test'>k</a> a -> b",
)
LOUD = ("![p](", "[l](", ":red[", "$x^2$", "**b**", "www.evil", "://evil", ":bomb:", ":material/home:", "-> b")
"""What Streamlit would make something of, each cut from the names above; escaped words hold none of it."""
AS_TYPED = {
    "TextInput", "TextArea", "Selectbox", "MultiSelect", "Dataframe", "Arrow", "CodeProto", "Code", "BidiComponent",
    "Html", "PlotlyChart",
}  # fmt: skip
"""Elements that show words as they are, and two kinds that are looked at in a way of their own."""
LABELS = {"label", "help"}
"""What even those elements read Markdown in."""
VIEWS = (
    ("pages/4_Compare.py", {"part": "Which model is better"}),
    ("pages/4_Compare.py", {"run": "{run}", "look": "Metrics"}),
    ("pages/4_Compare.py", {"run": "{failed}"}),
)
OTHER_VIEWS = (
    ("Home.py", {}),
    ("pages/2_Train.py", {"from": "{run}"}),
    ("pages/2_Train.py", {"continue": "{run}"}),
    ("pages/3_Tune.py", {}),
    *(("pages/4_Compare.py", {"part": part}) for part in ("Digit by digit", "Disagreements", "Settings", "Curves")),
    *(("pages/4_Compare.py", {"part": part}) for part in ("Configurations", "Report")),
    *(("pages/9_Run.py", {"run": "{run}", "look": look}) for look in ("Learning", "See it learn", "Inside", "Card")),
    *(("pages/9_Run.py", {"run": "{run}", "look": look}) for look in ("Specification", "Downloads", "Log")),
    ("pages/4_Compare.py", {"run": "{working}"}),
    ("pages/5_Errors.py", {"run": "{run}", "true": "4", "predicted": "9"}),
    *(("pages/5_Errors.py", {"run": "{run}", "by": by}) for by in ("slices", "apart")),
    *(("pages/6_Trust.py", {"run": "{run}", "chapter": chapter}) for chapter in ("Each digit", "Calibration")),
    *(("pages/6_Trust.py", {"run": "{run}", "chapter": chapter}) for chapter in ("When to reject", "Robustness")),
    *(("pages/7_Draw.py", {"more": more}) for more in ("stages", "think", "why", "break", "mine")),
    ("pages/0_Start.py", {}),
    ("pages/3_Tune.py", {"search": NAMES[0]}),
    ("pages/8_Runs.py", {}),
    ("pages/9_Run.py", {"run": "{run}"}),
    ("pages/9_Run.py", {"run": "{failed}"}),
    ("pages/10_Demo.py", {}),
    *(("pages/1_Data.py", {"part": part}) for part in ("lab", "effect", "labels", "Your own data")),
)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> dict[str, Run]:
    """Runs in several states, a champion and two searches, with nothing but hostile words in them."""
    monkeypatch.setattr("core.ui.session.load_dataset", load_sample)
    monkeypatch.setattr("core.ui.session.shipped_runs", lambda dataset: [])
    monkeypatch.setattr("core.ui.download.show_banner", lambda dataset: None)
    finished = [judged_run(misread(4, 9, 5 + seed), name=name, seed=seed) for seed, name in enumerate(NAMES)]
    for run in finished:
        registry.log_metrics(run.run_id, {"validation_log_loss": 0.1, "test_log_loss": 0.1})
        housekeeping.note(run, "\n".join(NAMES), actor=operator())
        housekeeping.tag(run, NAMES, actor=operator())
    champion.crown(finished[0], NAMES[0] + NAMES[1], actor=Actor(NAMES[1], admin=True))
    for name in NAMES:
        search_actions.create(small_search(owner=name), name)
        lease = ledger().start(search_actions.job_of(name))
        assert lease is not None and lease.end(State.FAILED, name)
    some = load_sample().test
    label_review.decide(load_sample(), 3, 5, Actor(NAMES[0]))
    test_sets.save("mine", some.images[:20], some.labels[:20], origin=NAMES[0] + NAMES[1], notes=NAMES)
    pins.add(local_user(), pins.Pin(title=NAMES[0][:60], page="Data", query={"part": [NAMES[0]]}))
    read = registry.get(finished[0].run_id)
    return {"run": read, "failed": unfinished(State.FAILED, 7), "working": unfinished(State.RUNNING, 8)}


def unfinished(state: State, seed: int) -> Run:
    """A run by a hostile owner that failed for a hostile reason, or is at work and says hostile things."""
    specification = Specification.from_preset("logistic", "fast", seed=seed)
    run_id = registry.create(specification, load_sample().fingerprint, name=NAMES[1], owner=NAMES[0]).run_id
    registry.enter(run_id, state, reason=NAMES[0] + NAMES[1] if state is State.FAILED else "")
    if state is State.RUNNING:
        ledger().add(run_id, "training", NAMES[0])
        lease = ledger().start(run_id)
        assert lease is not None
        lease.report(fraction=0.5, message=NAMES[1], at=0.0)
    return registry.get(run_id)


@pytest.mark.parametrize("views", [VIEWS, pytest.param(OTHER_VIEWS, marks=pytest.mark.slow)], ids=["some", "others"])
def test_no_page_makes_anything_of_hostile_words(open_page: Open, runs: dict[str, Run], views: tuple) -> None:
    shown, ids = 0, {key: run.run_id for key, run in runs.items()}
    for script, address in views:
        asked = {name: value.format(**ids) for name, value in address.items()}
        page = with_tabs(open_page(script), asked)
        words = list(strings(page))
        assert not page.exception, (script, asked, page.exception)
        found = [word for word in words if any(loud in word for loud in LOUD)]
        found += [text for text in charts(page) if "<img" in text or "<a " in text]
        found += tags(page) & {"img:x", "a", "script"}
        assert not found, (script, asked)
        shown += sum("evil" in word for word in words)
    assert shown > 10, "the words are to be seen, or nothing was tested"


def with_tabs(page: AppTest, address: dict[str, str]) -> AppTest:
    """The page at an address, with every part opened."""
    page.query_params.update(address)
    for part in ("champions", "importing", "trash", "ensemble", "pairs"):
        page.session_state[part] = True
    session.watcher().refresh()
    return page.run()


def elements(page: AppTest) -> Iterator[Any]:
    """Every element and block of a page that has a message of its own."""
    waiting = [page._tree]
    while waiting:
        node = waiting.pop()
        waiting.extend(getattr(node, "children", {}).values())
        if isinstance(proto := getattr(node, "proto", None), Message):
            yield proto


def strings(page: AppTest) -> Iterator[str]:
    """Every text that a page gives to be shown as Markdown."""
    for proto in elements(page):
        yield from texts_in(proto)


def texts_in(proto: Message) -> Iterator[str]:
    as_typed = type(proto).__name__ in AS_TYPED
    for field, value in proto.ListFields():
        if field.message_type and not field.message_type.GetOptions().map_entry:
            for part in value if field.is_repeated else (value,):
                yield from texts_in(part)
        elif field.type == field.TYPE_STRING and (not as_typed or field.name in LABELS):
            yield from value if field.is_repeated else (value,)


def charts(page: AppTest) -> Iterator[str]:
    """Every text of every chart, in which Plotly reads some HTML."""
    for proto in elements(page):
        if type(proto).__name__ == "PlotlyChart":
            waiting: list[Any] = [json.loads(proto.spec)]
            while waiting:
                part = waiting.pop()
                if isinstance(part, str):
                    yield part
                elif isinstance(part, dict | list):
                    waiting.extend(part.values() if isinstance(part, dict) else part)


def tags(page: AppTest) -> set[str]:
    """The tags of all HTML on a page; a picture with the source that it names."""
    found: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            found.add(f"img:{dict(attributes).get('src')}" if tag == "img" else tag)

    for proto in elements(page):
        if type(proto).__name__ == "Html":
            Reader().feed(proto.body)
    return found
