// Streamlit adds an entry whenever a script writes into the address, and two when it opens another page with a query:
// one with the query at the old page, one at the new page. Here a change of the query alone replaces the entry, and
// the old page's entry gets its own query back when the new page opens.
export default function () {
  if (window.digitLabHistory) return;
  window.digitLabHistory = true;
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
