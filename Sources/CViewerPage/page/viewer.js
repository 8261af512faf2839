// The page of `sheaf view`. The server cuts planes and sends numbers; contrast, colours and outlines are made here, so that
// changing them asks for nothing.
//
// World coordinates are micrometres, or voxels of the first layer where its voxel size is unknown; voxel 0 of any level
// reaches from 0 to its size. Everything is in (z, y, x) order.

// Few and large pieces: a plane that fills a window is one or four requests, which a browser sends at once.
const tileEdge = 512;
const mostTileBytes = 320 << 20;
const mostRequests = 6;
const base = location.pathname.replace(/[^/]*$/, '');
const $ = (id) => document.getElementById(id);
const html = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const number = (value) =>
  value === null || !Number.isFinite(value) ? '–'
  : Number.isInteger(value) ? String(value)
  : Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(5)));

// MARK: State

let layers = [];
let objects = null;
const view = {
  position: [0, 0, 0],
  center: [0, 0, 0],
  /** Pixels of the screen a unit of the world takes. */
  scale: 1,
  /** Planes of the finest level that the maximum is taken over. */
  slab: 1,
  layout: 'all',
  crosshair: true,
  /** Whether everything is shown as large as it can be; stays so when panes change. */
  isFitted: false,
  selected: null,
  sort: 'id', descending: false, start: 0,
};
let size = [1, 1, 1];
let unit = 'voxel';

/** The panes: which axis is cut, and which run to the right and downwards. */
const panes = {
  xy: { axis: 0, right: 2, down: 1 },
  zy: { axis: 2, right: 0, down: 1 },
  xz: { axis: 1, right: 2, down: 0 },
};
let activePane = panes.xy;

// MARK: Tiles

const tiles = new Map();
let tileBytes = 0;
const running = new Map();
let wanted = [];
/** Pieces of the plane that comes next for whoever scrolls on; asked for after everything that is wanted. */
let ahead = [];
let lastStep = null;
const idleWaiters = [];
const problems = new Map();

const rowAxis = (axis) => (axis === 0 ? 1 : 0);
const columnAxis = (axis) => (axis === 2 ? 1 : 2);

/** The level whose voxels are not much smaller than a pixel. */
function levelFor(layer, pane) {
  const pixel = 1 / view.scale;
  let level = 0;
  layer.levels.forEach((candidate, index) => {
    if (candidate.voxelSize[pane.right] <= pixel * 1.2 && candidate.voxelSize[pane.down] <= pixel * 1.2) level = index;
  });
  return level;
}

/** First and end plane of a level that are shown. */
function planesOf(layer, level, axis, middle = view.position[axis]) {
  const { extent, voxelSize } = layer.levels[level];
  const half = (view.slab - 1) / 2 * layers[0].levels[0].voxelSize[axis];
  const first = clamp(Math.floor((middle - half) / voxelSize[axis] + 1e-6), 0, extent[axis] - 1);
  const last = clamp(Math.floor((middle + half) / voxelSize[axis] + 1e-6), first, extent[axis] - 1);
  return [first, Math.min(last + 1, first + 512)];
}

function tileAddress(tile) {
  const range = (first, end) => `${first}-${end}`;
  return `${base}api/plane/${tile.layer.index}/${tile.level}/${tile.axis}/${range(...tile.planes)}/`
    + `${range(tile.row * tileEdge, (tile.row + 1) * tileEdge)}/${range(tile.column * tileEdge, (tile.column + 1) * tileEdge)}`;
}

function tileKey(tile) {
  return `${tile.layer.index}/${tile.level}/${tile.axis}/${tile.planes}/${tile.row}/${tile.column}`;
}

async function load(tile) {
  const control = new AbortController();
  running.set(tile.key, control);
  try {
    const response = await fetch(tileAddress(tile), { signal: control.signal });
    if (!response.ok) throw new Error(response.status === 503 ? 'busy' : await response.text() || `status ${response.status}`);
    const bytes = await response.arrayBuffer();
    const gaps = response.headers.get('X-Gaps');
    if (tile.layer.kind !== 'labels') takeCoding(tile.layer, response.headers.get('X-Coding'));
    const { extent } = tile.layer.levels[tile.level];
    const rows = Math.min(tileEdge, extent[rowAxis(tile.axis)] - tile.row * tileEdge);
    const columns = Math.min(tileEdge, extent[columnAxis(tile.axis)] - tile.column * tileEdge);
    const loaded = {
      rows, columns, layer: tile.layer, revision: -1, canvas: null, used: performance.now(),
      numbers: tile.layer.kind === 'labels' ? new Uint32Array(bytes) : new Uint16Array(bytes),
      gaps: gaps ? JSON.parse(decodeURIComponent(gaps)) : [],
    };
    loaded.isPending = loaded.gaps.some((gap) => gap[4] === null);
    for (const gap of loaded.gaps) if (gap[4]) problems.set(gap[4], true);
    if (loaded.gaps.length) showProblems();
    if (loaded.numbers.length !== rows * columns) throw new Error(`expected ${rows * columns} numbers, found ${loaded.numbers.length}`);
    keep(tile.key, loaded);
  } catch (error) {
    if (error.name !== 'AbortError' && error.message !== 'busy') {
      problems.set(`${tile.layer.name}: ${error.message}`, true);
      showProblems();
      keep(tile.key, { failed: true, used: performance.now(), layer: tile.layer, gaps: [] });
    }
  } finally {
    running.delete(tile.key);
    pump();
    drawArrived();
  }
}

function drop(key, tile) {
  tileBytes -= tile.bytes ?? 0;
  tiles.delete(key);
}

/** What the numbers of a layer mean changes while its store is being written and values turn up that had no number yet. */
function takeCoding(layer, text) {
  const [offset, step] = (text ?? '').split(' ').map(Number);
  if (!(step > 0) || (offset === layer.offset && step === layer.step)) return;
  Object.assign(layer, { offset, step });
  for (const [key, tile] of tiles) if (tile.layer === layer) drop(key, tile);
  changed([layer]);
}

