// A step is a link to its page. It is opened as the sidebar's own link to that page is, without loading the app anew.
export default function ({ data, parentElement }) {
  const add = (parent, name, words) => {
    const node = document.createElement("span");
    node.className = name;
    node.textContent = words;
    parent.append(node);
    return node;
  };
  const steps = parentElement.querySelector(".steps");
  steps.replaceChildren(...data.steps.map(step => {
    const link = document.createElement("a");
    link.className = "step";
    link.href = new URL(step.page, document.baseURI).href;
    link.title = step.state;
    const title = add(link, "title", "");
    add(title, "icon", step.icon).ariaHidden = "true";
    add(title, "", step.name);
    add(link, "why", step.why);
    link.onclick = event => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab, as with any link
      const links = [...document.querySelectorAll('[data-testid="stSidebarNavLink"]')];
      const own = links.find(it => it.href === link.href);
      if (!own) return;
      event.preventDefault();
      own.click();
    };
    return link;
  }));
}
