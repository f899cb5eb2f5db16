// Keys for people who live here. None works while one is typing, or with a modifier held.
const places = { j: "/jobs", d: "/datasets", m: "/models", p: "/providers" };
let going = 0;

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const target = event.target;
  if (target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]")) {
    if (event.key === "Escape") target.blur();
    return;
  }
  if (document.querySelector("dialog[open]") || document.body.dataset.page === "alone") return;

  if (Date.now() - going < 1200 && places[event.key]) {
    event.preventDefault();
    location.assign(places[event.key]);
    return;
  }
  switch (event.key) {
    case "g": going = Date.now(); return;
    case "?": event.preventDefault(); document.getElementById("help")?.showModal(); return;
    case "j": case "ArrowDown": move(event, 1); return;
    case "k": case "ArrowUp": move(event, -1); return;
    case "t": event.preventDefault(); document.querySelector("[data-exact]")?.click(); return;
    default: press(event);
  }
});

function press(event) {
  if (!/^[a-z1-5/]$/.test(event.key)) return;
  const element = document.querySelector(`[data-key="${event.key}"]`);
  if (!element) return;
  event.preventDefault();
  if (element.matches("input")) element.select(), element.focus();
  else element.click();
}

function move(event, by) {
  const names = [...document.querySelectorAll("[data-row] .name")];
  if (names.length === 0) return;
  const at = names.indexOf(document.activeElement);
  const arrow = event.key.startsWith("Arrow");
  if (arrow && at < 0) return; // plain scrolling
  event.preventDefault();
  const next = names[Math.min(names.length - 1, Math.max(0, at + by))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}
