// State, controls and events. The state stands in the address, so that a view can be kept as a bookmark.
const state = { what: data.start.what, per: data.start.per, by: data.start.by, view: data.start.view, difference: false, gaps: true, greys: true, lines: true, cell: -1, district: -1 };
let sorting = { by: "shown", down: true }, drawn = null, everyRow = false;

function compute() {
  const q = quantity(state.what), values = shownValues(state), set = places(state.by);
  const limits = data.classes[state.by][state.what][state.per][state.difference ? 1 : 0];
  const index = new Int16Array(set.n), grey = new Uint8Array(set.n), gap = new Uint8Array(set.n);
  const parts = standings(state.by, q, state.view), covered = coverage(state.by, q, state.view);
  for (let i = 0; i < set.n; i++) {
    index[i] = classOf(limits.breaks, values[i]);
    grey[i] = state.greys && !state.difference && index[i] >= 0 && parts.allocated[i] > data.mostly * parts.size[i];
    gap[i] = covered[i] < data.mostly;
  }
  const onMap = set.onMap;
  return { values, index, grey, gap, parts, covered, classes: limits, onMap, gaps: gap.subarray(0, onMap).some(Boolean) };
}

function redraw() {
  drawn = compute();
  if (state.by === "cell") paint(drawn);
  dress(drawn);
  show();
  facts(); legend(drawn); place(); table(); captions();
  remember();
}

function captions() {
  const what = quantityName(state.what), unitText = t((state.difference ? "unit.change-" : "unit.") + state.per);
  $("subtitle").textContent = t("subtitle", { year: data.year, n: whole(districts.names.length), cells: cells ? t("subtitle.cells", { n: whole(cells.n), size: cells.size >= 1000 ? cells.size / 1000 + " km" : cells.size + " m" }) : "" });
  $("caption").textContent = what + ",";
  $("caption-more").textContent = `${unitText} · ${viewName(state.view)}` + (state.difference ? ` · ${t("compared", { base: viewName(data.bases[state.view]) })}` : "");
  let best = -1;
  for (let i = 0; i < drawn.onMap; i++) if (!Number.isNaN(drawn.values[i]) && (best < 0 || drawn.values[i] > drawn.values[best])) best = i;
  const where = best < 0 ? "–" : state.by === "cell" ? `${districtOf(best) < 0 ? t("outside") : districts.names[districtOf(best)]} (${cellName(best)})` : districts.names[best];
  const alt = t("alt-" + state.by, { what, unit: unitText, view: viewName(state.view), n: whole(drawn.onMap), value: best < 0 ? "–" : value(drawn.values[best]), where });
  canvas.setAttribute("aria-label", alt);
  stage.setAttribute("aria-label", t("stage", { what }));
  $("status").textContent = `${what}, ${unitText}, ${viewName(state.view)}`;
  $("credit").textContent = t("credit", { source: named(data.sources), year: data.year, crs: data.crs });
  $("foot").textContent = t("foot", { version: data.version });
}

function remember() {
  const v = data.views[state.view], parts = { lang, what: state.what, per: state.per, by: state.by, year: v.year, scenario: v.scenario, difference: +state.difference };
  try { history.replaceState(null, "", "#" + new URLSearchParams(parts)); } catch { /* a browser that forbids it for local files */ }
}
function recall() {
  const asked = new URLSearchParams(location.hash.slice(1)), is = (name, list) => asked.has(name) && list.includes(asked.get(name));
  if (is("lang", Object.keys(data.texts))) lang = asked.get("lang");
  if (is("what", data.quantities.map(q => q.id))) state.what = asked.get("what");
  if (is("per", ["total", "ha", ...(data.residents ? ["resident"] : [])])) state.per = asked.get("per");
  if (is("by", Object.keys(data.places))) state.by = asked.get("by");
  const scenario = asked.get("scenario") ?? data.views[state.view].scenario, view = data.views.findIndex(v => v.scenario === scenario && String(v.year) === asked.get("year"));
  if (view >= 0) state.view = view;
  state.difference = asked.get("difference") === "1" && data.bases[state.view] >= 0;
  sorting.down = !state.difference;
}

function radios(id, name, choices) {
  const box = $(id), legendText = box.querySelector("legend");
  box.replaceChildren(legendText, ...choices.map(c => {
    const input = el("input", { type: "radio", name, value: c });
    input.checked = state[name] === c;
    input.addEventListener("change", () => { state[name] = c; redraw(); });
    return el("label", {}, input, ` ${t(`${name}.${c}`)}`);
  }));
}

