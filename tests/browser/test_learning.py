"""A training played in the browser: every epoch is shown, and the server hears nothing of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.benchmarks.servers import App, serving
from tests.browser.actions import expect_one_screen, open_page, wait_until_idle
from tests.browser.screenshots import alone
from tests.pages.judged_runs import learned_run

EPOCHS = 8
WATCH = """replay => {
  replay.seen = [];
  const note = () => replay.seen.push(replay.dataset.frame);
  new MutationObserver(note).observe(replay, { attributeFilter: ["data-frame"] });
}"""


@pytest.fixture(scope="module")
def learner(browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Address of a Digit Lab on the sample, and the run there that can be replayed."""
    home, bare = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("bare")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIGITLAB_HOME", str(home))
        run = learned_run(EPOCHS)
    app: App = alone(str(bare))
    with serving(app, home) as address:
        yield address, run.run_id


def test_eight_epochs_play_without_a_word_to_the_server(page: Page, learner: tuple[str, str]) -> None:
    address, run_id = learner
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    open_page(page, address, f"Run?run={run_id}&look=see_it_learn")
    replay = page.locator(".replay")
    expect(replay.get_by_text(f"Epoch {EPOCHS} of {EPOCHS}")).to_be_visible()
    wait_until_idle(page)
    replay.evaluate(WATCH)
    before = len(sent)
    replay.get_by_role("button", name="Play").click()
    expect(replay.get_by_role("button", name="Pause")).to_be_visible()
    expect(replay.get_by_role("button", name="Play")).to_be_visible()
    assert replay.evaluate("replay => replay.seen") == [str(epoch) for epoch in range(EPOCHS)]
    assert len(sent) == before
    slider = replay.get_by_role("slider", name="Epoch")
    slider.press("ArrowLeft")
    expect(replay.get_by_text(f"Epoch {EPOCHS - 1} of {EPOCHS}")).to_be_visible()
    assert len(sent) == before
    replay.locator(".sheet button").first.click()
    expect(page.get_by_text("The answer after each epoch")).to_be_visible()
    assert len(sent) > before  # the counter counts


def test_the_demo_plays_a_training_on_one_screen(page: Page, learner: tuple[str, str]) -> None:
    address, _ = learner
    open_page(page, address, "?view=demo&step=6")
    replay = page.locator(".replay")
    expect(replay.get_by_text(f"Epoch {EPOCHS} of {EPOCHS}")).to_be_visible()
    wait_until_idle(page)
    expect_one_screen(page)
    replay.get_by_role("slider", name="Epoch").press("ArrowLeft")  # moves the slider, not the demo
    expect(replay.get_by_text(f"Epoch {EPOCHS - 1} of {EPOCHS}")).to_be_visible()
    expect(page.get_by_text("Step 6 of 6")).to_be_visible()
