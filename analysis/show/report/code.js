// Source code on the page. Owns colouring Python and showing long files a screen at a time; refuses to know what it means.
"use strict";

(function (report) {
  const { brief, grouped, make } = report;

  const LINE_HEIGHT = 20; // pixels, as `--line` in the style sheet
  const MARGIN = 30; // lines that are ready above and below the screen
  const LONGEST_LINE = 2000; // characters of a line that are shown

  const KEYWORDS = new Set(
    ("and as assert break class continue def elif else except finally for from global if import in is lambda not or " +
      "pass raise return try while with yield").split(" "),
  );
  const CONSTANTS = new Set(["True", "False", "None"]);
  const TOKEN =
    /(#.*)|([fFrRbB]{0,2}(?:"""|'''))|([fFrRbB]{0,2}"(?:\\.|[^"\\])*"?|[fFrRbB]{0,2}'(?:\\.|[^'\\])*'?)|(\d[\w.]*)|([A-Za-z_]\w*)/gu;

  // Return the pieces of one line, as [text, class or null], and whether the line ends inside a docstring.
  function colour(line, inside) {
    const pieces = [];
    let at = 0;
    if (inside) {
      const end = line.indexOf(inside);
      if (end < 0) return { pieces: [[line, "string"]], inside };
      at = end + inside.length;
      pieces.push([line.slice(0, at), "string"]);
    }
    TOKEN.lastIndex = at;
    for (let found = TOKEN.exec(line); found; found = TOKEN.exec(line)) {
      if (found.index > at) pieces.push([line.slice(at, found.index), null]);
      at = found.index + found[0].length;
      if (found[1]) pieces.push([found[0], "comment"]);
      else if (found[2]) {
        const quotes = found[2].slice(-3);
        const end = line.indexOf(quotes, at);
        if (end < 0) return { pieces: [...pieces, [line.slice(found.index), "string"]], inside: quotes };
        at = end + 3;
        pieces.push([line.slice(found.index, at), "string"]);
        TOKEN.lastIndex = at;
      } else if (found[3]) pieces.push([found[0], "string"]);
      else if (found[4]) pieces.push([found[0], "digit"]);
      else pieces.push([found[0], KEYWORDS.has(found[5]) ? "keyword" : CONSTANTS.has(found[5]) ? "digit" : "name"]);
    }
    if (at < line.length) pieces.push([line.slice(at), null]);
    return { pieces, inside: null };
  }

  // Return for each line the quotes of the docstring that it begins in, or null.
  function docstrings(lines) {
    let inside = null;
    return lines.map((line) => {
      const begins = inside;
      if (line.includes('"""') || line.includes("'''")) ({ inside } = colour(line, inside));
      return begins;
    });
  }

  // Show a file in a scrolling box, of which only the visible lines are in the document.
  //
  // options: counts (line -> times), owner (line -> variable or undefined), names (name -> variable), sides (line -> class),
  // onpick (called with a variable), label (for screen readers).
  function codeView(box, text, options) {
    const lines = text.replace(/\n$/, "").split("\n");
    const begins = docstrings(lines);
    const counts = options.counts ?? new Map();
    const most = Math.max(1, ...counts.values());
    const longest = lines.reduce((width, line) => Math.max(width, Math.min(line.length, LONGEST_LINE)), 0);
    const digits = String(lines.length).length;
    const sheet = make("div", { class: "sheet" });
    sheet.style.height = `${lines.length * LINE_HEIGHT}px`;
    sheet.style.width = `calc(${longest}ch + ${digits}ch + ${options.counts ? 7 : 0}ch + 3rem)`;
    const rows = new Map();
    let marked = [];
    let cursor = null;

    function row(number) {
      const line = lines[number - 1];
      const pieces = colour(line.slice(0, LONGEST_LINE), begins[number - 1]).pieces.map(([piece, kind]) => {
        const variable = kind === "name" && options.names ? options.names.get(piece) : undefined;
        if (variable !== undefined) return make("span", { class: "part", "data-variable": variable }, piece);
        return kind === null || kind === "name" ? piece : make("span", { class: kind }, piece);
      });
      if (line.length > LONGEST_LINE) pieces.push(make("i", {}, ` … ${grouped(line.length - LONGEST_LINE)} more`));
      const count = counts.get(number);
      const gutter = options.counts
        ? make("span", { class: "count", title: count === undefined ? null : `ran ${grouped(count)} times` },
            count === undefined ? "" : brief(count))
        : null;
      const built = make("div", { class: "line", "data-line": number, id: options.counts ? `line-${number}` : null }, gutter,
        make("span", { class: "number" }, String(number).padStart(digits)), make("code", {}, pieces));
      if (count === 0) built.classList.add("never");
      else if (count) gutter.style.setProperty("--heat", (0.15 + 0.85 * (Math.log1p(count) / Math.log1p(most))).toFixed(2));
      if (options.sides?.has(number)) built.classList.add(options.sides.get(number));
      built.style.top = `${(number - 1) * LINE_HEIGHT}px`;
      decorate(built, number);
      return built;
    }

    function decorate(element, number) {
      element.classList.toggle("marked", marked.some(([first, last]) => first <= number && number <= last));
      element.classList.toggle("cursor", number === cursor);
    }

    function render() {
      const first = Math.max(1, Math.floor(box.scrollTop / LINE_HEIGHT) + 1 - MARGIN);
      const last = Math.min(lines.length, Math.ceil((box.scrollTop + box.clientHeight) / LINE_HEIGHT) + MARGIN);
      for (const [number, element] of rows) {
        if (number < first || number > last) {
          element.remove();
          rows.delete(number);
        }
      }
      for (let number = first; number <= last; number++) {
        if (!rows.has(number)) {
          rows.set(number, row(number));
          sheet.append(rows.get(number));
        }
      }
    }

    function show(line) {
      const top = (line - 1) * LINE_HEIGHT;
      const room = box.clientHeight;
      if (top < box.scrollTop + LINE_HEIGHT || top > box.scrollTop + room - 4 * LINE_HEIGHT) {
        box.scrollTop = Math.max(0, top - room / 5);
      }
      render();
    }

    // Mark runs of lines, and bring the first of them into view where that is wanted.
    function mark(runs, wanted) {
      marked = runs;
      if (wanted && runs.length) show(runs[0][0]);
      for (const [number, element] of rows) decorate(element, number);
    }

    function moveCursor(line) {
      cursor = Math.min(lines.length, Math.max(1, line));
      show(cursor);
      for (const [number, element] of rows) decorate(element, number);
      if (options.counts) box.setAttribute("aria-activedescendant", `line-${cursor}`);
    }

    const visible = () => Math.floor(box.scrollTop / LINE_HEIGHT) + 1;
    const keys = {
      ArrowDown: () => moveCursor((cursor ?? visible() - 1) + 1),
      ArrowUp: () => moveCursor((cursor ?? visible() + 1) - 1),
      PageDown: () => moveCursor((cursor ?? visible()) + Math.floor(box.clientHeight / LINE_HEIGHT)),
      PageUp: () => moveCursor((cursor ?? visible()) - Math.floor(box.clientHeight / LINE_HEIGHT)),
      Home: () => moveCursor(1),
      End: () => moveCursor(lines.length),
      Enter: () => pick(options.owner?.get(cursor)),
    };
    const pick = (variable) => {
      if (variable !== undefined && options.onpick) options.onpick(variable);
    };
    box.addEventListener("keydown", (event) => {
      if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      keys[event.key]();
    });
    box.addEventListener("click", (event) => {
      const part = event.target.closest(".part");
      const line = event.target.closest(".line");
      if (!line || String(window.getSelection()) !== "") return;
      cursor = Number(line.dataset.line);
      pick(part ? Number(part.dataset.variable) : options.owner?.get(cursor));
    });
    box.addEventListener("scroll", render, { passive: true });
    new ResizeObserver(render).observe(box);
    box.classList.add("code");
    Object.entries({ tabindex: "0", role: "group", "aria-label": options.label }).forEach(([name, value]) =>
      box.setAttribute(name, value),
    );
    box.replaceChildren(sheet);
    render();
    return { lines, mark, render, show };
  }

  Object.assign(report, { codeView, colour });
})((window.tprogReport ??= {}));
