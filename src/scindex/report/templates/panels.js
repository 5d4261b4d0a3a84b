// Everything beside the map: facts, legend, tooltip, the chosen place, tables.
const value = v => (state.difference ? signed(v) : num(v));

function facts() {
  const v = state.view, total = id => data.totals[v][id], box = $("facts");
  const fact = (id, note) => total(id) === undefined ? null : el("div", {}, el("dt", {}, t("what." + id)), el("dd", {}, `${long(total(id))} t`, note ? el("small", {}, note) : null));
  const people = data.residents ? t("fact.per-resident", { value: num(total("gross") / data.residents) }) : null;
  const parts = data.standing[v], sum = parts.metered + parts.modelled + parts.allocated;
  const bar = el("div", { class: "parts", "aria-hidden": "true" }), key = el("div", { class: "key" });
  for (const name of ["metered", "modelled", "allocated"]) {
    const i = el("i", { class: name });
    i.style.width = (sum ? 100 * parts[name] / sum : 0) + "%";
    bar.append(i);
    key.append(el("span", {}, el("i", { class: name, "aria-hidden": "true" }), `${t("standing." + name)} ${share(parts[name] / sum)}`));
  }
  const off = data.offMap[state.by][v];
  box.replaceChildren(...[
    fact("gross", people), fact("removals", t("fact.removals")), fact("net", t("fact.net")),
    el("div", { class: "share" }, el("dt", {}, t("fact.known")), el("dd", {}, bar, key)),
    off ? el("div", {}, el("dt", {}, t("fact.off-map")), el("dd", {}, `${long(off)} t`, el("small", {}, t("fact.off-map-note")))) : null,
  ].filter(Boolean));
  const scenario = data.views[v].scenario, banner = $("banner");
  banner.hidden = !scenario;
  if (scenario) {
    const base = data.bases[v], change = base < 0 ? NaN : total("gross") - data.totals[base].gross;
    banner.textContent = t("attributional", { scenario: scenarioName(scenario), year: data.views[v].year, change: signed(change), base: base < 0 ? "–" : viewName(base) });
  }
}

function swatch(colour) {
  const i = el("i", { "aria-hidden": "true" });
  i.style.background = colour;
  return i;
}

function limits({ breaks, two }) {
  if (!breaks.length) return [t("class.all")];
  const shown = breaks.map(b => format({ maximumSignificantDigits: 2 }).format(b).replace("-", "−"));
  const between = (low, high) => t("class.between", { low, high });
  const first = !two || breaks[0] < 0 ? t("class.low", { high: shown[0] }) : breaks[0] === 0 ? t("class.negative") : between("0", shown[0]);
  const last = two && breaks.at(-1) < 0 ? between(shown.at(-1), "0") : t("class.high", { low: shown.at(-1) });
  return [first, ...shown.slice(1).map((high, i) => between(shown[i], high)), last];
}

function legend(d) {
  const count = new Map(), add = k => count.set(k, (count.get(k) || 0) + 1), marks = { gap: 0, grey: 0 };
  for (let i = 0; i < d.onMap; i++) { add(d.index[i]); marks.gap += d.gap[i]; marks.grey += d.grey[i]; }
  const rows = [], many = n => el("span", { class: "n" }, whole(n || 0));
  const text = limits(d.classes);
  for (let c = d.classes.colours.length - 1; c >= 0; c--)
    rows.push(el("div", { class: "row" }, swatch(d.classes.colours[c]), marks.grey ? swatch(d.classes.greys[c]) : null, el("span", {}, text[c]), many(count.get(c))));
  const extra = [];
  if (count.get(-1)) extra.push(el("div", { class: "row gap" }, swatch(ZERO), el("span", {}, t(state.difference ? "legend.no-change" : "legend.zero")), many(count.get(-1))));
  if (count.get(-2)) extra.push(el("div", { class: "row" }, swatch(UNDEFINED), el("span", {}, t("legend.undefined-" + state.per)), many(count.get(-2))));
  if (marks.gap && state.gaps) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("width", 30); svg.setAttribute("height", 19); svg.setAttribute("aria-hidden", "true");
    for (let x = -16; x < 34; x += 7) {
      const line = document.createElementNS(SVG, "path");
      line.setAttribute("d", `M${x} 20L${x + 20} 0`); line.setAttribute("stroke", HATCH); line.setAttribute("stroke-width", 1.3);
      svg.append(line);
    }
    extra.push(el("div", { class: "row" }, svg, el("span", {}, t("legend.gap")), many(marks.gap)));
  }
  const heads = marks.grey ? [el("div", { class: "heads" }, t("legend.columns"))] : [];
  const unitText = t((state.difference ? "unit.change-" : "unit.") + state.per);
  $("legend").replaceChildren(
    el("h2", { id: "legend-title" }, capital(unitText)), el("p", {}, t("legend.count-" + state.by)), ...heads, ...rows, ...extra,
    el("p", {}, t(d.classes.two ? "legend.breaks-two" : "legend.breaks")),
    marks.grey ? el("p", {}, t("legend.allocated")) : "",
  );
}