let lateDraw = null;
/** A plane is drawn when all of it is there, so that scrolling neither tears it nor draws it several times; or as far as it
 *  is there after a while. */
function drawArrived() {
  if (wanted.every(({ key }) => tiles.has(key))) {
    if (wanted.length) requestDraw();
  } else {
    lateDraw ??= setTimeout(() => {
      lateDraw = null;
      requestDraw();
    }, 40);
  }
}

function keep(key, tile) {
  tile.bytes = (tile.numbers?.byteLength ?? 0) + (tile.rows ?? 0) * (tile.columns ?? 0) * 4;
  tileBytes += tile.bytes;
  tiles.set(key, tile);
  if (tileBytes <= mostTileBytes) return;
  for (const [old, { bytes }] of [...tiles].sort((a, b) => a[1].used - b[1].used)) {
    if (tileBytes < mostTileBytes * 0.75) break;
    tiles.delete(old);
    tileBytes -= bytes;
  }
}

/** Starts what is wanted, and stops what no longer is. */
function pump() {
  const all = [...wanted, ...ahead];
  const keys = new Set(all.map((tile) => tile.key));
  for (const [key, control] of running) if (!keys.has(key)) control.abort();
  for (const tile of all) {
    if (running.size >= mostRequests) break;
    if (!running.has(tile.key) && !tiles.has(tile.key)) load(tile);
  }
  $('busy').textContent = wanted.length ? `reading ${wanted.length} pieces` : '';
}

// MARK: Colours

const heat = (() => {
  // Dark violet to yellow, of steadily rising lightness, so that it reads without colours too.
  const stops = [[0, 0, 4], [87, 16, 110], [188, 55, 84], [249, 142, 9], [252, 255, 164]];
  return Array.from({ length: 256 }, (_, value) => {
    const place = value / 255 * (stops.length - 1);
    const first = Math.min(Math.floor(place), stops.length - 2);
    return stops[first].map((channel, index) => channel + (stops[first + 1][index] - channel) * (place - first));
  });
})();

const labelColours = new Map();

/** The colour of a label: the same as in pictures that `sheaf picture` draws. */
function labelColour(id) {
  let colour = labelColours.get(id);
  if (colour) return colour;
  const hashed = (BigInt(id) * 0x9E3779B97F4A7C15n) & 0xFFFFFFFFFFFFFFFFn;
  const turn = (Number(hashed >> 11n) * 2 ** -53 + 0.45) % 1 * 6;
  const part = turn - Math.floor(turn);
  const level = (value) => Math.floor(60 + value * 195);
  const [full, rising, falling, none] = [level(1), level(part), level(1 - part), level(0)];
  colour = [[full, rising, none], [falling, full, none], [none, full, rising], [none, falling, full], [rising, none, full], [full, none, falling]][Math.floor(turn)];
  if (labelColours.size > 1 << 18) labelColours.clear();
  labelColours.set(id, colour);
  return colour;
}

function render(tile) {
  const { rows, columns, layer, numbers } = tile;
  const image = new ImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  if (layer.kind === 'labels') renderLabels(tile, pixels);
  else {
    const table = layer.table ??= colourTable(layer);
    for (let index = 0; index < numbers.length; index += 1) pixels[index] = table[numbers[index]];
  }
  tile.canvas ??= new OffscreenCanvas(columns, rows);
  tile.canvas.getContext('2d').putImageData(image, 0, 0);
  tile.revision = layer.revision;
}

/** The pixel, as ABGR, of every number the server can send. */
function colourTable(layer) {
  const table = new Uint32Array(65536);
  const black = (layer.black - layer.offset) / layer.step;
  const range = Math.max((layer.white - layer.black) / layer.step, 1e-9);
  const [red, green, blue] = layer.colour;
  for (let value = 0; value < 65536; value += 1) {
    const share = clamp((value - black) / range, 0, 1);
    if (layer.kind === 'probabilities') {
      const [r, g, b] = heat[Math.round(share * 255)];
      table[value] = (Math.round(255 * Math.sqrt(share)) << 24) | (b << 16) | (g << 8) | r;
    } else table[value] = (255 << 24) | (blue * share << 16) | (green * share << 8) | red * share;
  }
  return table;
}

function renderLabels(tile, pixels) {
  const { rows, columns, layer, numbers } = tile;
  const inside = Math.round(255 * (layer.outlined ? 0.12 : 0.55));
  for (let row = 0, index = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1, index += 1) {
      const id = numbers[index];
      if (id === 0) continue;
      const isEdge = (column > 0 && numbers[index - 1] !== id) || (column < columns - 1 && numbers[index + 1] !== id)
        || (row > 0 && numbers[index - columns] !== id) || (row < rows - 1 && numbers[index + columns] !== id);
      const isSelected = id === view.selected;
      const [red, green, blue] = isSelected ? [255, 255, 255] : labelColour(id);
      const alpha = isEdge && (layer.outlined || isSelected) ? 255 : isSelected ? 140 : inside;
      pixels[index] = (alpha << 24) | (blue << 16) | (green << 8) | red;
    }
  }
}

// MARK: Drawing

let drawRequested = false;
function requestDraw() {
  if (drawRequested) return;
  drawRequested = true;
  requestAnimationFrame(() => {
    drawRequested = false;
    draw();
  });
}

function draw() {
  wanted = [];
  ahead = [];
  for (const pane of Object.values(panes)) {
    if (pane.canvas.offsetParent === null) continue;
    const others = wanted.length;
    drawPane(pane);
    if (wanted.length === others) markOnce('first plane');
  }
  if (!wanted.length) markOnce('all planes');
  // What is nearest to the crosshair of the active pane comes first.
  wanted.sort((a, b) => a.priority - b.priority);
  if (lastStep) ahead = piecesAhead(lastStep);
  pump();
  if (!wanted.length) while (idleWaiters.length) idleWaiters.pop()();
}

