// The page: what happens when somebody types, clicks or presses a key. Owns the state; the parts above draw it.
//
// State: the chosen part (`part`), the last run (`found`), the chosen position, and whether everything that did not lead to
// the answer there is dimmed (`focus`).
"use strict";

(function (report) {
  const { alike, codeView, decide, grouped, kindClass, make, reasons, run, showSteps, shown, trace, valueAt, visible, votesText } = report;
  const byId = (id) => document.getElementById(id);

  const page = JSON.parse(byId("data").textContent);
  const { program, parts } = page;
  const state = { part: null, found: null, position: null, focus: false, used: null, example: -1 };

  // ---- The program -------------------------------------------------------------------------------------------------

  const owner = new Map();
  page.places.forEach((runs, variable) => {
    for (const [first, last] of runs) for (let line = first; line <= last; line++) if (!owner.has(line)) owner.set(line, variable);
  });
  const names = new Map(program.variables.map((variable, number) => [variable.name, number]));
  const source = codeView(byId("code"), page.source, {
    counts: new Map(page.counts),
    owner,
    names,
    sides: new Map(page.suspects.flatMap(({ lines }) => lines.map((line) => [line, "suspect"]))),
    onpick: (variable) => choose(variable, "code"),
    label: `Source of ${page.file}; arrow keys move by line, Enter chooses the part`,
  });

  // Choose a part: its code is marked and shown, its node lights up, its details stand above the code.
  function choose(variable, from) {
    state.part = variable;
    const runs = page.places[variable] ?? [];
    source.mark(runs, from === undefined);
    for (const element of document.querySelectorAll("[data-variable]")) {
      const here = Number(element.dataset.variable) === variable;
      element.classList.toggle("chosen", here);
      if (element.getAttribute("role") === "button") element.setAttribute("aria-pressed", String(here));
    }
    for (const edge of document.querySelectorAll("#graph .edge")) {
      const touches = [edge.dataset.source, edge.dataset.target].map(Number).includes(variable);
      edge.classList.toggle("touching", touches);
    }
    if (variable < parts.length) describe(variable);
    openDrawer(true);
  }

  function link(variable) {
    return make("button", { type: "button", class: "link", "data-variable": variable, onclick: () => choose(variable) },
      program.variables[variable].name);
  }

  function describe(variable) {
    const part = parts[variable];
    const readers = parts.flatMap((other, number) => (other.reads.some(([, read]) => read === variable) ? [number] : []));
    const rows = [];
    const say = (term, ...children) => rows.push(make("dt", {}, term), make("dd", {}, ...children));
    if (part.reads.length) {
      say("reads", part.reads.map(([role, read]) => make("span", { class: "read" }, make("i", { class: `role-${role.split(" ")[0]}` }, role), " ", link(read))));
    }
    if (readers.length) say("read by", readers.map((number) => make("span", { class: "read" }, link(number))));
    if (part.notes.length) say("notes", part.notes.join(" "));
    if (part.asked !== null) {
      const share = part.asked ? Math.floor((1000 * part.matched) / part.asked) / 10 : 0;
      say("finds a key", `for ${share} % of ${grouped(part.asked)} queries`);
    }
    if (part.votes !== null) say("votes", part.votes);
    for (const remark of part.spare) say("spare", remark);
    const tests = part.tests.slice(0, 12).map(([line, text, taken, skipped]) =>
      make("tr", { class: taken === 0 || skipped === 0 ? "never" : null }, make("td", {}, make("button", { type: "button", class: "link", onclick: () => source.show(line) }, String(line))),
        make("td", { class: "test" }, text), make("td", {}, grouped(taken)), make("td", {}, grouped(skipped))));
    const table = tests.length
      ? make("table", { class: "tests" }, make("thead", {}, make("tr", {}, ["line", "test", "held", "did not"].map((one) => make("th", { scope: "col" }, one)))), make("tbody", {}, tests))
      : null;
    byId("inspector").scrollTop = 0;
    byId("inspector").replaceChildren(
      make("header", { class: kindClass(part.kind) }, make("strong", {}, program.variables[variable].name),
        make("span", { class: "badge" }, part.kind), part.layer === null ? null : make("span", { class: "faint" }, `layer ${part.layer}`)),
      make("p", { class: "does" }, part.does), make("dl", {}, rows), table ?? "", rowTable(part.rows) ?? "", legend(variable) ?? "",
    );
  }

  // Return what the values of a table of words stand for, in words.
  function legend(variable) {
    if (!page.wordy || program.variables[variable].kind !== "words") return null;
    const rows = program.sets[program.variables[variable].values].flatMap((value, entry) => {
      const words = alike(program, variable, entry);
      return words.length ? [make("tr", {}, make("td", { class: "test" }, shown(value)), make("td", {}, words.map(shown).join(", ")))] : [];
    });
    const head = make("thead", {}, make("tr", {}, ["value", "words that have it, the commonest first"].map((one) => make("th", { scope: "col" }, one))));
    return make("details", { open: true }, make("summary", {}, "What its values mean"), make("table", { class: "tests rows" }, head, make("tbody", {}, rows)));
  }

  // Return how often each row of a table was used, folded away where there are many.
  function rowTable(found) {
    if (!found || !found.rows.length) return null;
    const numbers = (cells) => cells.map((cell) => make("td", { class: typeof cell === "number" ? null : "test" }, typeof cell === "number" ? grouped(cell) : cell));
    const body = found.rows.map((cells) => make("tr", { class: cells[2] === 0 ? "never" : null }, numbers(cells)));
    const table = make("table", { class: "tests rows" }, make("thead", {}, make("tr", {}, found.columns.map((one) => make("th", { scope: "col" }, one)))), make("tbody", {}, body));
    const counted = found.rows.length === 1 ? "1 row" : `${found.rows.length} rows`;
    const heading = found.left ? `${counted} of ${grouped(found.rows.length + found.left)}` : counted;
    return make("details", { open: found.rows.length <= 4 }, make("summary", {}, heading), table);
  }

  // ---- Running ------------------------------------------------------------------------------------------------------

  const single = program.domain.symbols.every((symbol) => Array.from(symbol).length === 1);
  const known = new Set(program.domain.symbols);

  // Return the tokens of a line of text: words between spaces; a JSON list where a token holds spaces; and where every
  // symbol is a single character, they may stand side by side.
  function tokensOf(text) {
    if (text.trim().startsWith("[") && !known.has(text.trim())) {
      try {
        const listed = JSON.parse(text);
        if (Array.isArray(listed) && listed.every((one) => typeof one === "string")) return listed;
      } catch {
        // It is no list, so its words are tokens.
      }
    }
    const frame = [program.domain.prefix, program.domain.suffix];
    const words = text.split(/\s+/u).filter((word) => word !== "");
    return words.flatMap((word) => {
      const characters = Array.from(word);
      const beside = single && !known.has(word) && !frame.includes(word) && characters.every((one) => known.has(one));
      return beside ? characters : page.wordy ? withoutMarks(word) : [word];
    });
  }

  // Return a word, and as tokens of their own the punctuation marks around one that is not known (`tprog.cli.inputs` does the same).
  function withoutMarks(word) {
    const [, before, middle, after] = /^([("'“‘[{]*)(.*?)([.,;:!?…)"'”’\]}]*)$/su.exec(word);
    const marks = [...before, ...(after.match(/\.{2,}|./gsu) ?? [])];
    if (known.has(word) || !middle || /^(\p{L}\.){2,}$/u.test(word) || !marks.every((mark) => known.has(mark))) return [word];
    return [...before, middle, ...marks.slice(Array.from(before).length)];
  }

  const textOf = (tokens) =>
    tokens.some((token) => token === "" || /\s/u.test(token)) || tokens[0]?.startsWith("[") ? JSON.stringify(tokens) : tokens.join(" ");

  const listed = new Map([...page.examples, ...(page.truth?.inputs ?? [])].map(({ tokens, expected }) => [JSON.stringify(tokens), expected]));

  // Return the right labels of an input: those that the page lists, or what a program says that is right on every input.
  function expectedOf(tokens) {
    const found = listed.get(JSON.stringify(tokens));
    if (found !== undefined) return found;
    const proved = page.truth?.own ? program : page.truth?.program;
    if (!proved) return null;
    const { predictions, start, stop } = run(proved, tokens);
    if (proved.classifier.pooled) return predictions;
    const scored = proved.domain.scored && new Set(proved.domain.scored);
    return predictions.slice(start, stop).map((label, i) => (scored && !scored.has(tokens[i]) ? null : label));
  }

  // Run the program on what stands in the input box, and show everything.
  function submit() {
    const problem = byId("problem");
    try {
      state.found = run(program, tokensOf(byId("input").value));
    } catch (error) {
      if (!(error instanceof report.BadInput)) throw error;
      problem.textContent = visible(error.message);
      problem.hidden = false;
      byId("input").setAttribute("aria-invalid", "true");
      clear();
      return;
    }
    problem.hidden = true;
    byId("focus").hidden = false;
    byId("input").removeAttribute("aria-invalid");
    const { found } = state;
    const wrong = firstWrong();
    state.position = program.classifier.pooled ? null : (wrong ?? found.start);
    showAnswer();
    showSteps(byId("steps-body"), page, found, { onpick: choose, onposition: place });
    place(state.position);
  }

  // Show no answer: the input is none, and the last one's answer must not stand beside it.
  function clear() {
    Object.assign(state, { found: null, used: null, position: null });
    for (const id of ["answer", "why"]) byId(id).replaceChildren();
    byId("focus").hidden = true;
    delete byId("answer").dataset.labels;
    Object.assign(byId("verdict"), { textContent: "", className: "" });
    report.forget(byId("steps-body"));
    byId("steps-body").replaceChildren(make("p", { class: "note" }, "There is no input that runs."));
    refresh(document);
  }

  // Run what stands in the input box; an empty one is no mistake.
  function typed() {
    if (byId("input").value.trim()) return submit();
    byId("problem").hidden = true;
    byId("input").removeAttribute("aria-invalid");
    return clear();
  }

  const outputs = () => (program.classifier.pooled ? state.found.predictions : state.found.predictions.slice(state.found.start, state.found.stop));
  const data = () => state.found.framed.slice(state.found.start, state.found.stop);

  function firstWrong() {
    const expected = expectedOf(data());
    if (!expected) return null;
    const at = expected.findIndex((label, i) => label !== null && label !== outputs()[i]);
    return at < 0 ? null : at + (program.classifier.pooled ? 0 : state.found.start);
  }

  function showAnswer() {
    const expected = expectedOf(data());
    const got = outputs();
    const { pooled } = program.classifier;
    const scored = program.domain.scored && new Set(program.domain.scored);
    const verdict = (i) => {
      if (!expected || expected[i] === null || expected[i] === undefined) return "";
      return expected[i] === got[i] ? "right" : "wrong";
    };
    const label = (i) => [make("output", { class: page.wordy && got[i] === "O" ? "label outside" : "label" }, shown(got[i])),
      verdict(i) === "wrong" ? make("span", { class: "wanted" }, `not ${shown(expected[i])}`) : null];
    const columns = data().map((token, i) => {
      const counts = pooled || !scored || scored.has(known.has(token) ? token : program.domain.unknown);
      const inside = [make("span", { class: "token" }, shown(token)), pooled ? null : label(i)];
      const classes = `answer ${pooled ? "" : verdict(i)} ${counts ? "" : "unscored"}`;
      if (pooled) return make("span", { class: classes }, inside);
      const at = i + state.found.start;
      return make("button", { type: "button", class: classes, "data-at": at, "aria-label": `position ${at}: ${shown(token)} gives ${shown(got[i])}`,
        onclick: () => place(at) }, inside);
    });
    byId("answer").replaceChildren(...columns,
      ...(pooled ? [make("span", { class: `answer pooled ${verdict(0)}` }, make("span", { class: "token" }, "→"), label(0))] : []));
    byId("answer").dataset.labels = JSON.stringify(got);
    const judged = expected ? expected.filter((one) => one !== null).length : 0;
    const right = expected ? expected.filter((one, i) => one !== null && one === got[i]).length : 0;
    const unknown = page.judged ? "Which labels are right is known for the examples of this page alone." : "";
    byId("verdict").textContent = expected ? (right === judged ? "All right." : `${judged - right} of ${judged} wrong.`) : unknown;
    byId("verdict").className = expected ? (right === judged ? "right" : "wrong") : "";
  }

  // Choose a position: why its label won, and its row and column everywhere.
  function place(position) {
    if (!state.found) return;
    const { found } = state;
    const { pooled, labels, first, last } = program.classifier;
    state.position = pooled ? null : position;
    const expected = expectedOf(data());
    const wanted = expected ? expected[pooled ? 0 : position - found.start] : null;
    const decision = decide(program, found, state.position, wanted === null || wanted === undefined ? null : indexOrNull(labels, wanted));
    state.used = trace(program, found, state.position, decision);
    const forced = !pooled && ((position === 0 && first !== null) || (position === found.framed.length - 1 && last !== null));
    explain(decision, forced);
    refresh(document);
  }

  const indexOrNull = (list, item) => (list.includes(item) ? list.indexOf(item) : null);

  function explain(decision, forced) {
    const { found, position } = state;
    const { labels } = program.classifier;
    const where = position === null ? "Over the whole input," : `At position ${position}, token ${shown(found.framed[position])},`;
    if (forced) {
      byId("why").replaceChildren(make("p", {}, `${where} the label ${shown(found.predictions[position])} is fixed.`));
      return;
    }
    const winner = make("b", {}, shown(labels[decision.winner]));
    if (decision.rival === null) {
      byId("why").replaceChildren(make("p", {}, `${where} `, winner, " is the only label."));
      return;
    }
    const rival = make("b", {}, shown(labels[decision.rival]));
    const tie = decision.margin === 0n;
    const sentence = tie
      ? [`${where} `, winner, " and ", rival, " are tied; the first label wins."]
      : [`${where} `, winner, " beats ", rival, ` by ${votesText(decision.margin, page.scale)} ${decision.margin === 1n ? "vote" : "votes"}.`];
    const told = page.wordy ? reasons(program, found, position, decision) : decision.gains;
    const most = told.reduce((largest, { gain }) => Math.max(largest, Math.abs(Number(gain))), 1);
    const rows = told.slice(0, 10).map(({ variable, gain, says }) => {
      const bar = make("span", { class: gain < 0n ? "bar against" : "bar" });
      bar.style.setProperty("--share", (Math.abs(Number(gain)) / most).toFixed(3));
      const counted = make("span", { class: "gain", title: grouped(gain) }, (gain > 0n ? "+" : "") + votesText(gain, page.scale));
      if (says) return make("li", {}, make("button", { type: "button", class: "link says", "data-variable": variable, onclick: () => choose(variable) }, says()), bar, counted);
      const value = position === null ? "" : shown(valueAt(program, variable, found.columns[variable][position]));
      return make("li", {}, link(variable), make("span", { class: "value", title: value }, value), bar, counted);
    });
    const rest = told.length - rows.length;
    byId("why").replaceChildren(make("p", {}, ...sentence), make("ul", { class: "gains" }, rows),
      rest > 0 ? make("p", { class: "note" }, `and ${rest} more`) : "",
      page.scale ? make("p", { class: "note" }, `votes in units of 10^${page.scale}`) : "");
  }

  // Mark the chosen part and position, and what led to the answer, on everything inside `root` that was just built.
  function refresh(root) {
    const focus = state.focus && state.used !== null;
    for (const cell of root.querySelectorAll("[data-cell]")) {
      cell.classList.toggle("used", state.used !== null && state.used.has(cell.dataset.cell));
    }
    for (const cell of root.querySelectorAll("[data-position]")) {
      cell.classList.toggle("here", Number(cell.dataset.position) === state.position);
    }
    for (const answer of document.querySelectorAll("#answer [data-at]")) {
      const here = Number(answer.dataset.at) === state.position;
      answer.classList.toggle("here", here);
      answer.setAttribute("aria-pressed", String(here));
    }
    document.body.classList.toggle("focused", focus);
    const live = new Set([...(state.used ?? [])].map((name) => Number(name.split(":")[0])));
    for (const element of document.querySelectorAll("#graph [data-variable], .part-card")) {
      const variable = Number(element.dataset.variable);
      element.classList.toggle("idle", focus && variable < parts.length && !live.has(variable));
    }
    const decisive = new Set(state.found && state.used ? decide(program, state.found, state.position).gains.map(({ variable }) => variable) : []);
    for (const edge of document.querySelectorAll("#graph .edge")) {
      const [from, to] = [Number(edge.dataset.source), Number(edge.dataset.target)];
      edge.classList.toggle("idle", focus && !(live.has(from) && (live.has(to) || (to === parts.length && decisive.has(from)))));
    }
    for (const element of root.querySelectorAll(".part-card, .link, .part")) {
      if (element.dataset.variable !== undefined) element.classList.toggle("chosen", Number(element.dataset.variable) === state.part);
    }
  }
  report.refresh = refresh;

  // Dim everything in the graph but one circuit, what it reads and what votes of it; a second click shows all again.
  function showCircuit(button) {
    const on = button.getAttribute("aria-pressed") !== "true";
    for (const other of document.querySelectorAll("[data-circuit]")) other.setAttribute("aria-pressed", String(on && other === button));
    const members = new Set(on ? page.circuits[Number(button.dataset.circuit)] : []);
    const inside = (variable) => members.has(variable) || variable >= parts.length;
    const read = new Set([...members].flatMap((variable) => parts[variable].reads.map(([, source]) => source)));
    for (const node of document.querySelectorAll("#graph [data-variable]")) {
      const variable = Number(node.dataset.variable);
      const input = variable < parts.length && parts[variable].layer === null && read.has(variable);
      node.classList.toggle("idle", on && !inside(variable) && !input);
    }
    for (const edge of document.querySelectorAll("#graph .edge")) {
      const [from, to] = [Number(edge.dataset.source), Number(edge.dataset.target)];
      const starts = members.has(from) || (to < parts.length && parts[from].layer === null);
      edge.classList.toggle("idle", on && !(inside(to) && starts));
    }
  }

  function load(tokens) {
    byId("input").value = textOf(tokens);
    submit();
  }

  function another() {
    if (page.examples.length) {
      state.example = (state.example + 1) % page.examples.length;
      load(page.examples[state.example].tokens);
      return;
    }
    const { symbols, least, greatest } = program.domain;
    const length = least + Math.floor(Math.random() * ((greatest ?? least + 8) - least + 1));
    load(Array.from({ length }, () => symbols[Math.floor(Math.random() * symbols.length)]));
  }

  // ---- The page itself ------------------------------------------------------------------------------------------------

  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const narrow = window.matchMedia("(max-width: 1080px)");

  function openDrawer(open) {
    byId("program").classList.toggle("open", open);
    byId("drawer").setAttribute("aria-expanded", String(open));
    if (narrow.matches && open) source.render();
  }

  const THEMES = ["auto", "light", "dark"];
  function theme(chosen) {
    if (chosen === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
    byId("theme").textContent = { auto: "Auto", light: "Light", dark: "Dark" }[chosen];
    byId("theme").setAttribute("aria-label", `Colours: ${chosen}. Change`);
    try {
      localStorage.setItem("tprog-report-theme", chosen);
    } catch {
      // A file may not keep anything; the choice lasts as long as the page.
    }
  }

  function storedTheme() {
    try {
      return THEMES.find((one) => one === localStorage.getItem("tprog-report-theme")) ?? "auto";
    } catch {
      return "auto";
    }
  }

  function wire() {
    let chosen = storedTheme();
    theme(chosen);
    byId("theme").addEventListener("click", () => theme((chosen = THEMES[(THEMES.indexOf(chosen) + 1) % THEMES.length])));
    byId("run-form").addEventListener("submit", (event) => {
      event.preventDefault();
      submit();
    });
    byId("input").addEventListener("input", typed);
    byId("another").addEventListener("click", another);
    byId("focus").addEventListener("click", () => {
      state.focus = !state.focus;
      byId("focus").setAttribute("aria-pressed", String(state.focus));
      refresh(document);
    });
    byId("drawer").addEventListener("click", () => openDrawer(!byId("program").classList.contains("open")));
    for (const button of document.querySelectorAll("[data-example]")) {
      button.addEventListener("click", () => {
        load(page.examples[Number(button.dataset.example)].tokens);
        byId("run").scrollIntoView({ behavior: calm.matches ? "instant" : "smooth" });
      });
    }
    for (const button of document.querySelectorAll("[data-choose]")) {
      button.addEventListener("click", () => choose(Number(button.dataset.choose)));
    }
    for (const button of document.querySelectorAll("[data-suspect]")) {
      button.addEventListener("click", () => {
        const { variable, lines } = page.suspects[Number(button.dataset.suspect)];
        choose(variable);
        if (lines.length) source.mark(lines.map((line) => [line, line]), true);
      });
    }
    for (const button of document.querySelectorAll("[data-circuit]")) button.addEventListener("click", () => showCircuit(button));
    for (const node of document.querySelectorAll("#graph [data-variable]")) {
      const variable = Number(node.dataset.variable);
      if (variable >= parts.length) {
        node.removeAttribute("tabindex");
        node.setAttribute("role", "img");
        continue;
      }
      node.addEventListener("click", () => choose(variable));
      node.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        choose(variable);
      });
    }
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") openDrawer(false);
    });
    fitTexts();
    byId("enlarge")?.addEventListener("click", () => enlarge(!byId("circuit").classList.contains("large")));
    palette();
    beside();
  }

  // Show the circuit over the whole width of the window, or in its column.
  function enlarge(large) {
    byId("circuit").classList.toggle("large", large);
    byId("enlarge").textContent = large ? "Back to the column" : "Enlarge";
    byId("enlarge").setAttribute("aria-pressed", String(large));
  }

  // Graphviz measured the nodes' texts in another font than this browser may have; make those smaller that stick out.
  function fitTexts() {
    for (const node of document.querySelectorAll("#graph .node")) {
      const texts = [...node.querySelectorAll("text")].map((text) => ({
        text, x: Number(text.getAttribute("x")), y: Number(text.getAttribute("y")) }));
      const paths = [...node.querySelectorAll("path")].map((path) => path.getBBox());
      if (!paths.length) continue;
      const right = Math.max(...paths.map((path) => path.x + path.width));
      for (const { text, x, y } of texts) {
        const beside = texts.filter((other) => other.x > x + 4 && Math.abs(other.y - y) < 7);
        const next = Math.min(right, ...beside.map((other) => other.x));
        const size = text.getComputedTextLength();
        if (size > next - x - 2) text.style.fontSize = `${(Number.parseFloat(getComputedStyle(text).fontSize) * (next - x - 2)) / size}px`;
      }
    }
  }

  // Offer the symbols as buttons where they are few.
  function palette() {
    const { symbols } = program.domain;
    if (symbols.length > 40) return;
    byId("palette").replaceChildren(
      ...symbols.map((symbol) =>
        make("button", { type: "button", class: "key", "aria-label": `add ${shown(symbol)}`, onclick: () => {
          const tokens = tokensOf(byId("input").value);
          load([...tokens, symbol]);
        } }, shown(symbol))),
      make("button", { type: "button", class: "key", "aria-label": "remove the last token", onclick: () => {
        byId("input").value = textOf(tokensOf(byId("input").value).slice(0, -1));
        typed();
      } }, "⌫"),
    );
  }

  // Show the simplified program beside the full one, with the lines that differ marked.
  function beside() {
    const shorter = page.shorter;
    if (!shorter) return;
    const sides = (runs, name) => new Map(runs.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => [first + i, name])));
    report.whenSeen(byId("simplified"), () => {
      codeView(byId("full-code"), page.source, { sides: sides(shorter.removed, "removed"), label: "The full program" });
      codeView(byId("short-code"), shorter.source, { sides: sides(shorter.added, "added"), label: "The simplified program" });
    });
  }

  wire();
  if (page.start) load(page.start);
  const firstPart = parts.findIndex((part) => part.layer !== null);
  // The file is shown from its beginning.
  if (!narrow.matches) choose(page.choose ?? Math.max(0, firstPart), "start");
  Object.assign(report, { choose, load, page, state, tokensOf });
  report.ready = true;
})((window.tprogReport ??= {}));
