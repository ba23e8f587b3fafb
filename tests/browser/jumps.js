// Watch what can be clicked while the page's script runs: whether it moves, is gone for a moment, or is another element.
// The server's messages are handed on one at a time, two frames apart, as a slow server or network would send them.
(() => {
  const UNITS = '.stElementContainer, [role="tab"], [data-testid="stExpander"] summary';
  const INSIDE = 'button, input, a[href], textarea, [role="slider"], [role="combobox"], .js-plotly-plot, canvas';
  const frame = () => new Promise(requestAnimationFrame);
  let slow = false, busy = false, watched = null;
  const queue = [];

  async function pump() {
    busy = true;
    while (queue.length) {
      queue.shift()();
      await frame();
      await frame();
    }
    busy = false;
  }

  function deliver(act) {
    if (!slow && !queue.length) return act();
    queue.push(act);
    if (!busy) pump();
  }

  window.WebSocket = class extends WebSocket {
    addEventListener(type, listener, options) {
      const wrapped = type === "message" ? event => deliver(() => listener.call(this, event)) : listener;
      super.addEventListener(type, wrapped, options);
    }
    get onmessage() { return super.onmessage; }
    set onmessage(listener) {
      super.onmessage = listener && (event => deliver(() => listener.call(this, event)));
    }
  };

  function name(unit) {
    const key = unit.className.match?.(/st-key-[\w-]+/);
    if (key) return key[0];
    const label = unit.querySelector('[data-testid="stWidgetLabel"]') || unit;
    return label.innerText.trim().split("\n")[0].slice(0, 60);
  }

  function places() {
    const found = new Map();
    for (const unit of document.querySelector('[data-testid="stMain"]').querySelectorAll(UNITS)) {
      if (!unit.matches("summary, [role=tab]") && !unit.querySelector(INSIDE)) continue;
      const { left, top, width, height } = unit.getBoundingClientRect();
      if (width * height === 0) continue;
      let called = name(unit), again = 2;
      while (found.has(called)) called = `${name(unit)} (${again++})`;
      found.set(called, { unit, left, top });
    }
    return found;
  }

  async function record() {
    while (watched) {
      watched.push(places());
      await frame();
    }
  }

  window.digitLabJumps = {
    begin() { slow = true; watched = [places()]; record(); },
    waiting: () => queue.length > 0 || busy,
    // What was for a moment more than `most` pixels away from where it was and from where it ends, was gone for some
    // frames from a place at which it ends, or is another element of the same name: [name, what, how much].
    end(most) {
      const looks = watched;
      [watched, slow] = [null, false];
      const [first, last] = [looks[0], looks.at(-1)], told = [];
      for (const [called, { unit, left, top }] of first) {
        const end = last.get(called);
        if (!end) continue;
        let away = 0, gone = 0;
        for (const look of looks) {
          const now = look.get(called);
          if (!now) { gone += 1; continue; }
          const outside = (at, one, other) => Math.max(0, Math.min(one, other) - at, at - Math.max(one, other));
          away = Math.max(away, outside(now.top, top, end.top), outside(now.left, left, end.left));
        }
        const moved = Math.round(end.top - top);
        if (gone && Math.abs(moved) <= most) told.push([called, "gone", gone]);
        else if (away > most) told.push([called, "away", Math.round(away)]);
        else if (end.unit !== unit) told.push([called, "replaced", moved]);
      }
      return told;
    },
  };
})();