/** What the last step, repeated, will show. */
function piecesAhead({ pane, count }) {
  if (pane.canvas.offsetParent === null) return [];
  return pane.pieces.flatMap((piece) => {
    const { voxelSize } = layers[0].levels[0];
    const tile = { ...piece, planes: planesOf(piece.layer, piece.level, pane.axis, view.position[pane.axis] + count * voxelSize[pane.axis]) };
    tile.key = tileKey(tile);
    return tile.key === piece.key || tiles.has(tile.key) ? [] : [tile];
  });
}

/** For measurements: when something was drawn completely for the first time. */
function markOnce(name) {
  if (!performance.getEntriesByName(name).length) performance.mark(name);
}

function drawPane(pane) {
  const ratio = devicePixelRatio || 1;
  const [width, height] = [Math.max(1, Math.round(pane.canvas.clientWidth * ratio)), Math.max(1, Math.round(pane.canvas.clientHeight * ratio))];
  if (pane.canvas.width !== width || pane.canvas.height !== height) {
    Object.assign(pane.canvas, { width, height });
    pane.scratch = new OffscreenCanvas(width, height);
  }
  const context = pane.canvas.getContext('2d', { alpha: false });
  context.globalCompositeOperation = 'source-over';
  context.globalAlpha = 1;
  context.fillStyle = '#000';
  context.fillRect(0, 0, width, height);
  // The first layer as it is; what lies over it adds its light, probabilities and labels cover.
  pane.pieces = [];
  let isFirst = true;
  for (const layer of layers) {
    if (!layer.visible) continue;
    // What is opaque and lies below everything needs no canvas of its own.
    const isOpaque = isFirst && layer.kind === 'intensities' && layer.opacity === 1;
    isFirst = false;
    drawLayer(pane, layer, isOpaque ? context : pane.scratch.getContext('2d'), isOpaque);
    if (isOpaque) continue;
    context.globalCompositeOperation = layer.kind === 'intensities' ? 'lighter' : 'source-over';
    context.globalAlpha = layer.opacity;
    context.drawImage(pane.scratch, 0, 0);
  }
  context.globalCompositeOperation = 'source-over';
  context.globalAlpha = 1;
  drawDecorations(pane, context, width, height);
}

function toScreen(pane, axis, value, length) { return (value - view.center[axis]) * view.scale * (devicePixelRatio || 1) + length / 2; }

function drawLayer(pane, layer, context, isOpaque) {
  const { width, height } = context.canvas;
  context.setTransform(1, 0, 0, 1, 0, 0);
  if (!isOpaque) context.clearRect(0, 0, width, height);
  const target = levelFor(layer, pane);
  const coarsest = layer.levels.length - 1;
  // Below the level that is wanted lies the coarsest one, which is there at once.
  for (const level of new Set([coarsest, target])) drawLevel(pane, layer, level, target, context, isOpaque);
  context.setTransform(1, 0, 0, 1, 0, 0);
}

function drawLevel(pane, layer, level, target, context, isOpaque) {
  const { width, height } = context.canvas;
  const { extent, voxelSize } = layer.levels[level];
  const ratio = devicePixelRatio || 1;
  const planes = planesOf(layer, level, pane.axis);
  const isTransposed = pane.right !== columnAxis(pane.axis);
  const halfRight = width / 2 / view.scale / ratio, halfDown = height / 2 / view.scale / ratio;
  const visible = (axis, half) => {
    const edge = voxelSize[axis] * tileEdge;
    const end = Math.ceil(extent[axis] / tileEdge);
    return [clamp(Math.floor((view.center[axis] - half) / edge), 0, end), clamp(Math.ceil((view.center[axis] + half) / edge), 0, end)];
  };
  const [right0, right1] = visible(pane.right, halfRight);
  const [down0, down1] = visible(pane.down, halfDown);
  context.imageSmoothingEnabled = layer.kind !== 'labels' && voxelSize[pane.right] * view.scale * ratio < 1;
  for (let down = down0; down < down1; down += 1) {
    for (let right = right0; right < right1; right += 1) {
      const tile = { layer, level, axis: pane.axis, planes, row: isTransposed ? right : down, column: isTransposed ? down : right };
      tile.key = tileKey(tile);
      if (level === target) pane.pieces.push(tile);
      const place = `${layer.index}/${level}/${down}/${right}`;
      let loaded = tiles.get(tile.key);
      if (!loaded) {
        const distance = Math.hypot(
          (right + 0.5) * tileEdge * voxelSize[pane.right] - view.center[pane.right],
          (down + 0.5) * tileEdge * voxelSize[pane.down] - view.center[pane.down]) * view.scale;
        tile.priority = distance + (pane === activePane ? 0 : 3000) + (level === target ? 1000 : 0);
        wanted.push(tile);
        // While a plane is on its way, the one that was there before stays.
        loaded = pane.shown.get(place);
      } else {
        pane.shown.set(place, loaded);
        loaded.used = performance.now();
      }
      if (!loaded?.numbers) continue;
      if (loaded.revision !== layer.revision || !loaded.canvas) render(loaded);
      const stepRight = voxelSize[pane.right] * view.scale * ratio, stepDown = voxelSize[pane.down] * view.scale * ratio;
      const x = toScreen(pane, pane.right, right * tileEdge * voxelSize[pane.right], width);
      const y = toScreen(pane, pane.down, down * tileEdge * voxelSize[pane.down], height);
      // Rows of a tile run along the first of the two axes; where that is the one to the right, the tile is turned.
      context.setTransform(isTransposed ? 0 : stepRight, isTransposed ? stepDown : 0, isTransposed ? stepRight : 0, isTransposed ? 0 : stepDown, x, y);
      if (!isOpaque) context.clearRect(0, 0, loaded.columns, loaded.rows);
      context.drawImage(loaded.canvas, 0, 0);
      for (const gap of loaded.gaps) hatch(context, gap);
    }
  }
}

