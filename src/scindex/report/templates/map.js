// The map: one image of all cells on a canvas, districts as SVG over it.
const cells = data.places.cell, districts = data.places.district, extent = data.extent;
const stage = $("stage"), canvas = $("canvas"), SVG = "http://www.w3.org/2000/svg";
const HATCH = "#1d2733", UNDEFINED = "#a9b8c8", ZERO = data.zero;
const sight = { k: 1, x: 0, y: 0, fit: 1 };
const paths = [], hatched = [];
const WIDEST = 8192, MOST = 2e7;
let painted = null, gapped = null, at = null;

function surface(width, height) {
  const c = document.createElement("canvas");
  c.width = width; c.height = height;
  return c;
}

// a grid of moderate extent is one image, a pixel a cell; cells scattered over a vast one are drawn singly
const oneImage = cells && cells.columns <= WIDEST && cells.rows <= WIDEST && cells.columns * cells.rows <= MOST;
if (cells) {
  const column = block(cells.column), row = block(cells.row);
  at = new Map();
  for (let i = 0; i < cells.n; i++) at.set(row[i] * cells.columns + column[i], i);
}
if (oneImage) {
  painted = surface(cells.columns, cells.rows);
  gapped = surface(cells.columns, cells.rows);
}

function rgba(hex) {
  const n = parseInt(hex.slice(1), 16);
  return (255 << 24 | (n & 255) << 16 | (n >> 8 & 255) << 8 | n >> 16) >>> 0;
}

// colour of a place: its class, grey if mostly allocated, white for zero
function colourOf(d, i) {
  const c = d.index[i];
  if (c === -2) return UNDEFINED;
  if (c === -1) return ZERO;
  return d.grey[i] ? d.classes.greys[c] : d.classes.colours[c];
}

function paint(d) {
  if (!oneImage) return;
  const size = cells.columns * cells.rows, colour = new Uint32Array(size), gap = new Uint32Array(size);
  const column = block(cells.column), row = block(cells.row);
  const palette = [UNDEFINED, ZERO, ...d.classes.colours].map(rgba), greys = [UNDEFINED, ZERO, ...d.classes.greys].map(rgba);
  for (let i = 0; i < cells.n; i++) {
    const to = row[i] * cells.columns + column[i];
    colour[to] = (d.grey[i] ? greys : palette)[d.index[i] + 2];
    if (d.gap[i]) gap[to] = 0xff000000;
  }
  const put = (target, pixels) => target.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), cells.columns, cells.rows), 0, 0);
  put(painted, colour);
  put(gapped, gap);
}

function hatchPattern(context, ratio) {
  const side = Math.round(8 * ratio), tile = surface(side, side), c = tile.getContext("2d");
  c.scale(side / 8, side / 8);
  c.strokeStyle = HATCH; c.lineWidth = 1.2;
  for (const shift of [-8, 0, 8]) { c.beginPath(); c.moveTo(shift - 1, 9); c.lineTo(shift + 9, -1); c.stroke(); }
  return context.createPattern(tile, "repeat");
}

function show() {
  const ratio = window.devicePixelRatio || 1, w = stage.clientWidth, h = stage.clientHeight;
  if (canvas.width !== Math.round(w * ratio) || canvas.height !== Math.round(h * ratio)) {
    canvas.width = Math.round(w * ratio); canvas.height = Math.round(h * ratio);
  }
  // on paper both are scaled alike
  $("svg").setAttribute("viewBox", `0 0 ${w} ${h}`);
  const context = canvas.getContext("2d");
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (state.by === "cell") {
    const s = cells.size * sight.k * ratio, x = (cells.west * sight.k + sight.x) * ratio, y = (cells.north * sight.k + sight.y) * ratio;
    // cells finer than the screen would fall between its dots
    (oneImage && s >= 1 ? drawImage : drawSingly)(context, x, y, s, ratio);
  }
  const k = sight.k * data.step, matrix = `matrix(${k} 0 0 ${k} ${sight.x} ${sight.y})`;
  $("outlines").setAttribute("transform", matrix);
  $("hatch").setAttribute("patternTransform", `scale(${1 / k}) rotate(45)`);
  $("hatches").setAttribute("transform", matrix);
  ring();
  const length = niceLength(Math.min(w / 4, 160) / sight.k);
  $("scale-bar").style.width = length * sight.k + "px";
  $("scale-text").textContent = length >= 1000 ? length / 1000 + " km" : length + " m";
}

function drawImage(context, x, y, s, ratio) {
  context.imageSmoothingEnabled = false;
  context.drawImage(painted, x, y, s * cells.columns, s * cells.rows);
  if (!state.gaps || !drawn.gaps) return;
  const over = surface(canvas.width, canvas.height), c = over.getContext("2d");
  c.imageSmoothingEnabled = false;
  c.drawImage(gapped, x, y, s * cells.columns, s * cells.rows);
  c.globalCompositeOperation = "source-in";
  c.fillStyle = hatchPattern(c, ratio);
  c.fillRect(0, 0, over.width, over.height);
  context.drawImage(over, 0, 0);
}

