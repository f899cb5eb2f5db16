// Copies what a button names to the clipboard, and says so to eyes and to screen readers.
import { announce } from "./ready.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    const area = document.createElement("textarea"); // no clipboard outside secure pages
    area.value = button.dataset.copy;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
  }
  const use = button.querySelector("use");
  const title = button.title;
  button.dataset.copied = "";
  button.title = button.dataset.done;
  use?.setAttribute("href", "#i-check");
  announce(button.dataset.done);
  setTimeout(() => {
    delete button.dataset.copied;
    button.title = title;
    use?.setAttribute("href", "#i-copy");
  }, 1600);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
