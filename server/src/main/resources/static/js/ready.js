// Says to the style sheets that scripts run, tells the server the reader's time zone, and gives the others one way to
// greet elements now and after every swap.
document.documentElement.dataset.js = "";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.includes(`afinador_zone=${encodeURIComponent(zone)}`)) {
  document.cookie = `afinador_zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;
}

// What an action said is said once: a reload or a bookmark must not say it again.
const here = new URL(location.href);
if (here.searchParams.has("said")) {
  here.searchParams.delete("said");
  here.searchParams.delete("n");
  history.replaceState(history.state, "", here);
}

export function onElements(selector, greet) {
  const greeted = new WeakSet();
  const look = (root) => {
    for (const element of root.querySelectorAll(selector)) {
      if (!greeted.has(element)) {
        greeted.add(element);
        greet(element);
      }
    }
  };
  look(document);
  new MutationObserver((changes) => {
    if (changes.some((change) => change.addedNodes.length > 0)) look(document);
  }).observe(document.body, { childList: true, subtree: true });
}

export function announce(text) {
  const region = document.getElementById("announce");
  if (region) region.textContent = text;
}
