// Measures in the page, by its own clock, what somebody in front of it waits for.

const LONGEST = 180000; // ms; a busy machine has taken 40 s for its first chart

// The first element for a selector, in the shadow roots of components too.
const find = selector => {
  const hosts = [...document.querySelectorAll('[data-testid^="stBidiComponent"]')];
  const roots = [document, ...hosts.map(host => host.shadowRoot).filter(root => root)];
  return roots.map(root => root.querySelector(selector)).find(element => element);
};

// What the eye sees of an element: its words, its pictures and the shapes of its charts.
const look = selector => {
  const seen = [];
  const visit = node => {
    if (node.shadowRoot) visit(node.shadowRoot);
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) seen.push(child.data);
      else if (child.nodeType === Node.ELEMENT_NODE && child.tagName !== "STYLE") {
        seen.push(child.currentSrc || child.getAttribute("d") || child.getAttribute("xlink:href") || "");
        visit(child);
      }
    }
  };
  const root = find(selector);
  if (root) visit(root);
  return seen.join("|");
};

const shown = selector => {
  const element = find(selector);
  return !!element && element.getClientRects().length > 0 && !element.closest('[data-stale="true"]');
};

// Seconds from the next event of a kind to the first frame in which it is done.
const time = (event, done) => new Promise((resolve, reject) => {
  let start = null;
  const asked = performance.now();
  addEventListener(event, happened => { start ??= happened.timeStamp; }, {capture: true, once: true});
  const frame = now => {
    if (start !== null && now > start && done()) resolve((performance.now() - start) / 1000);
    else if (now - asked > LONGEST) reject(new Error("nothing was seen for three minutes"));
    else requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
});

// Until what the selector finds looks different.
window.digitLabWatchChange = ([event, selector]) => {
  const before = look(selector);
  window.digitLabTiming = time(event, () => {
    const now = look(selector);
    return now !== "" && now !== before;
  });
};

// Until the page's script has run to its end, and what the selector finds is on the screen. A script that ends at once
// may never be seen at work; then the page's new heading tells that it has run.
window.digitLabWatchRun = ([event, selector, idle]) => {
  let ran = false;
  const heading = () => document.querySelector("h1")?.textContent;
  const before = heading();
  const observer = new MutationObserver(() => { ran = true; });
  observer.observe(find('[data-testid="stApp"]'), {attributes: true, attributeFilter: ["data-test-script-state"]});
  window.digitLabTiming = time(event, () => (ran || (before && heading() !== before)) && shown(selector) && shown(idle));
};
