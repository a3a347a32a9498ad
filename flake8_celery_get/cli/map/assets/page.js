// The page: filters, choice and zoom; the address holds them, so that a view can be shared.

const picture = JSON.parse(document.getElementById("data").textContent);
const byId = new Map(picture.nodes.map(node => [node.id, node]));
const KINDS = ["view", "coroutine", "function", "module", "schedule", "task", "unknown"];
const MOST_CALLERS = 40;  // more are drawn by file, or by folder
const part = id => document.getElementById(id);
const state = { q: "", off: new Set(), app: "", waits: false, cycles: false, node: null };
let zoom = 0;  // 0: as much as fits

// The address

function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  state.q = given.get("q") || "";
  state.off = new Set((given.get("without") || "").split(",").filter(Boolean));
  state.app = given.get("app") || "";
  state.waits = given.has("waits");
  state.cycles = given.has("cycles");
  state.node = byId.has(given.get("node")) ? given.get("node") : null;
}

function writeAddress() {
  const said = new URLSearchParams();
  if (state.q) said.set("q", state.q);
  if (state.off.size) said.set("without", [...state.off].join());
  if (state.app) said.set("app", state.app);
  if (state.waits) said.set("waits", "1");
  if (state.cycles) said.set("cycles", "1");
  if (state.node !== null) said.set("node", state.node);
  history.replaceState(null, "", said.size ? `#${said}` : location.pathname + location.search);
}

// What is shown

function isShownLink(link) {
  if (state.off.has(byId.get(link.from).kind) || state.off.has(byId.get(link.to).kind)) return false;
  if (state.waits && !link.waits) return false;
  if (state.cycles && !picture.cycles.some(r => r.includes(link.from) && r.includes(link.to))) return false;
  return true;
}

function isOfApp(node) {
  if (!state.app) return true;
  if (!isCaller(node)) return node.app === state.app;
  return picture.links.some(link => link.from === node.id && byId.get(link.to).app === state.app);
}

/** The nodes that match, those beside them, and the links between. */
function selected() {
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = node => words.every(word =>
    `${node.kind} ${node.label} ${node.name} ${node.path}`.toLowerCase().includes(word));
  const links = picture.links.filter(isShownLink);
  const linked = new Set(links.flatMap(link => [link.from, link.to]));
  const found = new Set(picture.nodes.filter(node =>
    !state.off.has(node.kind) && isOfApp(node) && matches(node)
    && (linked.has(node.id) || (node.id && !(state.waits || state.cycles)))).map(node => node.id));
  const shown = links.filter(link => found.has(link.from) || found.has(link.to));
  const near = new Set([...found, ...shown.flatMap(link => [link.from, link.to])]);
  const nodes = picture.nodes.filter(node => near.has(node.id))
    .map(node => found.has(node.id) ? node : { ...node, far: true });
  return { found, nodes, links: shown };
}

/** The same, with callers drawn together by file where there are too many. */
function grouped({ nodes, links }) {
  const callers = nodes.filter(isCaller);
  if (callers.length <= MOST_CALLERS) return { nodes, links };
  const home = foldersOf(callers);
  const groups = new Map();
  for (const node of callers) {
    const path = home.get(node.id), id = `in:${path}`;
    const group = groups.get(id) || { id, kind: "group", label: path, name: path, path: "", count: 0, far: true };
    group.count += 1;
    group.far = group.far && !!node.far;
    group.note = `${group.count} caller${group.count === 1 ? "" : "s"}`;
    groups.set(id, group);
  }
  const merged = new Map();
  for (const link of links) {
    const from = home.has(link.from) ? `in:${home.get(link.from)}` : link.from;
    const key = JSON.stringify([from, link.to]), known = merged.get(key);
    merged.set(key, known ? joined(known, link) : { ...link, from });
  }
  return {
    nodes: [...groups.values(), ...nodes.filter(node => !isCaller(node))],
    links: [...merged.values()],
  };
}

