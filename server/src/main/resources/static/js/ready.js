// Says to the style sheets that scripts run, and gives the others one way to greet elements now and after every swap.
document.documentElement.dataset.js = "";

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
