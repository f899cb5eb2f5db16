// Makes the file field a place to drop on, and shows what was chosen. The field itself stays the real one.
import { announce, onElements } from "./ready.js";

const size = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });

function bytes(count) {
  const units = ["B", "kB", "MB", "GB"];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) { value /= 1000; unit++; }
  return `${size.format(value)} ${units[unit]}`;
}

onElements("[data-drop]", (zone) => {
  const input = zone.querySelector("input[type=file]");
  const title = zone.querySelector("[data-drop-title]");
  const hint = zone.querySelector("[data-drop-hint]");
  const empty = { title: title.textContent, hint: hint.textContent };

  const over = (on) => () => zone.toggleAttribute("data-over", on);
  for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, over(true));
  for (const name of ["dragleave", "drop", "dragend"]) zone.addEventListener(name, over(false));

  input.addEventListener("change", () => {
    const file = input.files[0];
    zone.toggleAttribute("data-filled", Boolean(file));
    title.textContent = file ? file.name : empty.title;
    hint.textContent = file ? input.dataset.chosen.replace("{0}, ", "").replace("{1}", bytes(file.size)) : empty.hint;
    if (file) announce(`${file.name}, ${bytes(file.size)}`);
    const form = input.form;
    if (file && form?.dataset.autosubmit !== undefined) form.requestSubmit();
    const other = form?.elements.dataset;
    if (file && input.name === "file" && other?.tagName === "SELECT") other.value = "";
  });
});

// A file dropped beside the zone must not replace the page.
for (const name of ["dragover", "drop"]) {
  addEventListener(name, (event) => {
    if (!event.target.closest?.("[data-drop]")) event.preventDefault();
  });
}