function controls() {
  const groups = ["totals", "sectors", "layers"].map(g => {
    const options = data.quantities.filter(q => q.group === g).map(q => el("option", { value: q.id }, quantityName(q.id)));
    return options.length ? el("optgroup", { label: t("group." + g) }, ...options) : null;
  });
  $("what").replaceChildren(...groups.filter(Boolean));
  $("what").value = state.what;
  radios("per", "per", ["total", "ha", ...(data.residents ? ["resident"] : [])]);
  radios("by", "by", ["cell", "district"].filter(b => data.places[b]));
  $("by").hidden = !data.places.cell;
  const scenarios = [...new Set(data.views.map(v => v.scenario))];
  $("scenario").replaceChildren(...scenarios.map(s => el("option", { value: s }, scenarioName(s))));
  $("scenario-box").hidden = scenarios.length < 2;
  years();
}

function years() {
  const now = data.views[state.view], own = data.views.filter(v => v.scenario === now.scenario), base = data.bases[state.view];
  $("scenario").value = now.scenario;
  $("year-box").hidden = own.length < 2;
  $("year").max = own.length - 1;
  $("year").value = own.indexOf(now);
  $("year").setAttribute("aria-valuetext", now.year);
  $("year-out").textContent = now.year;
  $("difference-box").hidden = base < 0;
  if (base < 0) state.difference = false;
  $("difference").checked = state.difference;
  $("difference-text").textContent = base < 0 ? "" : t("control.difference", { base: viewName(base) });
}

function choose(cell, district) {
  state.cell = cell; state.district = district;
  paths.forEach((p, i) => { p.classList.toggle("chosen", i === district); p.setAttribute("aria-pressed", i === district); });
  if (district >= 0) $("outlines").append(paths[district]);
  for (const row of $("table").tBodies[0].rows) row.classList.toggle("chosen", +row.dataset.i === district);
  ring(); place();
}
const chooseAt = (x, y) => {
  const cell = state.by === "cell" ? cellAt(x, y) : -1;
  choose(cell, state.by === "cell" && cell >= 0 ? -1 : districtAt(x, y));
};

function hover(x, y) {
  const cell = state.by === "cell" ? cellAt(x, y) : -1, d = state.by === "district" ? districtAt(x, y) : -1, box = $("tip");
  paths.forEach((p, i) => p.classList.toggle("hover", i === d));
  box.hidden = cell < 0 && d < 0;
  if (box.hidden) return;
  if (cell >= 0) tip("cell", cell); else tip("district", d);
  const w = box.offsetWidth, h = box.offsetHeight;
  box.style.left = Math.max(4, Math.min(x + 16, stage.clientWidth - w - 4)) + "px";
  box.style.top = (y + h + 24 > stage.clientHeight ? Math.max(4, y - h - 12) : y + 16) + "px";
}