function drawSingly(context, x, y, s, ratio) {
  const column = block(cells.column), row = block(cells.row), size = Math.max(s, 1.5 * ratio), byColour = new Map(), gaps = [];
  for (let i = 0; i < cells.n; i++) {
    const left = x + column[i] * s, top = y + row[i] * s;
    if (left + size < 0 || top + size < 0 || left > canvas.width || top > canvas.height) continue;
    const colour = colourOf(drawn, i);
    if (!byColour.has(colour)) byColour.set(colour, []);
    byColour.get(colour).push(left, top);
    if (drawn.gap[i]) gaps.push(left, top);
  }
  if (state.gaps) byColour.set(hatchPattern(context, ratio), gaps);
  for (const [colour, corners] of byColour) {
    context.fillStyle = colour;
    for (let i = 0; i < corners.length; i += 2) context.fillRect(corners[i], corners[i + 1], size, size);
  }
}

function niceLength(longest) {
  const power = 10 ** Math.floor(Math.log10(longest));
  return Math.max(...[1, 2, 5].map(s => s * power).filter(v => v <= longest));
}

function ring() {
  const r = $("cell-ring"), i = state.cell;
  r.hidden = !(state.by === "cell" && i >= 0);
  if (r.hidden) return;
  const s = cells.size * sight.k, x = (cells.west + block(cells.column)[i] * cells.size) * sight.k + sight.x;
  const y = (cells.north + block(cells.row)[i] * cells.size) * sight.k + sight.y, room = Math.max(s, 9);
  for (const [name, value] of Object.entries({ x: x + (s - room) / 2, y: y + (s - room) / 2, width: room, height: room })) r.setAttribute(name, value);
}

function outline() {
  districts.paths.forEach((d, i) => {
    const p = document.createElementNS(SVG, "path");
    p.setAttribute("d", d); p.setAttribute("role", "button"); p.setAttribute("tabindex", i ? -1 : 0);
    p.dataset.i = i;
    paths.push($("outlines").appendChild(p));
    const h = document.createElementNS(SVG, "path");
    h.setAttribute("d", d);
    hatched.push($("hatches").appendChild(h));
  });
}

// colour and name the districts; over cells they are lines only
function dress(d) {
  const filled = state.by === "district";
  const q = quantity(state.what), own = filled ? d.values : shownValues({ ...state, by: "district" });
  $("outlines").classList.toggle("bare", !state.lines && !filled);
  paths.forEach((p, i) => {
    p.classList.toggle("filled", filled);
    p.style.fill = filled ? colourOf(d, i) : "";
    p.classList.toggle("chosen", i === state.district);
    p.setAttribute("aria-label", `${districts.names[i]}: ${value(own[i])} ${unit(state.per)}`);
    p.setAttribute("aria-pressed", i === state.district);
    hatched[i].style.display = filled && state.gaps && d.gap[i] ? "" : "none";
  });
  $("svg").setAttribute("aria-label", t("districts"));
}

function fit(box = [0, 0, extent.width, extent.height], margin = 14) {
  const w = stage.clientWidth, h = stage.clientHeight;
  sight.k = Math.min((w - 2 * margin) / (box[2] - box[0]), (h - 2 * margin) / (box[3] - box[1]));
  sight.x = w / 2 - sight.k * (box[0] + box[2]) / 2;
  sight.y = h / 2 - sight.k * (box[1] + box[3]) / 2;
}
function fitAll() { fit(); sight.fit = sight.k; }

function zoom(by, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
  const k = Math.min(Math.max(sight.k * by, sight.fit * 0.6), Math.max(sight.fit * 80, 0.2)), f = k / sight.k;
  sight.x = x - (x - sight.x) * f; sight.y = y - (y - sight.y) * f; sight.k = k;
  show();
}
function pan(dx, dy) { sight.x += dx; sight.y += dy; show(); }

function cellAt(x, y) {
  if (!cells) return -1;
  const u = ((x - sight.x) / sight.k - cells.west) / cells.size, v = ((y - sight.y) / sight.k - cells.north) / cells.size;
  const column = Math.floor(u), row = Math.floor(v);
  return column < 0 || row < 0 || column >= cells.columns || row >= cells.rows ? -1 : at.get(row * cells.columns + column) ?? -1;
}
function districtAt(x, y) {
  const box = stage.getBoundingClientRect();
  const found = document.elementsFromPoint(box.left + x, box.top + y).find(e => e.dataset && e.dataset.i !== undefined && e.closest("#outlines"));
  return found ? +found.dataset.i : -1;
}
function districtBox(i) {
  const b = paths[i].getBBox(), s = data.step;
  return [b.x * s, b.y * s, (b.x + b.width) * s, (b.y + b.height) * s];
}
