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

export default function () {
  if (window.digitLabPrepared) return;
  window.digitLabPrepared = true;
  keepHistoryShort();
  countFirstTap();
  nameGroups();
  followKeyboard();
}