const hatches = {};
/** Where voxels could not be read, or are not there yet: never drawn as background. */
function hatch(context, [row0, row1, column0, column1, reason]) {
  const colour = reason ? '#e4572e' : '#5b7ea4';
  hatches[colour] ??= (() => {
    const canvas = new OffscreenCanvas(12, 12);
    const pattern = canvas.getContext('2d');
    pattern.fillStyle = '#101418';
    pattern.fillRect(0, 0, 12, 12);
    pattern.strokeStyle = colour;
    pattern.lineWidth = 2;
    for (const offset of [-12, 0, 12]) {
      pattern.moveTo(offset, 12);
      pattern.lineTo(offset + 12, 0);
    }
    pattern.stroke();
    return canvas;
  })();
  const transform = context.getTransform();
  const corners = [[column0, row0], [column1, row1]].map(([x, y]) => transform.transformPoint({ x, y }));
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = context.createPattern(hatches[colour], 'repeat');
  context.fillRect(corners[0].x, corners[0].y, corners[1].x - corners[0].x, corners[1].y - corners[0].y);
  context.restore();
}

function drawDecorations(pane, context, width, height) {
  const ratio = devicePixelRatio || 1;
  const x = toScreen(pane, pane.right, view.position[pane.right], width);
  const y = toScreen(pane, pane.down, view.position[pane.down], height);
  if (view.crosshair) {
    context.strokeStyle = 'rgba(255, 213, 79, 0.7)';
    context.lineWidth = ratio;
    context.beginPath();
    const gap = 8 * ratio;
    context.moveTo(0, y); context.lineTo(x - gap, y); context.moveTo(x + gap, y); context.lineTo(width, y);
    context.moveTo(x, 0); context.lineTo(x, y - gap); context.moveTo(x, y + gap); context.lineTo(x, height);
    context.stroke();
  }
  // A scale bar of 1, 2 or 5 times a power of ten, about a fifth of the pane.
  const goal = width / ratio / 5 / view.scale;
  const power = 10 ** Math.floor(Math.log10(goal));
  const length = [5, 2, 1].map((factor) => factor * power).find((candidate) => candidate <= goal) ?? power;
  const pixels = length * view.scale * ratio;
  const text = unit === 'µm' ? (length >= 1000 ? `${number(length / 1000)} mm` : `${number(length)} µm`) : `${number(length)} voxels`;
  context.font = `${12 * ratio}px system-ui, sans-serif`;
  context.fillStyle = 'rgba(0, 0, 0, 0.55)';
  context.fillRect(8 * ratio, height - 34 * ratio, Math.max(pixels, context.measureText(text).width) + 12 * ratio, 28 * ratio);
  context.fillStyle = '#fff';
  context.fillRect(14 * ratio, height - 13 * ratio, pixels, 3 * ratio);
  context.fillText(text, 14 * ratio, height - 19 * ratio);
  const axisName = 'zyx'[pane.axis];
  const plane = Math.floor(view.position[pane.axis] / layers[0].levels[0].voxelSize[pane.axis]);
  const caption = `${axisName} ${plane}` + (view.slab > 1 ? ` ± ${Math.floor(view.slab / 2)}, maximum` : '');
  context.fillStyle = 'rgba(0, 0, 0, 0.55)';
  context.fillRect(8 * ratio, 8 * ratio, context.measureText(caption).width + 12 * ratio, 20 * ratio);
  context.fillStyle = '#fff';
  context.fillText(caption, 14 * ratio, 22 * ratio);
}

// MARK: Moving

function setPosition(position, { recenter = false } = {}) {
  view.position = position.map((value, axis) => clamp(value, 0, size[axis] - 1e-6));
  if (recenter) Object.assign(view, { center: [...view.position], isFitted: false });
  showPosition();
  saveLink();
  requestDraw();
}

function stepPlane(pane, count) {
  const { voxelSize } = layers[0].levels[0];
  const plane = Math.floor(view.position[pane.axis] / voxelSize[pane.axis]) + count;
  const position = [...view.position];
  position[pane.axis] = (plane + 0.5) * voxelSize[pane.axis];
  const before = view.position[pane.axis];
  lastStep = { pane, count };
  setPosition(position);
  view.center[pane.axis] += view.position[pane.axis] - before;
}

function zoom(factor, pane, point) {
  const smallest = Math.min(...panesShown().map((p) => Math.min(p.canvas.clientWidth / size[p.right], p.canvas.clientHeight / size[p.down]))) / 4;
  const finest = Math.min(...layers[0].levels[0].voxelSize);
  const scale = clamp(view.scale * factor, smallest, 64 / finest);
  if (pane && point) {
    for (const [axis, offset] of [[pane.right, point[0]], [pane.down, point[1]]]) {
      view.center[axis] += offset / view.scale - offset / scale;
    }
  }
  view.scale = scale;
  view.isFitted = false;
  saveLink();
  requestDraw();
}

const panesShown = () => Object.values(panes).filter((pane) => pane.canvas.offsetParent !== null);

function fit() {
  view.center = size.map((length) => length / 2);
  view.scale = Math.min(...panesShown().map((pane) => Math.min(pane.canvas.clientWidth / size[pane.right], pane.canvas.clientHeight / size[pane.down]))) * 0.96;
  view.isFitted = true;
  saveLink();
  requestDraw();
}

function worldAt(pane, event) {
  const box = pane.canvas.getBoundingClientRect();
  const position = [...view.position];
  position[pane.right] = view.center[pane.right] + (event.clientX - box.left - box.width / 2) / view.scale;
  position[pane.down] = view.center[pane.down] + (event.clientY - box.top - box.height / 2) / view.scale;
  return position;
}

/** The number that is drawn at a place of a pane; null where nothing is loaded. */
function valueAt(pane, layer, position) {
  const level = levelFor(layer, pane);
  const { extent, voxelSize } = layer.levels[level];
  const [row, column] = [rowAxis(pane.axis), columnAxis(pane.axis)].map((axis) => Math.floor(position[axis] / voxelSize[axis]));
  if (row < 0 || column < 0 || row >= extent[rowAxis(pane.axis)] || column >= extent[columnAxis(pane.axis)]) return null;
  const key = tileKey({
    layer, level, axis: pane.axis, planes: planesOf(layer, level, pane.axis),
    row: Math.floor(row / tileEdge), column: Math.floor(column / tileEdge),
  });
  const tile = tiles.get(key);
  if (!tile?.numbers) return null;
  const found = tile.numbers[row % tileEdge * tile.columns + column % tileEdge];
  return layer.kind === 'labels' ? found : layer.offset + layer.step * found;
}

