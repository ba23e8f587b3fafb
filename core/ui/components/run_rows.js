// Words go in as text, never as HTML: run names come from people.
export default function ({ data, parentElement, setTriggerValue }) {
  const add = (parent, tag, name, words) => {
    const node = document.createElement(tag);
    node.className = name;
    if (words) node.textContent = words;
    parent.append(node);
    return node;
  };
  const figure = (row, name, value, title) => {
    const place = add(row, "span", `value ${name}`);
    add(place, "b", "", value);
    add(place, "small", "", title);
  };
  const rows = parentElement.querySelector(".rows");
  rows.replaceChildren();
  for (const run of data.rows) {
    const row = add(rows, "a", "row");
    row.href = new URL(`Run?run=${encodeURIComponent(run.run_id)}`, document.baseURI).href;
    row.style.setProperty("--kind", run.colour);
    add(row, "span", "kind").style.background = run.colour;
    const name = add(row, "span", "name", run.name);
    if (run.detail) add(name, "small", "", run.detail);
    figure(row, "", run.value, run.value_title);
    figure(row, "second", run.second, run.second_title);
    const bars = add(row, "span", "bars");
    const most = Math.max(...(run.bars ?? [0]), 1e-9);
    for (const [digit, share] of (run.bars ?? []).entries()) {
      const bar = add(bars, "span", digit === run.worst && share ? "worst" : "");
      bar.style.height = `${(100 * share) / most}%`;
      bar.title = `${digit}: ${(100 * share).toFixed(2)} % misread`;
    }
    if (run.picture) {
      const picture = add(row, "img", "picture");
      picture.src = run.picture;
      picture.alt = picture.title = run.picture_title;
    } else add(row, "span", "");
    row.onclick = event => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab, as with any link
      event.preventDefault();
      setTriggerValue("clicked", run.run_id);
    };
  }
}
