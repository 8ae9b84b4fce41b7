// One head's attention on one input, as a heat map. Owns the picture; refuses to compute what it shows.
"use strict";

(function (report) {
  const { clipped, makeSvg, shown } = report;

  const LARGEST = 26; // pixels of a cell
  const SMALLEST = 5;
  const ROOM = 260; // pixels that all cells together may take
  const READABLE = 12; // pixels of a cell from which on values stand beside it
  const LETTER = 6.7; // pixels of a character, roughly
  const LONGEST = 9; // characters of a value

  const number = (value) => (typeof value === "bigint" ? Number(value) : value);

  // Return an SVG: rows are the positions that ask (with the query's value), columns the positions that are looked at
  // (with the key's value), and on the right stands what each row writes.
  //
  // head: name, queries, keys, results (values by position), matches, attended (null where matches are summed),
  // weights (by key position; null where each match counts alike).
  function heatMap(head) {
    const length = head.queries.length;
    const cell = Math.max(SMALLEST, Math.min(LARGEST, Math.floor(ROOM / length)));
    const readable = cell >= READABLE;
    const texts = (values) => values.map((value) => clipped(shown(value), LONGEST));
    const [queries, keys, results] = [head.queries, head.keys, head.results].map(texts);
    const widest = (all) => (readable ? Math.max(...all.map((text) => text.length)) * LETTER + 8 : 4);
    const left = widest(queries) + 4;
    const turned = keys.map((text) => text.length * LETTER > cell);
    const top = readable ? (turned.includes(true) ? widest(keys.filter((_, j) => turned[j])) : 18) : 4;
    const size = length * cell;
    const width = left + size + 18 + widest(results);
    const svg = makeSvg("svg", {
      class: "heat",
      viewBox: `0 0 ${width.toFixed(0)} ${(top + size + 2).toFixed(0)}`,
      width: width.toFixed(0),
      height: (top + size + 2).toFixed(0),
      role: "img",
      "aria-label": summary(head),
    });
    svg.append(makeSvg("rect", { class: "field", x: left, y: top, width: size, height: size }));
    if (readable) {
      keys.forEach((text, j) => {
        const x = left + (j + 0.5) * cell;
        svg.append(turned[j] ? label(text, x + 4, top - 5, "key turned") : label(text, x, top - 5, "key"));
      });
    }
    head.matches.forEach((found, i) => svg.append(row(head, i, found, { cell, left, top, size, readable, queries, results })));
    return svg;
  }

  function label(text, x, y, kind) {
    const turn = kind.includes("turned") ? `rotate(-90 ${x} ${y})` : null;
    return makeSvg("text", { class: kind, x, y, transform: turn }, text);
  }

  function row(head, i, found, { cell, left, top, size, readable, queries, results }) {
    const y = top + i * cell;
    const group = makeSvg("g", { class: "row", "data-position": i });
    group.append(makeSvg("rect", { class: "hit", x: 0, y, width: left + size + 60, height: cell }));
    const largest = Math.max(1, ...(head.weights ?? []).map((weight) => Math.abs(number(weight))));
    for (const j of found) {
      const chosen = head.attended ? head.attended[i] === j : true;
      const strength = head.weights ? Math.abs(number(head.weights[j])) / largest : 1;
      group.append(
        makeSvg("rect", {
          class: chosen ? "chosen" : "match",
          x: left + j * cell + 1,
          y: y + 1,
          width: cell - 2,
          height: cell - 2,
          rx: Math.min(3, cell / 5),
          style: chosen && head.weights ? `opacity:${(0.18 + 0.82 * strength).toFixed(2)}` : null,
        }),
      );
    }
    if (head.attended && !found.length) {
      group.append(makeSvg("rect", { class: "default", x: left + 1.5, y: y + 1.5, width: cell - 3, height: cell - 3,
        rx: Math.min(3, cell / 5) }));
    }
    if (readable) {
      const middle = y + cell / 2 + 4;
      group.append(label(queries[i], left - 6, middle, "query"), label(results[i], left + size + 14, middle, "result"));
    }
    group.append(makeSvg("title", {}, told(head, i, found)));
    return group;
  }

  // Return what one row says, in words.
  function told(head, i, found) {
    const asks = `position ${i} (${shown(head.queries[i])})`;
    const writes = ` → ${shown(head.results[i])}`;
    if (!head.attended) {
      return found.length ? `${asks} adds up positions ${found.join(", ")}${writes}` : `${asks} finds nothing${writes}`;
    }
    if (!found.length) return `${asks} finds nothing and takes position 0${writes}`;
    const others = found.length > 1 ? `, of the matches ${found.join(", ")}` : "";
    return `${asks} looks at ${head.attended[i]} (${shown(head.keys[head.attended[i]])})${others}${writes}`;
  }

  const summary = (head) =>
    `Attention of ${head.name}: ` + head.matches.map((found, i) => told(head, i, found)).slice(0, 12).join("; ");

  Object.assign(report, { heatMap });
})((window.tprogReport ??= {}));
