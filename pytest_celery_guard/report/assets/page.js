// The page: filters, order and choice; the address holds them, so that a view can be shared.

const run = JSON.parse(document.getElementById("data").textContent);
const word = index => run.strings[index];
const part = id => document.getElementById(id);
const OUTCOMES = ["passed", "failed", "error", "skipped", "xfailed", "xpassed"];
const CHOICES = ["q", "without", "with", "sort", "task", "test"];
const WRONG = new Set(["failed", "error", "xpassed"]);
const COUNTED = ["sent", "ran", "retried", "failed", "revoked"];
let state = {};

// What the data says

const tests = run.tests.map(([id, outcome, seconds, tallies, waiting, problems, faults, leftOut, tasks, events]) => {
  const counts = Object.fromEntries(COUNTED.map((name, at) =>
    [name, tallies.reduce((sum, tally) => sum + tally[at + 1], 0)]));
  const names = tallies.map(([name]) => word(name));
  const told = problems.map(word), codes = told.map(codeOf);
  const text = [word(id), word(outcome), ...names, ...codes].join(" ").toLowerCase();
  return { id: word(id), outcome: word(outcome), seconds, counts: { ...counts, waiting, problems: problems.length },
    names: new Set(names), text, problems: told, faults: faults.map(word), leftOut, tasks, events };
});

function tasksOf(test) {
  return test.tasks.map(([name, args, parent, queue, due, result]) =>
    ({ name: word(name), args: word(args), parent, queue: word(queue), due, result: word(result) }));
}

function eventsOf(test) {
  return test.events.map(([at, task, what, note, traceback]) =>
    ({ at, task, what: word(what), note: word(note), traceback: word(traceback) }));
}

function codeOf(problem) {
  const code = problem.split(" ", 1)[0];
  return code in run.codes ? code : "";
}

/** 0 for what is wrong, 1 for what has a problem, 3 for what sent no task. */
function rankOf(test) {
  if (WRONG.has(test.outcome)) return 0;
  if (test.problems.length) return 1;
  return test.counts.sent ? 2 : 3;
}

// The address

function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  state = Object.fromEntries(CHOICES.map(name => [name, given.get(name) || ""]));
}

function writeAddress() {
  const said = new URLSearchParams(Object.entries(state).filter(([, value]) => value));
  history.replaceState(null, "", said.size ? `#${said}` : location.pathname + location.search);
}

function change(update) {
  return event => { update(event.target); writeAddress(); show(); };
}

// What is shown

function selected() {
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  const off = state.without.split(",");
  return tests.filter(test => words.every(each => test.text.includes(each)) && !off.includes(test.outcome)
    && (!state.task || test.names.has(state.task)) && (!state.with || test.counts[state.with] > 0));
}

function ordered(found) {
  if (state.sort === "slowest") return [...found].sort((a, b) => b.seconds - a.seconds);
  if (state.sort === "largest") return [...found].sort((a, b) => b.counts.sent - a.counts.sent);
  if (state.sort === "name") return found;
  return [...found].sort((a, b) => rankOf(a) - rankOf(b));
}

function show() {
  const found = selected(), sorted = ordered(found);
  const idle = sorted.filter(test => rankOf(test) === 3);
  part("list").replaceChildren(...sorted.filter(test => rankOf(test) < 3).map(itemOf));
  if (idle.length) part("list").append(folded(idle, idle.length === found.length));
  part("nothing").hidden = found.length > 0 || !tests.length;
  part("count").textContent = found.length < tests.length ? `${found.length} of ${tests.length}` : `${tests.length} tests`;
  if (part("search").value !== state.q) part("search").value = state.q;
  part("with").value = state.with;
  part("sort").value = state.sort;
  const off = state.without.split(",");
  for (const button of part("outcomes").children)
    button.setAttribute("aria-pressed", String(!off.includes(button.dataset.outcome)));
  for (const row of document.querySelectorAll("tr[data-task]"))
    row.classList.toggle("chosen", row.dataset.task === state.task);
}

/** Tests that sent no task, behind one line. */
function folded(tests, open) {
  const many = `${tests.length} ${tests.length === 1 ? "test" : "tests"} that sent no task`;
  const fold = element("details", { class: "quiet" }, element("summary", {}, many));
  fold.addEventListener("toggle", () => {
    if (fold.open && fold.children.length === 1) fold.append(...tests.map(itemOf));
  });
  fold.open = open || tests.some(test => test.id === state.test);
  return fold;
}

