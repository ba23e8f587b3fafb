// Streamlit adds an entry to the history whenever a script writes into the address, and two when it opens another page
// with a query: one with the query at the old page, one at the new page. Here a change of the query alone replaces the
// entry, so that Back leaves the page, and the old page's entry gets its own query back when the new page opens.
function keepHistoryShort() {
  const push = window.history.pushState.bind(window.history);
  let before = null;
  let since = 0;
  window.history.pushState = (state, title, url) => {
    const next = new URL(url, window.location.href);
    if (next.pathname === window.location.pathname) {
      [before, since] = [window.location.href, performance.now()];
      window.history.replaceState(state, title, next.href);
      return;
    }
    const opened = before !== null && next.search === window.location.search && performance.now() - since < 2000;
    if (opened) window.history.replaceState(null, "", before);
    before = null;
    push(state, title, next.href);
  };
}

// Plotly reports a click only on what the pointer was over before, which a finger never was: a first tap did nothing.
function countFirstTap() {
  const hover = event => {
    if (!event.target.closest?.(".js-plotly-plot") || event.touches.length > 1) return;
    const { clientX, clientY } = event.touches[0];
    event.target.dispatchEvent(new MouseEvent("mousemove", { bubbles: true, clientX, clientY }));
  };
  document.addEventListener("touchstart", hover, { capture: true, passive: true });
}

// The groups of the sidebar's links are lists whose items lie in between boxes, which screen readers take for none.
function nameGroups() {
  let waiting = false;
  const roles = () => {
    waiting = false;
    const links = document.querySelector('[data-testid="stSidebarNavItems"]');
    links?.setAttribute("role", "group");
    for (const item of links?.querySelectorAll("li:not([role])") ?? []) item.setAttribute("role", "presentation");
  };
  const soon = () => {
    if (!waiting) requestAnimationFrame(roles);
    waiting = true;
  };
  soon();
  new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
}

// Whoever opens an image by the keyboard goes on at what opened, not at the top of the page.
function followKeyboard() {
  const isDigit = node => node.classList?.contains("digit");
  const follow = event => {
    if (event.detail !== 0 || !event.composedPath().some(isDigit)) return; // a click of the mouse counts its clicks
    const until = performance.now() + 10_000;
    const look = () => {
      const story = document.querySelector(".st-key-story");
      if (story) Object.assign(story, { tabIndex: -1 }).focus();
      else if (performance.now() < until) requestAnimationFrame(look);
    };
    look();
  };
  document.addEventListener("click", follow, true);
}

// A click belongs to what was pressed. While the page's script runs, it may move or draw that anew between press and
// release, and the browser would click on nothing.
const CONTROLS = 'button, a[href], label, summary, [role="tab"]';
const STILL_PX = 6;
const TAP_MS = 100; // the browser's own click mostly comes sooner after a finger
const LATE_MS = 500;

function identity(control) {
  const key = control.closest('[class*="st-key-"]')?.className.match(/st-key-[\w-]+/)?.[0];
  return [control.tagName, key, control.getAttribute("aria-label"), control.textContent.trim()].join("|");
}

function keepClicks() {
  let pressed = null;
  const press = event => {
    const control = event.composedPath().find(node => node.matches?.(CONTROLS));
    const counts = control && event.isPrimary && event.button === 0;
    pressed = counts ? { control, is: identity(control), x: event.clientX, y: event.clientY } : null;
  };
  const release = event => {
    const was = pressed;
    if (!was || Math.hypot(event.clientX - was.x, event.clientY - was.y) > STILL_PX) return;
    const make = () => {
      if (was.clicked) return;
      const same = () => [...document.querySelectorAll(CONTROLS)].filter(control => identity(control) === was.is);
      const now = was.control.isConnected ? [was.control] : same();
      if (now.length !== 1) return;
      now[0].click();
      was.made = { control: now[0], at: performance.now() };
    };
    setTimeout(make, event.pointerType === "mouse" ? 0 : TAP_MS);
  };
  const note = event => {
    const path = event.composedPath();
    const made = pressed?.made;
    if (made && event.isTrusted && path.includes(made.control) && performance.now() - made.at < LATE_MS) {
      event.preventDefault(); // the browser's own, although late: once is enough
      event.stopImmediatePropagation();
    } else if (pressed && path.includes(pressed.control)) pressed.clicked = true;
  };
  document.addEventListener("pointerdown", press, true);
  document.addEventListener("pointerup", release, true);
  document.addEventListener("click", note, true);
}

// A tab that is opened is empty until the server has drawn it. The height of the one before is kept for so long, as what
// is below would jump up and back.
const HOLD_MS = 20_000;

function holdTabs() {
  const hold = event => {
    const tabs = event.target.closest?.('[role="tab"]')?.closest('[data-testid="stTabs"]');
    const app = document.querySelector('[data-testid="stApp"]');
    if (!tabs || !app || tabs.style.minHeight) return;
    tabs.style.minHeight = `${tabs.offsetHeight}px`;
    const release = () => {
      tabs.style.minHeight = "";
      watch.disconnect();
      clearTimeout(late);
    };
    const isDrawn = () => tabs.querySelector('[role="tabpanel"] [data-testid="stElementContainer"]') !== null;
    const watch = new MutationObserver(() => {
      if (app.dataset.testScriptState === "notRunning" && isDrawn()) release();
    });
    watch.observe(app, { attributes: true, attributeFilter: ["data-test-script-state"] });
    const late = setTimeout(release, HOLD_MS);
  };
  document.addEventListener("pointerdown", hold, true);
  document.addEventListener("keydown", hold, true);
}

export default function () {
  if (window.digitLabPrepared) return;
  window.digitLabPrepared = true;
  keepHistoryShort();
  countFirstTap();
  nameGroups();
  followKeyboard();
  keepClicks();
  holdTabs();
}
