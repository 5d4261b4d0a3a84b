// What the page carries: blocks of numbers, decoded once, and the sums of layers made of them.
const data = JSON.parse(document.getElementById("data").textContent);
const TYPES = { f4: Float32Array, f8: Float64Array, u1: Uint8Array, u2: Uint16Array, u4: Uint32Array };
const NOTHING = 255, SHARE = 200, NOWHERE = 65535;

function bytes(text, type) {
  const raw = atob(text), out = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
  return new TYPES[type](out.buffer);
}

const decoded = new Map();
function block(number) {
  if (!decoded.has(number)) {
    const b = data.blocks[number];
    let out;
    if ("fill" in b) out = new TYPES[b.type](b.n).fill(b.fill === null ? NaN : b.fill);
    else if ("at" in b) {
      out = new TYPES[b.type](b.n);
      const at = bytes(b.at, "u4"), values = bytes(b.values, b.type);
      for (let i = 0; i < at.length; i++) out[at[i]] = values[i];
    } else out = bytes(b.values, b.type);
    decoded.set(number, out);
  }
  return decoded.get(number);
}

const quantity = id => data.quantities.find(q => q.id === id);
const places = by => data.places[by];

// tonnes of a quantity in every place
function tonnes(by, q, view) {
  const set = places(by), out = new Float64Array(set.n);
  q.signs.forEach((sign, layer) => {
    if (!sign) return;
    const values = block(set.values[view][layer]);
    for (let i = 0; i < out.length; i++) out[i] += sign * values[i];
  });
  return out;
}

function divided(by, values, per) {
  if (per === "total") return values;
  const divisor = block(per === "ha" ? places(by).area : places(by).residents);
  return values.map((v, i) => (divisor[i] > 0 ? v / divisor[i] : NaN));
}

// what is drawn: a quantity, or its difference to the view it is compared with
function shownValues(s) {
  const q = quantity(s.what);
  let values = tonnes(s.by, q, s.view);
  if (s.difference) {
    const base = tonnes(s.by, q, data.bases[s.view]);
    values = values.map((v, i) => v - base[i]);
  }
  return divided(s.by, values, s.per);
}

// shares of a quantity that are metered and allocated, weighted by the size of its layers
function standings(by, q, view) {
  const set = places(by), size = new Float64Array(set.n), metered = new Float64Array(set.n), allocated = new Float64Array(set.n);
  q.signs.forEach((sign, layer) => {
    if (!sign) return;
    const values = block(set.values[view][layer]), m = block(set.metered[view][layer]), a = block(set.allocated[view][layer]);
    for (let i = 0; i < size.length; i++) {
      if (m[i] === NOTHING) continue;
      const v = Math.abs(values[i]);
      size[i] += v; metered[i] += v * m[i] / SHARE; allocated[i] += v * a[i] / SHARE;
    }
  });
  return { size, metered, allocated };
}

function standingOf(parts, i) {
  if (!(parts.size[i] > 0)) return "";
  const m = parts.metered[i] / parts.size[i], a = parts.allocated[i] / parts.size[i], rest = 1 - m - a;
  return m >= rest && m >= a ? "metered" : a > rest ? "allocated" : "modelled";
}

// coverage of the least covered sector of a quantity: 0 to 1, NaN where nothing is there
function coverage(by, q, view) {
  const set = places(by), out = new Float32Array(set.n).fill(NaN);
  const wanted = new Set(data.layers.filter((_, i) => q.signs[i]).map(l => l.sector));
  data.sectors.forEach((sector, s) => {
    if (!wanted.has(sector)) return;
    const c = block(set.coverage[view][s]);
    for (let i = 0; i < out.length; i++)
      if (c[i] !== NOTHING) out[i] = Number.isNaN(out[i]) ? c[i] / SHARE : Math.min(out[i], c[i] / SHARE);
  });
  return out;
}

// relative standard error of a place: of the layers' totals, which all places share, and of single
// records or shares, which average out; layers are taken as independent
function uncertainty(by, q, view, i) {
  let variance = 0, sum = 0, known = true;
  q.signs.forEach((sign, layer) => {
    if (!sign) return;
    const v = sign * block(places(by).values[view][layer])[i], e = data.layers[layer].error;
    const record = data.layers[layer].recordError * block(places(by).records[view][layer])[i];
    sum += v;
    if (!v) return;
    if (e === null) known = false; else variance += (v * e) ** 2 + record ** 2;
  });
  return known && sum ? Math.sqrt(variance) / Math.abs(sum) : NaN;
}

// class of each value: -1 zero, -2 undefined; a class includes its upper limit
function classOf(breaks, v) {
  if (Number.isNaN(v)) return -2;
  if (v === 0) return -1;
  let i = 0;
  while (i < breaks.length && v > breaks[i]) i++;
  return i;
}