/** A text that a narrow column breaks between its words: at dots, underscores, slashes … */
function broken(text) {
  const made = document.createDocumentFragment();
  text.split(/(?<=[._\/:\-,=([])(?=[^\s._\/:\-,=([])/).forEach((piece, place) => {
    if (place) made.append(document.createElement("wbr"));
    made.append(piece);
  });
  return made;
}

/** A code with its name, which leads to its page. */
function problemOf(text) {
  const code = codeOf(text), [name, address] = run.codes[code] || [];
  if (!code) return [broken(text)];
  const link = element("a", { href: address, title: name }, code);
  return [link, ` ${name}: `, broken(text.slice(code.length + 1))];
}

function element(name, attributes, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

function itemOf(test) {
  if (test.item) return test.item;
  const cut = test.id.lastIndexOf("::") + 1 ? test.id.indexOf("::") + 2 : 0;
  const head = element("summary", {},
    element("span", { class: "id" }, element("small", {}, broken(test.id.slice(0, cut))), element("b", {}, broken(test.id.slice(cut)))),
    element("span", { class: "facts" }, factsOf(test)));
  head.title = test.outcome;
  test.item = element("details", { class: `test ${test.outcome}` }, head);
  test.item.addEventListener("toggle", () => { if (test.item.open) fill(test); });
  return test.item;
}

function fill(test) {
  if (test.item.children.length === 1) test.item.append(storyOf(test));
}

function factsOf(test) {
  const told = COUNTED.filter(name => name !== "ran" && (name === "sent" || test.counts[name]))
    .map(name => `${test.counts[name]} ${name}`);
  const outcome = test.outcome === "passed" ? [] : [test.outcome];
  return [...outcome, ...told, `${test.seconds.toFixed(2)} s`].join(" · ");
}

// One test

function storyOf(test) {
  const story = element("div", { class: "story" });
  const notes = [...test.problems.map(text => element("li", {}, ...problemOf(text))),
    ...test.faults.map(text => element("li", { class: "fault" }, `plays: ${text}`))];
  if (notes.length) story.append(element("ul", { class: "problems" }, ...notes));
  if (test.tasks.length) story.append(lanesOf(test));
  else story.append(element("p", {}, "It sent no task."));
  if (test.leftOut) story.append(element("p", {}, `${test.leftOut} tasks in the middle are left out.`));
  return story;
}

function lanesOf(test) {
  const tasks = tasksOf(test), events = eventsOf(test);
  const names = matchMedia("(max-width: 1100px)").matches ? 240 : 300;
  const plan = planOf(events, Math.max(200, part("list").clientWidth - names - 40));
  events.forEach((event, place) => { event.x = plan.places[place]; });
  const depths = [];
  const lanes = element("div", { class: "lanes", tabindex: 0, role: "group", "aria-label": "Tasks in virtual time" },
    element("div", { class: "axis" }, element("div", { class: "name" }), drawAxis(plan)));
  tasks.forEach((task, place) => {
    depths.push(task.parent < 0 ? 0 : depths[task.parent] + 1);
    const own = events.filter(event => event.task === place);
    lanes.append(laneOf(task, own, plan, depths[place]));
  });
  return lanes;
}

function laneOf(task, own, plan, depth) {
  const name = element("div", { class: "name" }, element("b", {}, task.name), element("span", {}, `(${task.args})`));
  name.style.paddingLeft = `${10 + 14 * Math.min(depth, 6)}px`;
  const states = own.filter(event => event.what !== "sent" && event.what !== "started").map(event => event.what);
  const head = element("summary", {}, name, drawLane(task, own, plan));
  head.title = [`${task.name}(${task.args})`, states.join(", ") || "did not run",
    ...own.filter(event => event.note).map(event => event.note)].join("\n");
  const lane = element("details", { class: "lane" }, head);
  lane.addEventListener("toggle", () => {
    if (lane.open && lane.children.length === 1) lane.append(moreOf(task, own));
  });
  return lane;
}

function moreOf(task, own) {
  const rows = element("dl", {});
  const row = (term, kind, ...told) => rows.append(element("dt", { class: kind }, term), element("dd", {}, ...told));
  row("call", "", element("code", {}, broken(`${task.name}(${task.args})`)));
  if (task.queue) row("queue", "", task.queue);
  if (task.result) row("result", "", task.result === "read" ? "was read" : "never read");
  let before = "";
  for (const event of own) {
    const told = [element("b", { class: KINDS[event.what] || "plain" }, event.what), element("code", {}, broken(event.note))];
    if (event.traceback) told.push(element("pre", {}, broken(event.traceback === before ? "the same traceback" : event.traceback)));
    before = event.traceback || before;
    row(after(event.at), "time", ...told);
  }
  if (task.due !== null) row(after(task.due), "time", "may run, and still waits at the end");
  return element("div", { class: "more" }, rows);
}

// Start

function addOutcomes() {
  for (const outcome of OUTCOMES) {
    const count = tests.filter(test => test.outcome === outcome).length;
    if (!count) continue;
    const button = element("button", { type: "button", class: outcome, "data-outcome": outcome }, `${outcome} ${count}`);
    button.addEventListener("click", change(() => {
      const off = new Set(state.without.split(",").filter(Boolean));
      if (!off.delete(outcome)) off.add(outcome);
      state.without = [...off].join();
    }));
    part("outcomes").append(button);
  }
}

/** The names in the lists lead to the tests that have the task. */
function addLinks() {
  for (const cell of document.querySelectorAll("tr[data-task] > td:first-child")) {
    const name = cell.parentElement.dataset.task;
    const button = element("button", { type: "button", title: "Only tests that send it" }, ...cell.childNodes);
    button.addEventListener("click", change(() => { state.task = state.task === name ? "" : name; }));
    cell.append(button);
  }
}

function follow() {
  readAddress();
  show();
  const found = selected();
  const chosen = found.find(test => test.id === state.test) || (found.length === 1 ? found[0] : null);
  if (!chosen) return;
  itemOf(chosen).open = true;
  fill(chosen);
  if (found.length > 1) itemOf(chosen).scrollIntoView({ block: "start" });
}

function start() {
  part("filter").hidden = part("legend").hidden = !tests.length;
  addOutcomes();
  addLinks();
  if (matchMedia("(max-width: 1100px)").matches)
    for (const list of document.querySelectorAll("aside details")) list.open = false;
  part("filter").addEventListener("submit", event => event.preventDefault());
  part("search").addEventListener("input", change(input => { state.q = input.value; }));
  part("with").addEventListener("change", change(input => { state.with = input.value; }));
  part("sort").addEventListener("change", change(input => { state.sort = input.value; }));
  part("reset").addEventListener("click", () => { history.replaceState(null, "", location.pathname); follow(); });
  document.addEventListener("keydown", event => {
    if (event.key !== "/" || event.target === part("search")) return;
    event.preventDefault();
    part("search").focus();
  });
  addEventListener("hashchange", follow);
  follow();
}

start();