/** In a large picture, a chosen node is drawn with its neighbours alone. */
function around(id, { nodes, links }) {
  if (id === null || nodes.length <= MOST_CALLERS) return null;
  const near = links.filter(link => link.from === id || link.to === id);
  const ids = new Set([id, ...near.flatMap(link => [link.from, link.to])]);
  return { nodes: picture.nodes.filter(node => ids.has(node.id)), links: near };
}

function joined(one, other) {
  return { ...one, sends: one.sends + other.sends, waits: one.waits + other.waits,
    inTask: one.inTask || other.inTask, inCycle: one.inCycle || other.inCycle };
}

/** The file of each caller, or the folder that leaves few enough of them. */
function foldersOf(callers) {
  let home = new Map(callers.map(node => [node.id, node.path]));
  while (new Set(home.values()).size > MOST_CALLERS) {
    const deepest = Math.max(...[...home.values()].map(path => path.split("/").length));
    if (deepest === 1) break;
    home = new Map([...home].map(([id, path]) => {
      const parts = path.split("/");
      return [id, parts.length === deepest ? parts.slice(0, -1).join("/") : path];
    }));
  }
  return home;
}

// The page

let plan = null;

function show() {
  const chosen = selected(), drawn = around(state.node, chosen) || grouped(chosen);
  const svg = part("drawing");
  part("nothing").hidden = drawn.nodes.length > 0;
  svg.toggleAttribute("hidden", drawn.nodes.length === 0);
  plan = draw(svg, drawn.nodes, drawn.links);
  scale();
  showLists(chosen.found);
  showControls([...chosen.found].filter(Boolean).length);
  showChoice();
}

function showLists(found) {
  for (const item of document.querySelectorAll(".nodes > li[data-id]"))
    item.hidden = !found.has(item.dataset.id);
  for (const section of document.querySelectorAll("#lists section"))
    section.hidden = !section.querySelector(".nodes > li:not([hidden])");
}

function showControls(count) {
  if (part("search").value !== state.q) part("search").value = state.q;
  part("waits").checked = state.waits;
  part("cycles").checked = state.cycles;
  part("app").value = state.app;
  for (const button of part("kinds").children)
    button.setAttribute("aria-pressed", String(!state.off.has(button.dataset.kind)));
  const all = picture.nodes.filter(node => node.id).length;
  part("count").textContent = count < all ? `${count} of ${all}` : `${all} shown`;
}

function showChoice() {
  const svg = part("drawing"), id = state.node;
  const box = [...svg.querySelectorAll(".node")].find(each => each.dataset.id === id);
  svg.classList.toggle("choosing", !!box);
  const near = new Set([id]);
  for (const edge of svg.querySelectorAll(".edge")) {
    const touches = edge.dataset.from === id || edge.dataset.to === id;
    edge.classList.toggle("near", touches);
    if (touches) near.add(edge.dataset.from).add(edge.dataset.to);
  }
  for (const each of svg.querySelectorAll(".node")) {
    each.classList.toggle("near", near.has(each.dataset.id));
    each.classList.toggle("chosen", each === box);
    each.setAttribute("tabindex", -1);
  }
  (box || svg.querySelector(".node"))?.setAttribute("tabindex", 0);
  for (const item of document.querySelectorAll(".nodes > li")) {
    const isChosen = id !== null && item.dataset.id === id;
    if (item.classList.contains("chosen") && !isChosen) item.firstElementChild.open = false;
    item.classList.toggle("chosen", isChosen);
    if (isChosen) {
      item.hidden = false;
      item.firstElementChild.open = true;
    }
  }
}

function choose(id) {
  if (id && id.startsWith("in:")) {  // a folder: look into it
    state.q = id.slice(3);
    state.node = null;
  } else {
    state.node = state.node === id ? null : id;
  }
  writeAddress();
  show();
}

function bringToView(id) {
  const item = [...document.querySelectorAll(".nodes > li")].find(each => each.dataset.id === id);
  item?.scrollIntoView({ block: "nearest" });
  const place = plan.places.get(id), factor = scale();
  if (place) part("canvas").scrollTo(place.x * factor - 40, place.y * factor - 120);
}

function scale() {
  const room = part("canvas").clientWidth || 600;
  const fitting = Math.min(1, Math.max(room / plan.width, 0.76));
  const factor = zoom || fitting;
  part("drawing").setAttribute("width", plan.width * factor);
  part("drawing").setAttribute("height", plan.height * factor);
  return factor;
}