function pick(pane, position) {
  setPosition(position);
  for (const layer of [...layers].reverse()) {
    if (layer.kind !== 'labels' || !layer.visible) continue;
    const id = valueAt(pane, layer, position);
    if (id) return select(id, layer, { jump: false });
  }
  select(null);
}

function connect(pane, figure) {
  pane.figure = figure;
  pane.canvas = figure.querySelector('canvas');
  pane.slider = figure.querySelector('input');
  pane.shown = new Map();
  pane.pieces = [];
  const pointers = new Map();
  let moved = 0, spread = 0;
  pane.canvas.addEventListener('pointerdown', (event) => {
    pane.canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, event);
    if (pointers.size === 1) moved = 0;
    spread = 0;
    activate(pane);
  });
  pane.canvas.addEventListener('pointermove', (event) => {
    showValues(pane, worldAt(pane, event));
    const before = pointers.get(event.pointerId);
    if (!before) return;
    pointers.set(event.pointerId, event);
    const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
    if (pointers.size === 2) {
      const [a, b] = [...pointers.values()];
      const distance = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
      if (spread) zoom(distance / spread);
      spread = distance;
      moved = 10;
    }
    moved += Math.abs(dx) + Math.abs(dy);
    if (moved < 4) return;
    view.isFitted = false;
    view.center[pane.right] -= dx / view.scale / pointers.size;
    view.center[pane.down] -= dy / view.scale / pointers.size;
    saveLink();
    requestDraw();
  });
  const release = (event) => {
    if (!pointers.delete(event.pointerId)) return;
    if (event.type === 'pointerup' && moved < 4) pick(pane, worldAt(pane, event));
  };
  pane.canvas.addEventListener('pointerup', release);
  pane.canvas.addEventListener('pointercancel', release);
  pane.canvas.addEventListener('pointerenter', () => activate(pane));
  let wheel = 0;
  pane.canvas.addEventListener('wheel', (event) => {
    event.preventDefault();
    const delta = event.deltaMode === 1 ? event.deltaY * 40 : event.deltaY;
    if (event.ctrlKey || event.metaKey) {
      const box = pane.canvas.getBoundingClientRect();
      zoom(2 ** (-delta / 240), pane, [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2]);
      return;
    }
    wheel += delta;
    const steps = Math.trunc(wheel / 40);
    if (steps) {
      wheel -= steps * 40;
      stepPlane(pane, clamp(steps, -10, 10) * (event.shiftKey ? 10 : 1));
    }
  }, { passive: false });
  pane.slider.addEventListener('input', () => {
    const plane = Math.floor(view.position[pane.axis] / layers[0].levels[0].voxelSize[pane.axis]);
    stepPlane(pane, Number(pane.slider.value) - plane);
  });
}

function activate(pane) {
  activePane = pane;
  for (const other of Object.values(panes)) other.figure.classList.toggle('active', other === pane);
}

