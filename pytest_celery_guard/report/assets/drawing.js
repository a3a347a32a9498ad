// The picture of one test: a lane for each task, from left to right what happened.
// Moments that are far apart in virtual time stand one dashed line apart.

const SVG = "http://www.w3.org/2000/svg";
const LANE = 26, MIDDLE = 13, BAR = 12, GAP = 66, WIDEST = 26, NARROWEST = 6;
const KINDS = { SUCCESS: "success", FAILURE: "failure", RETRY: "retry", REVOKED: "revoked" };
const ENDS = new Set(["SUCCESS", "FAILURE", "RETRY", "REVOKED", "REJECTED"]);

function shape(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function after(seconds) {
  const two = number => String(number).padStart(2, "0");
  const all = Math.abs(seconds);
  return `${seconds < 0 ? "-" : "+"}${Math.floor(all / 3600)}:${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`;
}

function kindOf(what) {
  return KINDS[what] || "other";
}

/** Where each event stands, and where time was skipped; in pixels. */
function planOf(events, room) {
  const skips = events.filter((event, place) => place && event.at !== events[place - 1].at).length;
  const step = Math.max(NARROWEST, Math.min(WIDEST, (room - 24 - skips * GAP) / (events.length + 1)));
  const labels = [], places = [];
  let x = 8;
  events.forEach((event, place) => {
    if (!place || event.at !== events[place - 1].at) {
      if (place) x += GAP;
      labels.push({ x: x - 4, text: after(event.at) });
    }
    x += place && event.at === events[place - 1].at ? step : step / 2;
    places.push(x);
  });
  return { places, labels, step, width: Math.max(room, x + 40, labels[labels.length - 1].x + 70) };
}

function drawAxis(plan) {
  const svg = shape("svg", { width: plan.width, height: 22, "aria-hidden": true });
  for (const label of plan.labels) svg.append(shape("text", { x: label.x, y: 15 }, label.text));
  return svg;
}

/** One task: `own` are its events, each with its place `x`. */
function drawLane(task, own, plan) {
  const svg = shape("svg", { width: plan.width, height: LANE, "aria-hidden": true });
  const line = (from, to, kind) => shape("line", { x1: from, x2: to, y1: MIDDLE, y2: MIDDLE, class: kind });
  for (const label of plan.labels.slice(1))
    svg.append(shape("line", { x1: label.x, x2: label.x, y1: 0, y2: LANE, class: "skip" }));
  let last = null, begun = null;
  const marks = [];
  for (const event of own) {
    if (event.what === "started") {
      if (begun !== null) svg.append(bar(begun, event.x - plan.step, "other", plan));
      else if (last) svg.append(line(last.x, event.x, last.what === "RETRY" ? "again" : "waits"));
      begun = event.x;
    } else if (ENDS.has(event.what)) {
      if (begun === null && last) svg.append(line(last.x, event.x, "waits"));
      svg.append(begun === null ? cross(event.x, kindOf(event.what)) : bar(begun, event.x, kindOf(event.what), plan));
      begun = null;
    } else marks.push(event);
    last = event;
  }
  if (begun !== null) svg.append(bar(begun, begun + plan.step, "other", plan));
  if (task.due !== null) svg.append(line(last ? last.x : 8, plan.width - 4, "planned"));
  for (const event of marks)
    svg.append(shape("circle", { cx: event.x, cy: MIDDLE, r: event.what === "sent" ? 4 : 2.5,
      class: event.what === "sent" ? "sent" : "mark" }));
  return svg;
}

function bar(from, to, kind, plan) {
  const width = Math.max(to - from, Math.min(plan.step, 8));
  return shape("rect", { x: from, y: MIDDLE - BAR / 2, width, height: BAR, rx: 3, class: `run ${kind}` });
}

function cross(x, kind) {
  return shape("path", { d: `M${x - 4},${MIDDLE - 4}l8,8m0,-8l-8,8`, class: `end ${kind}` });
}
