// The table of districts: the same numbers as the map, sortable, and as CSV.
function columns() {
  const v = state.view, sum = id => tonnes("district", quantity(id), v), has = id => data.quantities.some(q => q.id === id);
  const gross = has("gross") ? sum("gross") : null, area = block(districts.area), residents = block(districts.residents);
  const list = [{ id: "shown", head: `${quantityName(state.what)} (${unit(state.per)})${state.difference ? " " + t("column.difference") : ""}`, values: shownValues({ ...state, by: "district" }), show: value }];
  for (const id of ["gross", "removals", "net", "growth"])
    if (has(id)) list.push({ id, head: `${t("what." + id)} (t)`, values: sum(id), show: whole });
  if (gross) {
    list.push({ id: "per_ha", head: t("column.per-ha"), values: divided("district", gross, "ha"), show: num });
    list.push({ id: "per_resident", head: t("column.per-resident"), values: divided("district", gross, "resident"), show: num });
    const parts = standings("district", quantity("gross"), v), portion = f => Float64Array.from(parts.size, (s, i) => (s > 0 ? f(i) / s : NaN));
    list.push({ id: "metered", head: t("standing.metered"), values: portion(i => parts.metered[i]), show: share });
    list.push({ id: "modelled", head: t("standing.modelled"), values: portion(i => parts.size[i] - parts.metered[i] - parts.allocated[i]), show: share });
    list.push({ id: "allocated", head: t("standing.allocated"), values: portion(i => parts.allocated[i]), show: share });
    list.push({ id: "coverage", head: t("column.coverage"), values: coverage("district", quantity("gross"), v), show: share });
  }
  list.push({ id: "area_ha", head: t("column.area"), values: area, show: num });
  list.push({ id: "residents", head: t("column.residents"), values: residents, show: whole });
  return list;
}

// a column that repeats what is shown is left out on the screen
const repeats = c => !state.difference && (c.id === state.what && state.per === "total" || state.what === "gross" && c.id === "per_" + state.per);

function order(list) {
  const by = list.find(c => c.id === sorting.by), rows = districts.names.map((_, i) => i), way = sorting.down ? -1 : 1;
  const compare = by ? (a, b) => (by.values[a] - by.values[b]) * way : (a, b) => districts.names[a].localeCompare(districts.names[b], lang) * way;
  return rows.sort((a, b) => {
    const x = by ? +Number.isNaN(by.values[a]) : 0, y = by ? +Number.isNaN(by.values[b]) : 0;
    return x - y || compare(a, b) || a - b;
  });
}

function totalOf(c) {
  const v = state.view, totals = data.totals[v], size = sumOf(block(districts.area)), people = data.residents || NaN;
  const base = state.difference ? data.totals[data.bases[v]] : null, divisor = { total: 1, ha: size, resident: people };
  if (c.id === "shown") return (totals[state.what] - (base ? base[state.what] : 0)) / divisor[state.per];
  if (c.id in totals) return totals[c.id];
  if (c.id === "per_ha") return totals.gross / size;
  if (c.id === "per_resident") return totals.gross / people;
  if (c.id in data.standing[v]) { const s = data.standing[v]; return s[c.id] / (s.metered + s.modelled + s.allocated); }
  if (c.id === "coverage") return NaN;
  return c.id === "area_ha" ? size : people;
}
const sumOf = values => values.reduce((a, b) => (Number.isNaN(b) ? a : a + b), 0);

// more rows than this wait until they are asked for: a country has thousands of districts
const ROWS = 500;