addEventListener('keydown', (event) => {
  if (event.target.matches('input, dialog *') && event.target.type !== 'range' && event.target.type !== 'checkbox') return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const labels = layers.filter((layer) => layer.kind === 'labels');
  const actions = {
    ArrowLeft: () => stepPlane(activePane, event.shiftKey ? -10 : -1),
    ArrowRight: () => stepPlane(activePane, event.shiftKey ? 10 : 1),
    '+': () => zoom(1.25), '=': () => zoom(1.25), '-': () => zoom(0.8),
    r: fit, Home: fit,
    0: () => setLayout('all'), 1: () => setLayout('xy'), 2: () => setLayout('xz'), 3: () => setLayout('zy'),
    v: () => toggle([layers.at(-1)]), V: () => toggle(labels),
    o: () => { for (const layer of labels) layer.outlined = !layer.outlined; changed(labels); },
    a: () => { for (const layer of layers) autoContrast(layer); },
    c: () => { view.crosshair = !view.crosshair; requestDraw(); },
    h: () => $('keys').showModal(), '?': () => $('keys').showModal(),
  };
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

function toggle(some) {
  const isVisible = some.some((layer) => layer.visible);
  for (const layer of some) layer.visible = !isVisible;
  changed(some);
}

/** Panes begin and end at whole pixels, so that the browser draws their voxels as they are. */
function layOut() {
  const { clientWidth, clientHeight } = $('panes');
  const isWide = view.layout === 'all' && !matchMedia('(max-width: 860px)').matches;
  // As the volume is, within reason, so that none of the three planes wastes the room of another.
  const share = (first, second) => clamp(first / (first + second), 0.3, 0.7);
  const left = Math.round((clientWidth - 2) * share(size[2], size[0])), top = Math.round((clientHeight - 2) * share(size[1], size[0]));
  $('panes').style.gridTemplate = isWide ? `${top}px ${clientHeight - 2 - top}px / ${left}px ${clientWidth - 2 - left}px` : '';
}

function setLayout(layout) {
  view.layout = layout;
  $('panes').dataset.layout = layout;
  layOut();
  for (const button of document.querySelectorAll('button[data-layout]')) button.setAttribute('aria-pressed', String(button.dataset.layout === layout));
  if (layout !== 'all') activate(panes[layout]);
  if (view.isFitted) fit();
  saveLink();
  requestDraw();
}

// MARK: Panels

function showPosition() {
  const { voxelSize } = layers[0].levels[0];
  ['z', 'y', 'x'].forEach((name, axis) => {
    if (document.activeElement !== $(name)) $(name).value = Math.floor(view.position[axis] / voxelSize[axis]);
  });
  for (const pane of Object.values(panes)) pane.slider.value = Math.floor(view.position[pane.axis] / voxelSize[pane.axis]);
}

function showValues(pane, position) {
  const { voxelSize } = layers[0].levels[0];
  const voxel = position.map((value, axis) => Math.floor(value / voxelSize[axis]));
  const values = layers.filter((layer) => layer.visible).map((layer) => `${layer.name}: ${number(valueAt(pane, layer, position))}`);
  const place = `z ${voxel[0]}, y ${voxel[1]}, x ${voxel[2]}` + (unit === 'µm' ? ` (${position.map((value) => value.toFixed(1)).join(', ')} µm)` : '');
  $('under').textContent = `${place}   ${values.join('   ')}`;
}

function showProblems() {
  const texts = [...problems.keys()];
  $('problems').replaceChildren(
    ...(texts.length ? [html('p', { textContent: `${texts.length} ${texts.length === 1 ? 'part' : 'parts'} cannot be read:` })] : []),
    html('ul', {}, ...texts.slice(-5).map((text) => html('li', { textContent: text }))));
}

function changed(some) {
  for (const layer of some) {
    layer.revision += 1;
    layer.table = null;
    layer.update?.();
  }
  saveLink();
  requestDraw();
}

/** Whether nobody has changed the contrast. */
const isAutomatic = (layer) => !layer.contrast || (layer.black === layer.contrast[0] && layer.white === layer.contrast[1]);

function autoContrast(layer) {
  if (!layer.contrast) return;
  [layer.black, layer.white] = layer.contrast;
  changed([layer]);
}

const hex = (colour) => `#${colour.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
const channels = (text) => [1, 3, 5].map((start) => parseInt(text.slice(start, start + 2), 16));

function layerPanel(layer) {
  const visible = html('input', { type: 'checkbox', checked: layer.visible, title: 'Show' });
  visible.addEventListener('input', () => { layer.visible = visible.checked; changed([layer]); });
  const head = html('div', { className: 'head' }, visible, html('span', { textContent: layer.name, title: layer.path }),
    html('small', { textContent: layer.kind === 'intensities' ? layer.voxelType : layer.kind }));
  const panel = html('div', { className: 'layer' }, head);
  const opacity = html('input', { type: 'range', min: 0, max: 1, step: 0.05, value: layer.opacity, title: 'Opacity' });
  opacity.addEventListener('input', () => { layer.opacity = Number(opacity.value); changed([layer]); });
  if (layer.kind === 'labels') {
    const outlined = html('input', { type: 'checkbox', checked: layer.outlined });
    outlined.addEventListener('input', () => { layer.outlined = outlined.checked; changed([layer]); });
    panel.append(html('div', { className: 'row' }, 'opacity', opacity, html('label', {}, outlined, ' outlines')));
    layer.update = () => { visible.checked = layer.visible; outlined.checked = layer.outlined; opacity.value = layer.opacity; };
    return panel;
  }
  if (layer.kind === 'intensities') {
    const colour = html('input', { type: 'color', value: hex(layer.colour), title: 'Colour' });
    colour.addEventListener('input', () => { layer.colour = channels(colour.value); changed([layer]); });
    head.append(colour);
  }
  const canvas = html('canvas', { title: 'Histogram, logarithmic. Drag the handles; double-click for automatic contrast.' });
  const fields = ['black', 'white'].map((name) => {
    const field = html('input', { type: 'text', title: name, inputMode: 'decimal' });
    field.addEventListener('change', () => {
      const value = Number(field.value);
      if (Number.isFinite(value)) layer[name] = value;
      changed([layer]);
    });
    return field;
  });
  const auto = html('button', { textContent: 'auto', title: 'Automatic contrast (a)' });
  auto.addEventListener('click', () => autoContrast(layer));
  panel.append(canvas, html('div', { className: 'row' }, fields[0], 'to', fields[1], auto, opacity));
  connectHistogram(canvas, layer);
  layer.update = () => {
    visible.checked = layer.visible;
    opacity.value = layer.opacity;
    fields[0].value = number(layer.black);
    fields[1].value = number(layer.white);
    drawHistogram(canvas, layer);
  };
  return panel;
}

function connectHistogram(canvas, layer) {
  let dragged = null;
  const valueAtPointer = (event) => {
    const [low, high] = layer.histogramRange;
    return low + (event.clientX - canvas.getBoundingClientRect().left) / canvas.clientWidth * (high - low);
  };
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    const value = valueAtPointer(event);
    dragged = Math.abs(value - layer.black) < Math.abs(value - layer.white) ? 'black' : 'white';
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!dragged) return;
    const [low, high] = layer.histogramRange;
    const step = (high - low) / 512;
    const value = clamp(valueAtPointer(event), low, high);
    if (dragged === 'black') layer.black = Math.min(value, layer.white - step);
    else layer.white = Math.max(value, layer.black + step);
    changed([layer]);
  });
  canvas.addEventListener('pointerup', () => { dragged = null; });
  canvas.addEventListener('dblclick', () => autoContrast(layer));
}

function drawHistogram(canvas, layer) {
  const ratio = devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth * ratio, canvas.clientHeight * ratio];
  if (!width) return;
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d');
  const style = getComputedStyle(document.documentElement);
  const most = Math.log1p(Math.max(1, ...layer.histogram));
  context.fillStyle = style.getPropertyValue('--quiet');
  layer.histogram.forEach((count, index) => {
    const bar = Math.log1p(count) / most * (height - 2);
    context.fillRect(index / layer.histogram.length * width, height - bar, Math.ceil(width / layer.histogram.length), bar);
  });
  const [low, high] = layer.histogramRange;
  const place = (value) => clamp((value - low) / (high - low), 0, 1) * width;
  context.strokeStyle = style.getPropertyValue('--accent');
  context.fillStyle = context.strokeStyle;
  context.lineWidth = 1.5 * ratio;
  context.beginPath();
  context.moveTo(place(layer.black), height);
  context.lineTo(place(layer.white), 1);
  context.stroke();
  context.fillRect(place(layer.black) - ratio, 0, 2 * ratio, height);
  context.fillRect(place(layer.white) - ratio, 0, 2 * ratio, height);
}

// MARK: Objects

const shownColumns = () => ['id', 'voxels', 'centroid_z', 'centroid_y', 'centroid_x', 'mean_intensity'].filter((name) => objects.columns.includes(name));
const columnNames = { centroid_z: 'z', centroid_y: 'y', centroid_x: 'x', mean_intensity: 'mean' };

/** In the list places need no thousandths; the row of a picked object has them. */
const cellText = (name, value) => (name.startsWith('centroid') && Number.isFinite(value) ? value.toFixed(1) : number(value));

async function showObjects({ around = null } = {}) {
  if (!objects) return;
  const query = new URLSearchParams({ sort: view.sort, descending: view.descending ? 1 : 0, start: view.start, count: 100 });
  if (around !== null) query.set('around', around);
  const { start, rows } = await (await fetch(`${base}api/objects?${query}`)).json();
  view.start = start;
  $('rowsShown').textContent = objects.count ? `${start + 1}–${start + rows.length} of ${objects.count}` : 'none';
  const columns = shownColumns();
  $('columns').replaceChildren(...columns.map((name) => {
    const arrow = name === view.sort ? (view.descending ? ' ▾' : ' ▴') : '';
    const cell = html('th', { textContent: (columnNames[name] ?? name) + arrow, title: `Sort by ${name}` });
    cell.addEventListener('click', () => {
      view.descending = name === view.sort ? !view.descending : name !== 'id';
      Object.assign(view, { sort: name, start: 0 });
      saveLink();
      showObjects();
    });
    return cell;
  }));
  $('rows').replaceChildren(...rows.map((row) => {
    const line = html('tr', {}, ...columns.map((name) => html('td', { textContent: cellText(name, row[objects.columns.indexOf(name)]) })));
    line.dataset.id = row[0];
    line.classList.toggle('chosen', row[0] === view.selected);
    line.addEventListener('click', () => select(row[0], layers[objects.layer], { jump: true }));
    return line;
  }));
  if (around !== null) document.querySelector('tr.chosen')?.scrollIntoView({ block: 'center' });
}

async function select(id, layer = null, { jump = false } = {}) {
  view.selected = id;
  for (const line of document.querySelectorAll('#rows tr')) line.classList.toggle('chosen', Number(line.dataset.id) === id);
  changed(layers.filter((other) => other.kind === 'labels'));
  if (id === null) return $('selected').replaceChildren();
  const title = html('h3', { textContent: `${layer?.name ?? 'object'} ${id}` });
  $('selected').replaceChildren(title);
  if (!objects || layer !== layers[objects.layer]) return;
  const response = await fetch(`${base}api/object/${id}`);
  if (!response.ok) {
    $('selected').append(html('p', { textContent: 'The object table has no such row.' }));
    return;
  }
  const { row } = await response.json();
  $('selected').append(html('table', {}, ...objects.columns.slice(1).map((name, index) =>
    html('tr', {}, html('td', { textContent: name.replace(/_um$/, ' (µm)').replaceAll('_', ' ') }), html('td', { textContent: number(row[index + 1]) })))));
  if (jump) {
    const { voxelSize } = layer.levels[0];
    const center = ['centroid_z', 'centroid_y', 'centroid_x'].map((name) => row[objects.columns.indexOf(name)]);
    setPosition(center.map((value, axis) => (value + 0.5) * voxelSize[axis]), { recenter: true });
  } else if (!document.querySelector('tr.chosen')) showObjects({ around: id });
}

// MARK: Links

let linkTimer = null;
function saveLink() {
  if (linkTimer) return;
  linkTimer = setTimeout(() => {
    linkTimer = null;
    history.replaceState(null, '', `#${linkText()}`);
  }, 150);
}

