"use strict";
// Where each node stands: callers left, each task to the right of whatever sends it.

const NODE = { width: 216, height: 44, gap: 12, between: 74, margin: 18 };
const BEND = { height: 4, gap: 10 };  // where a long line passes a column between boxes

/** Links by their start and by their end. */
function neighbours(links) {
  const from = new Map(), to = new Map();
  for (const link of links) {
    if (!from.has(link.from)) from.set(link.from, []);
    if (!to.has(link.to)) to.set(link.to, []);
    from.get(link.from).push(link);
    to.get(link.to).push(link);
  }
  return { from, to };
}

/** The nodes in an order in which each comes before what it leads to; rings are cut. */
function inOrder(nodes, from) {
  const done = new Set(), open = new Set(), cut = new Set(), order = [];
  for (const start of nodes) {
    const stack = [[start.id, 0]];
    while (stack.length) {
      const top = stack[stack.length - 1];
      const [id, next] = top;
      if (next === 0) {
        if (done.has(id)) { stack.pop(); continue; }
        open.add(id);
      }
      const links = from.get(id) || [];
      if (next < links.length) {
        top[1] += 1;
        const link = links[next];
        if (open.has(link.to)) cut.add(link);
        else if (!done.has(link.to)) stack.push([link.to, 0]);
      } else {
        open.delete(id); done.add(id); order.push(id); stack.pop();
      }
    }
  }
  return { order: order.reverse(), cut };
}

/** The column of each node, by its id. */
function columns(nodes, links) {
  const { from } = neighbours(links);
  const column = new Map(nodes.map(node => [node.id, isCaller(node) ? 0 : 1]));
  const { order, cut } = inOrder(nodes, from);
  for (const id of order)
    for (const link of from.get(id) || [])
      if (!cut.has(link))
        column.set(link.to, Math.max(column.get(link.to), column.get(id) + 1));
  return column;
}

function isCaller(node) {
  return !["task", "unknown"].includes(node.kind);
}

/**
 * Each node's place, and for each link the bends between boxes that it passes through.
 * Links to one node that pass a column share their bend there.
 */
function layout(nodes, links) {
  const column = columns(nodes, links);
  const { routes, bends, steps } = routed(links, column);
  const stacks = [];
  const sides = neighbours(links);
  const isLoose = node => !sides.from.has(node.id) && !sides.to.has(node.id);
  for (const node of nodes)
    if (!isLoose(node)) (stacks[column.get(node.id)] ||= []).push(node.id);
  for (const [id, at] of bends) {
    column.set(id, at);
    stacks[at].push(id);
  }
  const height = squeezed(settled(stacks, column, neighbours(steps), bends), bends);
  const count = Math.max(stacks.length, 4);
  addLoose(nodes.filter(isLoose), column, height, count);
  return placed(nodes, column, height, count, routes, bends);
}

function routed(links, column) {
  const routes = new Map(), bends = new Map(), steps = [];
  for (const link of links) {
    const way = [];
    for (let at = column.get(link.from) + 1; at < column.get(link.to); at += 1) {
      const id = `${at}|${link.to}`;
      bends.set(id, at);
      way.push(id);
    }
    routes.set(link, way);
    const stops = [link.from, ...way, link.to];
    for (let n = 1; n < stops.length; n += 1) steps.push({ from: stops[n - 1], to: stops[n] });
  }
  return { routes, bends, steps };
}

/** The height of everything, so that lines cross little: the mean of its neighbours. */
function settled(stacks, column, sides, bends) {
  const height = new Map();
  for (const stack of stacks) stackUp(stack || [], height, bends);
  for (let sweep = 0; sweep < 10; sweep += 1) {
    const isForward = sweep % 2 === 0;
    for (const stack of isForward ? stacks : [...stacks].reverse()) {
      if (!stack) continue;
      const wished = new Map(stack.map(id => [id, mean(id, sides, height, column, isForward)]));
      stack.sort((a, b) => wished.get(a) - wished.get(b));
      stackUp(stack, height, bends, wished);
    }
  }
  return height;
}

/** The mean height of a node's neighbours on the side that was placed before it. */
function mean(id, { from, to }, height, column, isForward) {
  const before = (to.get(id) || []).map(link => link.from);
  const after = (from.get(id) || []).map(link => link.to);
  const side = (isForward ? before : after).filter(other => column.get(other) !== column.get(id));
  const near = side.length ? side : [...before, ...after];
  if (!near.length) return height.get(id);
  return near.reduce((sum, other) => sum + height.get(other), 0) / near.length;
}

/** Stack things as near to the heights they wish for as their order allows. */
function stackUp(stack, height, bends, wished = new Map()) {
  const room = id => bends.has(id) ? BEND.height + BEND.gap : NODE.height + NODE.gap;
  const wish = id => wished.get(id) ?? 0;
  let floor = -Infinity;
  for (const id of stack) {
    height.set(id, Math.max(floor, wish(id)));
    floor = height.get(id) + room(id);
  }
  let ceiling = Infinity;
  for (const id of [...stack].reverse()) {  // what was pushed down comes half-way back
    const half = (height.get(id) + wish(id)) / 2;
    height.set(id, Math.min(half, ceiling - room(id)));
    ceiling = height.get(id);
  }
}

/** Take out the heights at which nothing stands. */
function squeezed(height, bends) {
  const things = [...height].sort((a, b) => a[1] - b[1]);
  const result = new Map();
  let bottom = -Infinity, shift = 0;
  for (const [id, y] of things) {
    if (bottom === -Infinity) shift = y;
    else shift += Math.max(0, y - shift - bottom - NODE.gap);
    result.set(id, y - shift);
    bottom = Math.max(bottom, y - shift + (bends.has(id) ? BEND.height : NODE.height));
  }
  return result;
}

/** What has no links stands below the rest, row by row. */
function addLoose(loose, column, height, count) {
  const step = NODE.height + NODE.gap;
  const top = Math.max(-2 * step, ...height.values()) + 2 * step;
  loose.forEach((node, n) => {
    column.set(node.id, n % count);
    height.set(node.id, top + Math.floor(n / count) * step);
  });
}

function placed(nodes, column, height, count, routes, bends) {
  const x = at => NODE.margin + at * (NODE.width + NODE.between);
  const y = id => NODE.margin + height.get(id);
  const places = new Map(nodes.map(node => {
    const at = column.get(node.id);
    return [node.id, { x: x(at), y: y(node.id), column: at }];
  }));
  const points = new Map([...bends].map(([id, at]) => [id, { x: x(at), y: y(id) }]));
  return {
    places, points, routes,
    width: Math.max(...[...places.values()].map(place => place.x), 0) + NODE.width + NODE.margin + 34,
    height: Math.max(...[...places.values()].map(place => place.y), 0) + NODE.height + NODE.margin,
  };
}
