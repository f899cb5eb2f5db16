// Small helps while one fills in a form: counters, fields of the chosen method, a note beside the model, one submit.
import { onElements } from "./ready.js";

onElements("[data-count]", (input) => {
  const most = Number(input.dataset.count);
  const counter = document.querySelector(`[data-count-of="${input.id}"]`);
  const count = () => {
    const length = [...input.value].length;
    counter.textContent = length > most ? `${length} / ${most}: ${counter.dataset.over}` : `${length} / ${most}`;
    counter.classList.toggle("tone-failed", length > most);
  };
  input.addEventListener("input", count);
  count();
});

onElements("[data-only]", (field) => {
  const form = field.closest("form");
  const choose = () => {
    const fits = new FormData(form).get("method") === field.dataset.only;
    field.hidden = !fits;
    for (const input of field.querySelectorAll("input")) input.disabled = !fits;
  };
  form.addEventListener("change", choose);
  choose();
});

onElements("[data-models]", (input) => {
  const note = document.querySelector("[data-model-note]");
  const say = () => {
    const options = [...document.querySelector(input.dataset.models).options];
    const found = options.find((option) => option.value === input.value)?.dataset.note;
    note.textContent = found ? found : note.dataset.default;
    note.classList.toggle("tone-pending", Boolean(found));
  };
  input.addEventListener("input", say);
  document.querySelector(input.dataset.models).addEventListener("htmx:afterSwap", say);
  say();
});

onElements("form[data-once]", (form) => {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent !== undefined) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "";
    for (const button of form.querySelectorAll("button[data-busy]")) {
      button.setAttribute("aria-busy", "true");
      button.setAttribute("aria-disabled", "true");
      button.textContent = button.dataset.busy;
    }
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
});

onElements("[data-no-js]", (element) => { element.hidden = true; });

// One box for all boxes of a name; it shows when only some are chosen.
onElements("[data-all]", (all) => {
  const boxes = () => [...all.form.elements].filter((box) => box.name === all.dataset.all && !box.disabled);
  const show = () => {
    const chosen = boxes().filter((box) => box.checked).length;
    all.checked = chosen > 0 && chosen === boxes().length;
    all.indeterminate = chosen > 0 && !all.checked;
  };
  all.addEventListener("change", () => boxes().forEach((box) => { box.checked = all.checked; }));
  all.form.addEventListener("change", show);
  show();
});
