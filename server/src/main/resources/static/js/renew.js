// Brings a part of the page up to what the server says now, in place. What did not change is not touched: focus, scroll
// position, open details, an animation under way and whatever a person is typing stay as they are.
//
// Elements are found again by their id, others by their place. What has a `data-version` never goes back to an older one,
// so it does not matter which of two answers comes last. When something grows above, the page is scrolled by as much. What has `data-keep` belongs to scripts and is left alone, and a
// list with `data-grows` only gets new items at its beginning.

export function renew(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  if (Number(old.dataset.version ?? 0) > Number(fresh.dataset.version ?? Infinity)) return;
  if (old.dataset.keep !== undefined || (old.localName === "dialog" && old.open) || old.isEqualNode(fresh)) return;
  attributes(old, fresh);
  if (old.dataset.grows !== undefined) grow(old, fresh);
  else children(old, fresh);
}

/** A list that only gets longer at its beginning: what the reader has had loaded at its end stays. */
function grow(old, fresh) {
  const all = [...fresh.children];
  const known = all.findIndex((child) => document.getElementById(child.id)?.parentElement === old);
  if (known < 0) children(old, fresh);
  else old.prepend(...all.slice(0, known).map((child) => document.importNode(child, true)));
}

function attributes(old, fresh) {
  for (const { name } of [...old.attributes]) {
    const opened = name === "open" && old.localName === "details"; // by the reader, who decides when to close it
    if (!fresh.hasAttribute(name) && !opened) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

export function children(old, fresh) {
  const named = new Map([...old.children].filter((child) => child.id).map((child) => [child.id, child]));
  const staying = new Set([...fresh.children].map((child) => child.id));
  let at = old.firstChild;
  const pass = () => {
    const passed = at;
    at = at.nextSibling;
    return passed;
  };
  for (const next of [...fresh.childNodes]) {
    while (at?.id && !staying.has(at.id)) pass().remove();
    const match = next.id ? named.get(next.id) : at?.nodeName === next.nodeName && !at.id ? at : null;
    if (match?.nodeName === next.nodeName) {
      if (match === at) pass();
      else old.insertBefore(match, at);
      renew(match, next);
    } else {
      old.insertBefore(document.importNode(next, true), at);
    }
  }
  while (at) pass().remove();
}

/** The elements that a piece of HTML stands for; a row of a table comes through, too. */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** Makes a change, tells about it, and keeps under the reader's eyes what was there. */
export function steadily(target, change) {
  const anchor = scrollY > 0 ? anchorOf() : null;
  const before = anchor?.getBoundingClientRect().top;
  change();
  if (anchor?.isConnected) scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: "instant" });
  target.dispatchEvent(new CustomEvent("afinador:renewed", { bubbles: true }));
}

/** What has the focus, if it can be seen; else the first row that can. */
function anchorOf() {
  const seen = (element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  };
  const active = document.activeElement;
  if (active?.closest("main") && active.id !== "main" && seen(active)) return active;
  return [...document.querySelectorAll("[data-row], main > section")].find(seen) ?? null;
}

// hx-swap="renew"
htmx.defineExtension("renew", {
  isInlineSwap: (style) => style === "renew",
  handleSwap(style, target, fragment) {
    if (style !== "renew") return false;
    steadily(target, () => { if (fragment.firstElementChild) renew(target, fragment.firstElementChild); });
    return [target];
  },
});