// what is known of one place: for the tooltip and for the panel
function known(by, i) {
  const q = quantity(state.what), same = by === state.by, parts = same ? drawn.parts : standings(by, q, state.view);
  const own = same ? drawn.values[i] : shownValues({ ...state, by })[i], has = same ? drawn.covered : coverage(by, q, state.view);
  return { value: own, standing: standingOf(parts, i), coverage: has[i], error: uncertainty(by, q, state.view, i) };
}
const cellName = i => cellNames[i];
const cellNames = cells ? cells.names.split("\n") : [];
const districtOf = i => { const d = block(cells.district)[i]; return d === NOWHERE ? -1 : d; };

function tip(by, i) {
  const k = known(by, i), d = by === "cell" ? districtOf(i) : i;
  const gap = k.coverage < data.mostly;
  const lines = [
    by === "cell" ? el("b", {}, `${d < 0 ? t("outside") : districts.names[d]}`) : el("b", {}, districts.names[i]),
    by === "cell" ? el("span", {}, t("cell", { name: cellName(i) })) : null,
    el("div", { class: "big" }, k.coverage === 0 && !k.value ? t("tip.no-data") : `${value(k.value)} ${unit(state.per)}`),
    k.standing ? el("div", {}, t("tip.standing", { standing: t("standing." + k.standing) }), Number.isFinite(k.error) && !state.difference ? ` · ± ${share(k.error)}` : "") : null,
    Number.isNaN(k.coverage) ? null : el("div", {}, t(gap ? "tip.gap" : "tip.coverage", { share: share(k.coverage) })),
  ];
  $("tip").replaceChildren(...lines.filter(Boolean));
}

function place() {
  const by = state.cell >= 0 && state.by === "cell" ? "cell" : "district", i = by === "cell" ? state.cell : state.district;
  if (i < 0) { $("place").replaceChildren(el("h2", {}, t("place.title")), el("p", { class: "quiet" }, t("place.none-" + state.by))); return; }
  const set = places(by), k = known(by, i), d = by === "cell" ? districtOf(i) : i, q = quantity(state.what);
  const rows = data.layers.map((l, layer) => {
    const v = block(set.values[state.view][layer])[i], m = block(set.metered[state.view][layer])[i];
    if (m === NOTHING && !v) return null;
    const a = block(set.allocated[state.view][layer])[i], part = { size: [SHARE], metered: [m], allocated: [a] };
    const standing = m === NOTHING ? "" : standingOf(part, 0);
    return el("tr", {}, el("th", { scope: "row" }, named(l.name)), el("td", {}, num(v)), el("td", { class: "text" }, standing ? t("standing." + standing) : ""));
  }).filter(Boolean);
  const notes = [
    t("place.area", { area: num(block(set.area)[i]) }),
    Number.isNaN(block(set.residents)[i]) ? t("place.residents-unknown") : t("place.residents", { residents: whole(block(set.residents)[i]) }),
    ...covered(set, i),
    Number.isFinite(k.error) ? t("place.error", { share: share(k.error) }) : t("place.error-unknown"),
  ].filter(Boolean);
  $("place").replaceChildren(
    el("h2", {}, d < 0 ? t("outside") : districts.names[d]),
    by === "cell" ? el("p", { class: "quiet" }, t("cell", { name: cellName(i) })) : el("p", { class: "quiet" }, districts.codes[i]),
    el("p", { class: "big" }, k.coverage === 0 && !k.value ? t("tip.no-data") : `${value(k.value)} ${unit(state.per)}`),
    el("p", { class: "quiet" }, `${quantityName(q.id)}, ${viewName(state.view)}`),
    rows.length ? el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("column.layer")), el("th", { scope: "col" }, "t"), el("th", { scope: "col", class: "text" }, t("column.standing")))), el("tbody", {}, ...rows)) : "",
    ...notes.map(n => el("p", { class: "quiet" }, n)),
    el("div", { class: "acts" }, act("place.zoom", () => { fit(by === "cell" ? cellBox(i) : districtBox(i), 60); show(); }), act("place.clear", () => choose(-1, -1))),
  );
}
// coverage of each sector in a place; of two ways of counting the worse
function covered(set, i) {
  const worst = new Map();
  data.sectors.forEach((s, j) => {
    const c = block(set.coverage[state.view][j])[i];
    if (c !== NOTHING) worst.set(s, Math.min(c, worst.get(s) ?? SHARE));
  });
  return [...worst].map(([s, c]) => t("place.coverage", { sector: sectorName(s), share: share(c / SHARE) }));
}
const act = (key, does) => { const b = el("button", { type: "button" }, t(key)); b.addEventListener("click", does); return b; };
function cellBox(i) {
  const x = cells.west + block(cells.column)[i] * cells.size, y = cells.north + block(cells.row)[i] * cells.size, r = 6 * cells.size;
  return [x - r, y - r, x + r, y + r];
}