function linkText() {
  const round = (value) => Number(value.toPrecision(7));
  const parts = new URLSearchParams({
    p: view.position.map(round).join(','), c: view.center.map(round).join(','), s: round(view.scale), slab: view.slab,
    layout: view.layout, cross: view.crosshair ? 1 : 0, sort: view.sort, desc: view.descending ? 1 : 0,
  });
  if (view.selected !== null) parts.set('id', view.selected);
  layers.forEach((layer, index) => {
    // What suits the first blocks of a store says nothing about the rest.
    const contrast = layer.isFinished || !isAutomatic(layer) ? [round(layer.black), round(layer.white)] : ['auto', 'auto'];
    parts.set(`l${index}`, [layer.visible ? 1 : 0, layer.opacity, hex(layer.colour), layer.outlined ? 1 : 0, ...contrast].join(','));
  });
  return parts.toString();
}

function readLink() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const numbers = (name) => parts.get(name)?.split(',').map(Number);
  const isPoint = (values) => values?.length === 3 && values.every(Number.isFinite);
  if (isPoint(numbers('p'))) view.position = numbers('p');
  if (isPoint(numbers('c'))) view.center = numbers('c');
  view.slab = clamp(Number(parts.get('slab')) || 1, 1, 512);
  view.crosshair = parts.get('cross') !== '0';
  view.sort = objects?.columns.includes(parts.get('sort')) ? parts.get('sort') : 'id';
  view.descending = parts.get('desc') === '1';
  if (parts.has('id')) view.selected = Number(parts.get('id'));
  layers.forEach((layer, index) => {
    const [visible, opacity, colour, outlined, black, white] = parts.get(`l${index}`)?.split(',') ?? [];
    if (white === undefined) return;
    Object.assign(layer, {
      visible: visible === '1', opacity: Number(opacity), colour: channels(colour), outlined: outlined === '1',
    });
    if (white !== 'auto') Object.assign(layer, { black: Number(black), white: Number(white) });
  });
  setLayout(panes[parts.get('layout')] ? parts.get('layout') : view.layout);
  const scale = Number(parts.get('s'));
  if (scale > 0) view.scale = scale;
  else fit();
  return scale > 0;
}

