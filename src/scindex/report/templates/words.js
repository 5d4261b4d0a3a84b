// Words and numbers in the reader's language.
let lang = data.lang;
const $ = id => document.getElementById(id);

function t(key, fill = {}) {
  const text = data.texts[lang][key] ?? data.texts.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in fill ? fill[name] : all));
}
const named = names => names[lang] || names.en || "";

const formats = new Map();
function format(options) {
  const key = lang + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(lang, options));
  return formats.get(key);
}
// three digits that mean something, never fewer than the whole number has
function num(v) {
  if (!Number.isFinite(v)) return "–";
  const text = Math.abs(v) >= 100 ? format({ maximumFractionDigits: 0 }).format(v) : format({ maximumSignificantDigits: 3 }).format(v);
  return text.replace("-", "−");
}
const signed = v => (v > 0 ? "+" : "") + num(v);
const whole = v => (Number.isFinite(v) ? format({ maximumFractionDigits: 0 }).format(v).replace("-", "−") : "–");
const long = v => (Math.abs(v) < 1e6 ? num(v) : format({ notation: "compact", compactDisplay: "long", maximumSignificantDigits: 4 }).format(v).replace("-", "−"));
const share = v => (Number.isFinite(v) ? format({ style: "percent", maximumFractionDigits: v > 0 && v < 0.01 ? 1 : 0 }).format(v) : "–");
const capital = text => text.slice(0, 1).toUpperCase() + text.slice(1);
const unit = per => t("unit.short-" + per);

function quantityName(id) {
  const [kind, name] = id.split(":");
  if (kind === "layer") return named(data.layers.find(l => l.id === name).name);
  return kind === "sector" ? sectorName(name) : t("what." + kind);
}
const sectorName = name => data.texts[lang]["sector." + name] ?? name;
const scenarioName = name => (name ? named(data.scenarios[name]) : t("measured"));
const viewName = v => data.views[v].year + " · " + scenarioName(data.views[v].scenario);

// element with text, never markup: names come from files
function el(tag, attributes = {}, ...children) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(attributes)) if (v !== false && v != null) e.setAttribute(k, v === true ? "" : v);
  e.append(...children.filter(c => c != null));
  return e;
}

function translate() {
  document.documentElement.lang = lang;
  document.title = named(data.name);
  $("title").textContent = named(data.name);
  for (const e of document.querySelectorAll("[data-t]")) e.textContent = t(e.dataset.t);
  for (const e of document.querySelectorAll("[data-t-aria-label]")) e.setAttribute("aria-label", t(e.dataset.tAriaLabel));
  for (const b of document.querySelectorAll("[data-lang]")) b.setAttribute("aria-pressed", b.dataset.lang === lang);
  $("zoom-in").setAttribute("aria-label", t("zoom.in"));
  $("zoom-out").setAttribute("aria-label", t("zoom.out"));
  $("zoom-all").setAttribute("aria-label", t("zoom.all"));
}
