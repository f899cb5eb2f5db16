// Loss and accuracy by step, from the job's chart.json. The drawing follows the theme and the width, shades the steps
// that are still to come, and asks again when the job has moved.
import { onElements } from "./ready.js";

const EVERY = 1500;

let library;
function uplot(source) {
  library ??= import(source).then((module) => module.default);
  return library;
}

function colour(name) {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

class Curves {
  #root;
  #plots = new Map();
  #asking = false;
  #last = 0;
  #later = 0;
  #data = null;

  constructor(root) {
    this.#root = root;
    if (!document.querySelector(`link[href="${root.dataset.css}"]`)) {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = root.dataset.css;
      document.head.prepend(link);
    }
    new ResizeObserver(() => this.#resize()).observe(root);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw(true));
    document.addEventListener("afinador:renewed", () => this.ask());
    this.ask();
  }

  async ask() {
    if (!this.#root.isConnected || this.#later) return;
    const wait = this.#asking ? EVERY : this.#last + EVERY - Date.now();
    if (wait > 0) { // not now, but not forgotten either
      this.#later = setTimeout(() => { this.#later = 0; this.ask(); }, wait);
      return;
    }
    this.#asking = true;
    try {
      const answer = await fetch(this.#root.dataset.src, { headers: { accept: "application/json" } });
      if (answer.ok) {
        this.#data = await answer.json();
        await this.#draw(false);
      }
    } finally {
      this.#asking = false;
      this.#last = Date.now();
    }
  }

  async #draw(again) {
    const data = this.#data;
    if (!data || data.steps.length === 0) return;
    const UPlot = await uplot(this.#root.dataset.uplot);
    const series = data.series;
    const accuracy = series.train_accuracy || series.valid_accuracy;
    this.#plot(UPlot, "loss", [data.steps, series.train_loss, series.valid_loss], again, 208);
    if (accuracy) this.#plot(UPlot, "accuracy", [data.steps, series.train_accuracy, series.valid_accuracy], again, 150);
    for (const title of this.#root.querySelectorAll("[data-chart-title]")) {
      title.hidden = !accuracy;
    }
  }

  #plot(UPlot, kind, columns, again, height) {
    const place = this.#root.querySelector(`[data-plot="${kind}"]`);
    const empty = new Array(columns[0].length).fill(null);
    const values = [columns[0], columns[1] ?? empty, columns[2] ?? empty];
    const old = this.#plots.get(kind);
    if (old && !again) {
      old.total = this.#data.total_steps;
      old.plot.setData(values);
      return;
    }
    old?.plot.destroy();
    place.hidden = false;
    place.replaceChildren();
    const keep = { total: this.#data.total_steps, plot: null };
    const grid = colour("--line");
    const ink = colour("--ink-3");
    const font = `11px ${getComputedStyle(document.body).fontFamily}`;
    const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 3, useGrouping: false });
    const axis = { stroke: ink, font, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
    keep.plot = new UPlot({
      width: Math.max(200, place.clientWidth),
      height,
      padding: [8, 12, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { size: 7 }, drag: { x: true, y: false } },
      scales: {
        x: { time: false, range: (_, min, max) => [Math.min(min, 0), Math.max(max, keep.total ?? 0, 1)] },
        y: { range: (_, min, max) => (kind === "accuracy" ? [Math.max(0, Math.floor(min * 10) / 10), 1] : [0, ceiling(max)]) },
      },
      axes: [
        { ...axis, size: 26, space: 60, grid: { show: false }, values: (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? number.format(tick) : "")) },
        { ...axis, size: 42, space: 34, values: (_, ticks) => ticks.map((tick) => number.format(tick)) },
      ],
      series: [
        {},
        { stroke: colour("--running-ink"), width: 1.75, spanGaps: true, points: { show: values[0].length < 3 } },
        { stroke: colour("--brand"), width: 1.75, dash: [6, 4], spanGaps: true, points: { show: values[0].length < 3 } },
      ],
      hooks: {
        drawClear: [(u) => this.#shade(u, keep)],
        setCursor: [(u) => this.#tell(u, kind, number)],
      },
    }, values, place);
    this.#plots.set(kind, keep);
  }

  #shade(u, keep) {
    const reached = u.data[0].at(-1);
    if (!keep.total || reached >= keep.total || matchMedia("(forced-colors: active)").matches) return;
    const from = u.valToPos(reached, "x", true);
    u.ctx.save();
    u.ctx.globalAlpha = 0.55;
    u.ctx.fillStyle = colour("--surface-2");
    u.ctx.fillRect(from, u.bbox.top, u.bbox.left + u.bbox.width - from, u.bbox.height);
    u.ctx.restore();
  }

  #tell(u, kind, number) {
    if (kind !== "loss") return;
    const at = u.cursor.idx;
    ["train", "valid"].forEach((name, i) => {
      const out = document.querySelector(`[data-value="${name}"]`);
      if (!out) return;
      const value = at == null ? null : u.data[i + 1][at];
      out.textContent = value == null ? "" : number.format(value);
    });
  }

  #resize() {
    for (const [kind, keep] of this.#plots) {
      const place = this.#root.querySelector(`[data-plot="${kind}"]`);
      const width = Math.max(200, place.clientWidth);
      if (Math.abs(width - keep.plot.width) > 1) keep.plot.setSize({ width, height: keep.plot.height });
    }
  }
}

/** The next round number above the greatest loss, so that the curve fills its place and ends under a line. */
function ceiling(max) {
  const least = Math.max(max, 0.1);
  const step = 10 ** Math.floor(Math.log10(least)) / 2;
  return Math.ceil(least / step) * step;
}

onElements("[data-chart]", (root) => new Curves(root));