function pointers() {
  const down = new Map();
  let moved = 0, gapBefore = 0;
  const place = e => { const b = stage.getBoundingClientRect(); return [e.clientX - b.left, e.clientY - b.top]; };
  stage.addEventListener("pointerdown", e => {
    if (e.target.closest(".zoom")) return;
    down.set(e.pointerId, place(e)); moved = 0; gapBefore = 0;
  });
  // a click focuses the map, not the district under the pointer
  stage.addEventListener("mousedown", e => { if (!e.target.closest(".zoom")) { e.preventDefault(); stage.focus({ preventScroll: true }); } });
  window.addEventListener("pointermove", e => {
    const [x, y] = place(e);
    if (!down.has(e.pointerId)) { if (stage.contains(e.target) && !e.target.closest(".zoom")) hover(x, y); return; }
    const [ox, oy] = down.get(e.pointerId);
    down.set(e.pointerId, [x, y]);
    moved += Math.abs(x - ox) + Math.abs(y - oy);
    if (moved > 4) { stage.classList.add("drag"); $("tip").hidden = true; }
    if (down.size === 1 && moved > 4) pan(x - ox, y - oy);
    if (down.size === 2) {
      const [a, b] = [...down.values()], gap = Math.hypot(a[0] - b[0], a[1] - b[1]);
      if (gapBefore) zoom(gap / gapBefore, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
      gapBefore = gap;
    }
  });
  const up = e => {
    if (!down.delete(e.pointerId)) return;
    stage.classList.remove("drag");
    if (e.type === "pointerup" && moved <= 4) { const [x, y] = place(e); chooseAt(x, y); if (e.pointerType === "touch") hover(x, y); }
  };
  window.addEventListener("pointerup", up);
  window.addEventListener("pointercancel", up);
  stage.addEventListener("pointerleave", () => { $("tip").hidden = true; paths.forEach(p => p.classList.remove("hover")); });
  stage.addEventListener("dblclick", e => { if (!e.target.closest(".zoom")) zoom(2, ...place(e)); });
  stage.addEventListener("wheel", e => {
    if (!e.ctrlKey && !stage.contains(document.activeElement)) { hint(); return; }
    e.preventDefault();
    zoom(2 ** (-e.deltaY / 300), ...place(e));
  }, { passive: false });
}
let hinting = 0;
function hint() {
  $("hint").textContent = t("hint"); $("hint").hidden = false;
  clearTimeout(hinting); hinting = setTimeout(() => { $("hint").hidden = true; }, 1800);
}

function keyboard() {
  stage.addEventListener("keydown", e => {
    const on = e.target, step = 60, moves = { ArrowLeft: [step, 0], ArrowRight: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
    if (e.ctrlKey || e.metaKey || e.altKey || on.closest(".zoom")) return;
    const path = on.dataset.i !== undefined ? +on.dataset.i : -1;
    if (e.key in moves) { if (path >= 0) neighbour(path, moves[e.key]); else pan(...moves[e.key]); }
    else if (e.key === "+" || e.key === "=") zoom(1.5);
    else if (e.key === "-") zoom(1 / 1.5);
    else if (e.key === "0") { fitAll(); show(); }
    else if (e.key === "Escape") choose(-1, -1);
    else if (e.key === "Enter" || e.key === " ") { if (path >= 0) choose(-1, path); else chooseAt(stage.clientWidth / 2, stage.clientHeight / 2); }
    else return;
    e.preventDefault();
    $("cross").classList.add("on");
  });
  $("outlines").addEventListener("focusin", e => { if (!e.target.matches(":focus-visible")) return; const i = +e.target.dataset.i; tip("district", i); const b = districtBox(i); $("tip").hidden = false; $("tip").style.left = Math.min(Math.max((b[0] + b[2]) / 2 * sight.k + sight.x, 4), stage.clientWidth - 240) + "px"; $("tip").style.top = Math.min(Math.max(b[3] * sight.k + sight.y, 4), stage.clientHeight - 130) + "px"; });
  $("outlines").addEventListener("focusout", () => { $("tip").hidden = true; });
}

// the nearest district in the direction of an arrow key takes the focus
function neighbour(from, [dx, dy]) {
  const middle = i => { const b = districtBox(i); return [(b[0] + b[2]) / 2, (b[1] + b[3]) / 2]; };
  const [x, y] = middle(from);
  let best = -1, least = Infinity;
  paths.forEach((_, i) => {
    const [u, v] = middle(i), ahead = -((u - x) * dx + (v - y) * dy), aside = Math.abs((u - x) * dy) + Math.abs((v - y) * dx);
    if (i !== from && ahead > 0 && ahead + 2 * aside < least) { least = ahead + 2 * aside; best = i; }
  });
  if (best < 0) return;
  paths.forEach((p, i) => p.setAttribute("tabindex", i === best ? 0 : -1));
  paths[best].focus({ preventScroll: true });
}

function language(to) { lang = to; translate(); controls(); layerTable(); redraw(); }

function start() {
  recall();
  outline();
  translate(); controls(); layerTable();
  for (const b of document.querySelectorAll("[data-lang]")) b.addEventListener("click", () => language(b.dataset.lang));
  $("what").addEventListener("change", e => { state.what = e.target.value; redraw(); });
  const views = scenario => data.views.map((v, i) => [v, i]).filter(([v]) => v.scenario === scenario).map(([, i]) => i);
  const go = view => { state.view = view; years(); redraw(); };
  $("scenario").addEventListener("change", e => { const own = views(e.target.value), year = data.views[state.view].year; go(own.find(i => data.views[i].year === year) ?? own.at(-1)); });
  $("year").addEventListener("input", e => go(views(data.views[state.view].scenario)[+e.target.value]));
  $("difference").addEventListener("change", e => { state.difference = e.target.checked; sorting = { by: "shown", down: !state.difference }; redraw(); });
  for (const id of ["gaps", "greys", "lines"]) $(id).addEventListener("change", e => { state[id] = e.target.checked; redraw(); });
  $("more").addEventListener("click", () => { everyRow = true; table(); });
  $("zoom-in").addEventListener("click", () => zoom(1.5));
  $("zoom-out").addEventListener("click", () => zoom(1 / 1.5));
  $("zoom-all").addEventListener("click", () => { fitAll(); show(); });
  pointers(); keyboard();
  fitAll();
  redraw();
  let width = stage.clientWidth, height = stage.clientHeight;
  new ResizeObserver(() => {
    if (stage.clientWidth === width && stage.clientHeight === height) return;
    width = stage.clientWidth; height = stage.clientHeight;
    fitAll(); show();
  }).observe(stage);
  document.documentElement.dataset.ready = "1";
}
start();
