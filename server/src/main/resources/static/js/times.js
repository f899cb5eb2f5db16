// Keeps `<time data-clock>` true: "ago" and ticking durations each second, clock times and dates in the reader's zone.
const lang = document.documentElement.lang || "es";
// As the server writes them: the day before the month in both languages, hours with two digits.
const where = lang === "en" ? "en-GB" : lang;
const date = { day: "numeric", month: "short", year: "numeric" };
const exact = new Intl.DateTimeFormat(where, { ...date, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const withZone = new Intl.DateTimeFormat(where, { dateStyle: "full", timeStyle: "long", hourCycle: "h23" });
const clock = new Intl.DateTimeFormat(where, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const dayClock = new Intl.DateTimeFormat(where, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const yearClock = new Intl.DateTimeFormat(where, { ...date, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(where, { day: "numeric", month: "short" });
const dayOfYear = new Intl.DateTimeFormat(where, date);

const ago = { es: (text) => `hace ${text}`, en: (text) => `${text} ago` }[lang] ?? ((text) => text);
const now = { es: "ahora", en: "now" }[lang] ?? "0 s";

/** The two largest units, as the server writes them. */
export function duration(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min${s % 60 === 0 || s >= 600 ? "" : ` ${s % 60} s`}`;
  if (s < 86400) {
    const minutes = Math.floor((s % 3600) / 60);
    return `${Math.floor(s / 3600)} h${minutes === 0 ? "" : ` ${minutes} min`}`;
  }
  const hours = Math.floor((s % 86400) / 3600);
  return `${Math.floor(s / 86400)} d${hours === 0 || s >= 864000 ? "" : ` ${hours} h`}`;
}

function agoText(at, seconds) {
  if (seconds < 1) return now;
  if (seconds < 60) return ago(`${Math.floor(seconds)} s`);
  if (seconds < 3600) return ago(`${Math.floor(seconds / 60)} min`);
  if (seconds < 86400) return ago(`${Math.floor(seconds / 3600)} h`);
  if (seconds < 7 * 86400) return ago(`${Math.floor(seconds / 86400)} d`);
  return (at.getFullYear() === new Date().getFullYear() ? day : dayOfYear).format(at);
}

const key = "afinador.exact";
let precise = localStorage.getItem(key) !== null;

function clockFor(at, today) {
  if (at.toDateString() === today.toDateString()) return clock;
  return at.getFullYear() === today.getFullYear() ? dayClock : yearClock;
}

function textOf(kind, at) {
  if (precise && (kind === "ago" || kind === "clock")) return exact.format(at);
  const seconds = (Date.now() - at.getTime()) / 1000;
  switch (kind) {
    case "ago": return agoText(at, seconds);
    case "elapsed": return duration(seconds);
    case "remaining": return duration(seconds > -60 ? -seconds : Math.floor(-seconds / 60) * 60); // a forecast, no more
    case "clock": return clockFor(at, new Date()).format(at);
    case "exact": return exact.format(at);
    default: return null;
  }
}

function tick() {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("time[data-clock]")) {
    const at = new Date(element.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    const text = textOf(element.dataset.clock, at);
    if (text !== null && element.textContent !== text) element.textContent = text;
    if (!element.dataset.local) {
      element.dataset.local = "";
      element.title = withZone.format(at);
    }
  }
}

// "t", or its button: every moment with its date and second, for eyes and for screen readers alike.
function show() {
  for (const button of document.querySelectorAll("[data-exact]")) button.setAttribute("aria-pressed", precise);
  tick();
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-exact]")) return;
  precise = !precise;
  if (precise) localStorage.setItem(key, "");
  else localStorage.removeItem(key);
  show();
});

show();
setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
document.addEventListener("htmx:afterSettle", tick);
document.addEventListener("afinador:renewed", tick);
