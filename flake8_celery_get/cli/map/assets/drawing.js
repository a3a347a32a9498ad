// The drawing: boxes and lines in the SVG element.

const SVG = "http://www.w3.org/2000/svg";
const LABEL = "600 13px system-ui, 'Segoe UI', Roboto, sans-serif";
const PLACE = "11px ui-monospace, Menlo, Consolas, monospace";

function element(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Draw the nodes and links, and return the boxes by id. */
function draw(svg, nodes, links) {
  const plan = layout(nodes, links);
  const lines = element("g", {}), boxes = element("g", {});
  for (const link of [...links].sort((a, b) => weight(a) - weight(b)))
    lines.append(line(link, plan));
  for (const node of nodes) boxes.append(box(node, plan.places.get(node.id)));
  svg.replaceChildren(arrows(), lines, boxes);
  svg.setAttribute("viewBox", `0 0 ${plan.width} ${plan.height}`);
  return plan;
}

/** What is drawn last lies on top. */
function weight(link) {
  return (link.waits ? 1 : 0) + (link.inTask ? 1 : 0);
}

function linkClass(link) {
  const wait = link.inTask ? "in-task" : link.waits ? "waits" : "sends";
  return `${wait}${link.inCycle ? " in-cycle" : ""}`;
}

function arrows() {
  const made = ["sends", "waits", "in-task"].map(kind => element("marker", {
    id: `arrow-${kind}`, class: kind, viewBox: "0 0 8 8", refX: 7, refY: 4,
    markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse", orient: "auto",
  }, element("path", { d: "M0 0L8 4L0 8z" })));
  return element("defs", {}, ...made);
}

function line(link, plan) {
  const start = plan.places.get(link.from), end = plan.places.get(link.to);
  const bends = plan.routes.get(link).map(id => plan.points.get(id));
  const kind = linkClass(link);
  const made = element("path", {
    class: `edge ${kind}`, d: curve(start, end, bends),
    "marker-end": `url(#arrow-${kind.split(" ")[0]})`,
  });
  made.dataset.from = link.from;
  made.dataset.to = link.to;
  return made;
}

/** From the right side of one box to the left of the other; back around to its right. */
function curve(start, end, bends) {
  const half = NODE.height / 2, x = start.x + NODE.width, y = start.y + half;
  if (end.column > start.column) {
    const stops = [...bends, { x: end.x - 2, y: end.y + half }];
    const before = [y, ...bends.map(bend => bend.y)];
    return `M${x} ${y}` + stops.map((stop, n) => {
      const middle = stop.x - NODE.between / 2;
      const swing = `C${middle} ${before[n]} ${middle} ${stop.y} ${stop.x} ${stop.y}`;
      return swing + (n < bends.length ? `H${stop.x + NODE.width}` : "");
    }).join("");
  }
  const right = end.x + NODE.width, far = Math.max(x, right) + 46;
  const shift = start === end ? 12 : 0;
  const endY = end.y + half + shift;
  return `M${x} ${y - shift}C${far} ${y - shift} ${far} ${endY} ${right + 2} ${endY}`;
}

function box(node, at) {
  const { width, height } = NODE;
  const place = node.path && `${node.path}${node.line ? `:${node.line}` : ""}`;
  const isPath = node.kind === "group";
  const under = node.when || node.note || place;
  const texts = [element("text", { x: 15, y: under ? 19 : 27 }, fitted(node.label, LABEL, isPath))];
  if (under)
    texts.push(element("text", { class: "place", x: 15, y: 34 }, fitted(under, PLACE, under === place)));
  const made = element("g", {
    class: `node ${node.kind}${node.far ? " far" : ""}`, tabindex: -1, role: "button",
    transform: `translate(${at.x} ${at.y})`, "aria-label": described(node),
  },
  element("title", {}, described(node)),
  element("rect", { class: "box", width, height, rx: isCaller(node) ? 6 : 22 }),
  isCaller(node) ? element("rect", { class: "band", width: 5, height, rx: 2 }) : "",
  ...texts);
  made.dataset.id = node.id;
  return made;
}

function described(node) {
  const place = node.path ? `, ${node.path}${node.line ? `:${node.line}` : ""}` : "";
  const kind = node.kind === "unknown" ? "not defined here" : node.kind;
  return `${node.name || node.label} (${kind})${node.when ? `, ${node.when}` : ""}${place}`;
}

const ruler = document.createElement("canvas").getContext("2d");

/** The text, cut in its middle or, for paths, at its beginning, to fit into a box. */
function fitted(text, font, atStart = false) {
  ruler.font = font;
  const room = NODE.width - 26;
  if (ruler.measureText(text).width <= room) return text;
  let most = text.length;
  const cut = () => {
    const head = atStart ? 0 : Math.floor(most * 0.45);
    return `${text.slice(0, head)}…${text.slice(text.length - most + head)}`;
  };
  while (most > 1 && ruler.measureText(cut()).width > room) most -= 1;
  return cut();
}
