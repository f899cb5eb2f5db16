// The filters of the list: a chip and the search that is being typed count together, addresses stay short, and whoever
// loads more by keyboard goes on at the first row that came.
const form = document.getElementById("filter");

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-chip]");
  if (chip && form) form.elements.status.value = chip.dataset.status ?? "";
});

document.addEventListener("htmx:configRequest", (event) => {
  const { path, verb, parameters } = event.detail;
  if (path !== "/jobs" || verb !== "get") return;
  for (const [name, value] of Object.entries(parameters)) if (value === "") delete parameters[name];
});

let rows = null;
document.addEventListener("htmx:beforeRequest", (event) => {
  rows = event.target.id === "more" && document.activeElement === event.target ? document.querySelectorAll("[data-row]").length : null;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "list" || rows === null) return;
  document.querySelectorAll("[data-row] .name")[rows]?.focus();
  rows = null;
});