// MARK: Start

const palette = [[0, 200, 83], [235, 64, 205], [0, 188, 235], [255, 160, 0], [235, 80, 70], [150, 140, 255]];

function adopt(state) {
  const intensities = state.layers.filter((layer) => layer.kind === 'intensities').length;
  let taken = 0;
  layers = state.layers.map((layer, index) => ({
    ...layer, index, visible: true, outlined: true, revision: 0,
    opacity: layer.kind === 'probabilities' ? 0.6 : 1,
    black: layer.contrast?.[0] ?? 0, white: layer.contrast?.[1] ?? 1,
    colour: layer.kind === 'intensities' && intensities > 1 ? palette[taken++ % palette.length] : [255, 255, 255],
  }));
  objects = state.objects;
  const { extent, voxelSize } = layers[0].levels[0];
  size = extent.map((count, axis) => count * voxelSize[axis]);
  unit = layers[0].isCalibrated ? 'µm' : 'voxel';
  view.position = size.map((length) => length / 2);
  view.center = [...view.position];
}

/** While a store is being written, parts that were missing are asked for again, and so is what contrast suits the rest. */
async function watch() {
  if (layers.every((layer) => layer.isFinished)) return;
  try {
    renew(await (await fetch(`${base}api/state`)).json());
  } catch {
    // The server is busy, or gone for a moment.
  }
  for (const [key, tile] of tiles) if (tile.isPending) drop(key, tile);
  requestDraw();
  setTimeout(watch, 2000);
}

function renew(state) {
  state.layers.forEach((newer, index) => {
    const layer = layers[index];
    layer.isFinished = newer.isFinished;
    if (!newer.contrast) return;
    const { contrast, histogram, histogramRange, range } = newer;
    const was = layer.contrast;
    const wasAutomatic = isAutomatic(layer);
    // Small changes from one moment to the next would only flicker.
    const change = Math.max(Math.abs(contrast[0] - was[0]), Math.abs(contrast[1] - was[1]));
    const isNew = newer.isFinished || change > 0.1 * Math.abs(was[1] - was[0]);
    Object.assign(layer, { histogram, histogramRange, range });
    if (isNew) layer.contrast = contrast;
    if (isNew && wasAutomatic && change > 0) {
      [layer.black, layer.white] = contrast;
      changed([layer]);
    } else layer.update?.();
  });
  showNotes(state.notes);
}

function showNotes(notes) {
  $('notes').replaceChildren(...notes.map((text) => html('li', { textContent: text })));
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  for (const layer of layers) layer.update?.();
}

async function start() {
  // The page brings what it shows along, so that planes are asked for as soon as it is there.
  const state = JSON.parse($('state').textContent);
  adopt(state);
  document.title = `${state.title} – Sheaf`;
  $('title').textContent = state.title;
  $('title').title = state.title;
  for (const figure of document.querySelectorAll('.pane')) connect(panes[figure.dataset.pane], figure);
  for (const pane of Object.values(panes)) pane.slider.max = layers[0].levels[0].extent[pane.axis] - 1;
  $('layers').append(...layers.map(layerPanel));
  showNotes(state.notes);
  if (matchMedia('(max-width: 860px)').matches) view.layout = 'xy';
  const isLinked = readLink();
  $('slab').value = view.slab;
  setTheme(matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  activate(activePane);
  showPosition();
  if (!isLinked) fit();
  $('objects').hidden = !objects;
  layOut();
  draw();
  new ResizeObserver(() => {
    layOut();
    if (view.isFitted) fit();
    for (const layer of layers) layer.update?.();
    requestDraw();
  }).observe($('panes'));
  if (objects) {
    $('objectCount').textContent = `(${objects.count})`;
    await showObjects(view.selected === null ? {} : { around: view.selected });
    if (view.selected !== null) select(view.selected, layers[objects.layer]);
  }
  watch();
}

['z', 'y', 'x'].forEach((name, axis) => $(name).addEventListener('change', () => {
  const value = Number($(name).value);
  if (!Number.isFinite(value)) return showPosition();
  const position = [...view.position];
  position[axis] = (Math.floor(value) + 0.5) * layers[0].levels[0].voxelSize[axis];
  setPosition(position, { recenter: true });
}));
$('slab').addEventListener('input', () => {
  view.slab = clamp(Math.round(Number($('slab').value)) || 1, 1, 512);
  saveLink();
  requestDraw();
});
for (const button of document.querySelectorAll('button[data-layout]')) button.addEventListener('click', () => setLayout(button.dataset.layout));
$('fit').addEventListener('click', fit);
$('theme').addEventListener('click', () => setTheme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'));
$('help').addEventListener('click', () => $('keys').showModal());
$('link').addEventListener('click', async () => {
  history.replaceState(null, '', `#${linkText()}`);
  // Without a secure context there is no clipboard: the address bar has the link, too.
  await navigator.clipboard?.writeText(location.href);
  $('link').textContent = navigator.clipboard ? 'copied' : 'in the address bar';
  setTimeout(() => { $('link').textContent = 'copy link'; }, 1500);
});
$('earlier').addEventListener('click', () => { view.start = Math.max(0, view.start - 100); showObjects(); });
$('later').addEventListener('click', () => { if (view.start + 100 < objects.count) view.start += 100; showObjects(); });
$('findObject').addEventListener('change', () => {
  const id = Number($('findObject').value);
  if (Number.isInteger(id)) select(id, layers[objects.layer], { jump: true }).then(() => showObjects({ around: id }));
});

/** For tests and scripts: resolves once everything that is shown has arrived and is drawn. */
window.sheaf = {
  view, panes,
  get layers() { return layers; },
  whenIdle: () => new Promise((resolve) => {
    idleWaiters.push(resolve);
    requestDraw();
  }),
  setPosition, stepPlane, fit, zoom, select, pick, changed,
};

start().catch((error) => {
  $('problems').textContent = `The page cannot start: ${error.message}. Is \`sheaf view\` still running?`;
});
