// One run, step by step: the inputs, every layer's parts, the votes. Owns how they look; refuses to compute.
"use strict";

(function (report) {
  const { brief, clipped, forget, grouped, heatMap, make, shown, valueAt, votesText, whenSeen } = report;

  // Show a run in `box`.
  //
  // page: the page's data; onpick: called with a variable; onposition: called with a position.
  function showSteps(box, page, found, { onpick, onposition }) {
    forget(box);
    const { program, parts, scale } = page;
    const values = (variable) => found.columns[variable].map((entry) => valueAt(program, variable, entry));
    const first = parts.findIndex((part) => part.layer !== null);
    const inputs = first < 0 ? parts.length : first;
    const sections = [
      step("Inputs", "what is known of each position", [
        columns(found, Array.from({ length: inputs }, (_, i) => i).map((i) => [name(i), values(i)])),
      ]),
    ];
    const layers = new Map();
    parts.forEach((part, variable) => {
      if (part.layer === null) return;
      if (!layers.has(part.layer)) layers.set(part.layer, []);
      layers.get(part.layer).push(variable);
    });
    for (const layer of [...layers.keys()].sort((one, other) => one - other)) {
      const cards = layers.get(layer).map((variable) => card(variable));
      sections.push(step(`Layer ${layer}`, "", [make("div", { class: "part-cards" }, cards)]));
    }
    sections.push(step("Votes", program.classifier.pooled ? "added over all positions" : "added up at each position", [votes()]));
    box.replaceChildren(...sections);
    box.onclick = (event) => {
      const cell = event.target.closest("[data-position]");
      if (cell && box.contains(cell)) onposition(Number(cell.dataset.position));
    };

    function name(variable) {
      return make(
        "button",
        { type: "button", class: "link", "data-variable": variable, onclick: () => onpick(variable) },
        program.variables[variable].name,
      );
    }

    function card(variable) {
      const part = parts[variable];
      const body = make("div", { class: "part-body" });
      const built = make(
        "article",
        { class: `part-card ${kindClass(part.kind)}`, "data-variable": variable },
        make("header", {}, name(variable), make("span", { class: "badge" }, part.kind)),
        make("p", { class: "does" }, part.does),
        body,
      );
      // The height is kept free, so that the page does not jump while cards are built.
      const length = found.framed.length;
      const cell = Math.max(5, Math.min(26, Math.floor(260 / length)));
      body.style.minHeight = `${part.layer !== null && found.heads.has(variable) ? length * cell + 30 : 60}px`;
      whenSeen(body, () => {
        body.replaceChildren(found.heads.has(variable) ? attention(variable) : lookup(variable));
        body.style.minHeight = "";
        report.refresh?.(body);
      });
      return built;
    }

    function attention(variable) {
      const [query, key, value] = program.variables[variable].arguments;
      const { matches, attended } = found.heads.get(variable);
      const weights = attended ? null : found.columns[value];
      const alike = weights === null || weights.every((weight) => weight === weights[0]);
      const drawn = heatMap({
        name: program.variables[variable].name,
        queries: values(query),
        keys: values(key),
        results: values(variable),
        matches,
        attended,
        weights: alike ? null : weights,
      });
      for (const row of drawn.querySelectorAll(".row")) row.dataset.cell = `${variable}:${row.dataset.position}`;
      return make("div", { class: "scroll" }, drawn);
    }

    function lookup(variable) {
      const rows = program.variables[variable].arguments.map((argument) => [name(argument), values(argument)]);
      return columns(found, [...rows, [make("b", {}, "→"), values(variable), variable]]);
    }

    // Return a table with a column for each position: `rows` are [heading, values, variable or nothing].
    function columns(run, rows) {
      const head = make("tr", {}, make("th", { scope: "col" }, "position"),
        run.framed.map((token, i) => make("th", { scope: "col", "data-position": i, title: token }, String(i))));
      const lines = rows.map(([heading, cells, variable]) =>
        make("tr", { class: variable === undefined ? null : "result" }, make("th", { scope: "row" }, heading),
          cells.map((value, i) =>
            make("td", { "data-position": i, title: shown(value), "data-cell": variable === undefined ? null : `${variable}:${i}` },
              clipped(shown(value), 10)))));
      return make("div", { class: "scroll" }, make("table", { class: "columns" }, make("thead", {}, head), make("tbody", {}, lines)));
    }

    function votes() {
      const { labels, masked } = program.classifier;
      const wins = new Set(found.winners);
      const many = labels.length > 24;
      const listed = labels.map((_, label) => label).filter((label) => !many || wins.has(label));
      const large = found.sums.map((row) => row.reduce((most, sum, label) =>
        masked.includes(label) ? most : most === null || sum > most ? sum : most, null));
      const small = found.sums.map((row) => row.reduce((least, sum) => (least === null || sum < least ? sum : least), null));
      const lines = listed.map((label) =>
        make("tr", { class: masked.includes(label) ? "masked" : null }, make("th", { scope: "row" }, shown(labels[label])),
          found.sums.map((row, i) => {
            const spread = Number(large[i] - small[i]);
            const share = masked.includes(label) || spread === 0 ? 0 : Number(row[label] - small[i]) / spread;
            const td = make("td", { "data-position": program.classifier.pooled ? null : i,
              class: found.winners[i] === label ? "winner" : null, title: grouped(row[label]) },
              scale ? votesText(row[label], scale) : row[label] > -100000n && row[label] < 100000n ? String(row[label]) : brief(row[label]));
            td.style.setProperty("--share", share.toFixed(2));
            return td;
          })));
      const positions = program.classifier.pooled
        ? [make("th", { scope: "col" }, "sum")]
        : found.framed.map((token, i) => make("th", { scope: "col", "data-position": i, title: token }, String(i)));
      const head = make("tr", {}, make("th", { scope: "col" }, "label"), positions);
      const note = many ? make("p", { class: "note" }, `${labels.length - listed.length} labels that win nowhere are left out.`) : null;
      return make("div", {}, make("div", { class: "scroll" },
        make("table", { class: "columns votes" }, make("thead", {}, head), make("tbody", {}, lines))), note);
    }
  }

  const step = (title, remark, children) =>
    make("section", { class: "step" }, make("h3", {}, title, remark ? make("span", { class: "remark" }, remark) : null), children);

  const kindClass = (kind) => `kind-${kind.replace(" ", "-")}`;

  Object.assign(report, { kindClass, showSteps });
})((window.tprogReport ??= {}));
