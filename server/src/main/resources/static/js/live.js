// Watches the event stream. While it is open the page is live; while it is not, elements that listen for
// `afinador:poll` are told to ask every ten seconds, so that a page never stands still in silence.
const root = document.querySelector("[data-live-root]");

if (root) {
  let open = false;
  const show = () => {
    const word = open ? "on" : navigator.onLine ? "poll" : "off";
    for (const place of document.querySelectorAll("[data-live-state]")) place.dataset.live = word;
  };
  const poll = () => document.body.dispatchEvent(new CustomEvent("afinador:poll"));

  document.addEventListener("htmx:sseOpen", () => {
    const again = root.dataset.wasOpen !== undefined;
    open = true;
    root.dataset.wasOpen = "";
    show();
    if (again) poll(); // what changed while the stream was closed
  });
  document.addEventListener("htmx:sseError", () => { open = false; show(); });
  document.addEventListener("htmx:sseClose", () => { open = false; show(); });
  addEventListener("online", () => { show(); poll(); });
  addEventListener("offline", () => { open = false; show(); });

  document.addEventListener("htmx:oobAfterSwap", show);
  setTimeout(show, 1500);
  setInterval(() => {
    show();
    if (!open && !document.hidden) poll();
  }, 10000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !open) poll();
  });
}