function zoomBy(factor) {
  const now = part("drawing").getAttribute("width") / plan.width;
  zoom = Math.min(2, Math.max(0.2, now * factor));
  scale();
}

// Keys: arrows walk along the lines and up and down the columns.

function walk(event) {
  const node = event.target.closest(".node");
  if (!node) return;
  const id = node.dataset.id;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    choose(id);
    bringToView(id);
    return;
  }
  const next = neighbourByKey(id, event.key);
  if (next === undefined) return;
  event.preventDefault();
  const box = [...part("drawing").querySelectorAll(".node")].find(each => each.dataset.id === next);
  node.setAttribute("tabindex", -1);
  box.setAttribute("tabindex", 0);
  box.focus();
}

function neighbourByKey(id, key) {
  const here = plan.places.get(id), all = [...plan.places];
  const nearest = places => places.sort((a, b) => Math.abs(a[1].y - here.y) - Math.abs(b[1].y - here.y))[0]?.[0];
  if (key === "ArrowDown" || key === "ArrowUp") {
    const sign = key === "ArrowDown" ? 1 : -1;
    return nearest(all.filter(([, place]) => place.column === here.column && (place.y - here.y) * sign > 0));
  }
  if (key === "ArrowRight" || key === "ArrowLeft") {
    const [near, far] = key === "ArrowRight" ? ["from", "to"] : ["to", "from"];
    const linked = new Set([...part("drawing").querySelectorAll(".edge")]
      .filter(edge => edge.dataset[near] === id && edge.dataset[far] !== id).map(edge => edge.dataset[far]));
    return nearest(all.filter(([other]) => linked.has(other)));
  }
  return undefined;
}

// Start

function change(update) {
  return event => { update(event.target); writeAddress(); show(); };
}

function addKinds() {
  for (const kind of KINDS) {
    const count = picture.nodes.filter(node => node.kind === kind && node.id).length;
    if (!count) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = kind;
    button.dataset.kind = kind;
    button.textContent = `${kind === "unknown" ? "defined elsewhere" : kind} ${count}`;
    button.addEventListener("click", change(() => {
      if (!state.off.delete(kind)) state.off.add(kind);
    }));
    part("kinds").append(button);
  }
}

function addApps() {
  const apps = picture.apps || [];
  if (apps.length < 2) return;
  for (const [value, label] of [["", "all apps"], ...apps.map(app => [app.id, app.label])])
    part("app").append(new Option(label, value));
  part("app").hidden = false;
}

function start() {
  if (!picture.nodes.length) return;
  part("filter").hidden = part("picture").hidden = false;
  addKinds();
  addApps();
  part("filter").addEventListener("submit", event => event.preventDefault());
  part("search").addEventListener("input", change(input => { state.q = input.value; }));
  part("app").addEventListener("change", change(input => { state.app = input.value; }));
  part("waits").addEventListener("change", change(input => { state.waits = input.checked; }));
  part("cycles").addEventListener("change", change(input => { state.cycles = input.checked; }));
  part("reset").addEventListener("click", () => { location.hash = ""; readAddress(); show(); });
  part("smaller").addEventListener("click", () => zoomBy(0.8));
  part("larger").addEventListener("click", () => zoomBy(1.25));
  part("fit").addEventListener("click", () => { zoom = 0; scale(); });
  part("drawing").addEventListener("click", event => {
    const node = event.target.closest(".node");
    choose(node ? node.dataset.id : null);
    if (node && state.node) bringToView(state.node);
  });
  part("drawing").addEventListener("keydown", walk);
  document.addEventListener("keydown", event => {
    if (event.key === "/" && event.target !== part("search")) {
      event.preventDefault();
      part("search").focus();
    } else if (event.key === "Escape") choose(null);
  });
  addEventListener("hashchange", follow);
  addEventListener("resize", scale);
  follow();
}

/** Show what the address says. */
function follow() {
  readAddress();
  show();
  if (state.node !== null) bringToView(state.node);
}

start();