function table() {
  const all = columns(), list = all.filter(c => !repeats(c)), box = $("table"), rows = order(list);
  const head = (id, text) => {
    const b = el("button", { type: "button" }, text);
    b.addEventListener("click", () => { sorting = { by: id, down: sorting.by === id ? !sorting.down : id !== "name" }; table(); box.querySelector(`[data-column="${id}"] button`).focus(); });
    return el("th", { scope: "col", "data-column": id, "aria-sort": sorting.by === id ? (sorting.down ? "descending" : "ascending") : "none" }, b);
  };
  box.tHead.replaceChildren(el("tr", {}, head("name", t("column.district")), ...list.map(c => head(c.id, c.head))));
  const few = everyRow || rows.length <= ROWS ? rows : rows.slice(0, ROWS), more = $("more");
  more.hidden = few.length === rows.length;
  more.textContent = t("table.more", { n: whole(rows.length) });
  box.tBodies[0].replaceChildren(...few.map(i => {
    const b = el("button", { type: "button" }, districts.names[i]);
    b.addEventListener("click", () => { choose(-1, i); document.querySelector("figure").scrollIntoView({ block: "nearest" }); });
    return el("tr", { "data-i": i, class: i === state.district ? "chosen" : null }, el("th", { scope: "row" }, b), ...list.map(c => el("td", {}, c.show(c.values[i]))));
  }));
  const special = (key, i) => (list.some(c => c.id in data.totals[state.view] && c.values[i]) ? el("tr", {}, el("th", { scope: "row" }, t(key)), ...list.map(c => el("td", {}, Number.isNaN(c.values[i]) ? "–" : c.show(c.values[i])))) : null);
  const n = districts.names.length;
  box.tFoot.replaceChildren(...[
    special("outside", n), special("unallocated", n + 1),
    el("tr", { class: "total" }, el("th", { scope: "row" }, t("total")), ...list.map(c => el("td", { "data-total": c.id }, c.show(totalOf(c))))),
  ].filter(Boolean));
  $("table-note").textContent = t("table.note", { view: viewName(state.view) });
  csv(all, rows);
}

const field = text => {
  const safe = text.length > 1 && /^[=+\-@\t\r＝＋－＠]/.test(text) ? "'" + text : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
function csv(list, rows) {
  const n = districts.names.length, v = data.views[state.view], plain = x => (Number.isFinite(x) ? String(x) : "");
  const line = (code, name, i) => [field(code), field(name), v.year, field(v.scenario), ...list.map(c => plain(c.values[i]))].join(",");
  const lines = [["code", "district", "year", "scenario", ...list.map(c => c.id === "shown" ? field(`${state.what}_${state.per}${state.difference ? "_difference" : ""}`) : c.id)].join(",")];
  for (const i of rows) lines.push(line(districts.codes[i], districts.names[i], i));
  lines.push(line("", t("outside"), n), line("", t("unallocated"), n + 1));
  $("csv").href = "data:text/csv;charset=utf-8," + encodeURIComponent("\ufeff" + lines.join("\r\n") + "\r\n");
  $("csv").download = `districts_${v.year}${v.scenario ? "_" + v.scenario.replace(/[^\p{L}\p{N}_-]/gu, "_") : ""}.csv`;
}

// how each layer was made, and what was noted on the way
function layerTable() {
  const heads = ["layer", "sector", "kind", "basis", "scope", "standing", "error", "source"].map(k => el("th", { scope: "col" }, t("column." + k)));
  $("layer-table").tHead.replaceChildren(el("tr", {}, ...heads));
  $("layer-table").tBodies[0].replaceChildren(...data.layers.map(l => el("tr", {},
    el("th", { scope: "row" }, named(l.name)), el("td", {}, sectorName(l.sector)), el("td", {}, t("kind." + l.kind)),
    el("td", {}, l.basis.split("+").map(b => data.texts[lang]["basis." + b] ?? b).join(", ")), el("td", {}, l.scope),
    el("td", {}, data.texts[lang]["source-standing." + l.standing] ?? l.standing), el("td", {}, l.error === null ? "–" : "± " + share(l.error)), el("td", {}, named(l.source)))));
  $("findings").replaceChildren(...(data.findings.length ? data.findings.map(f => el("li", { class: f.severity }, el("b", {}, t("severity." + f.severity) + ": "), named(f))) : [el("li", {}, t("notes.none"))]));
}
