// A text program in words: what its codes mean, and its votes as sentences, as `tprog.analysis.explain.text` says them.
"use strict";

(function (report) {
  const { alphabet, shown, valueAt } = report;
  const EXAMPLES = 4;
  const UNSEEN = "new";
  const KINDS = { shape: "shape", prefix: "beginning", suffix: "ending" };

  // Return some words that share a value of a word table, the commonest first, made once.
  const legends = new WeakMap();
  function alike(program, variable, entry) {
    let part = program.variables[variable];
    while (part.kind === "head") part = program.variables[(variable = part.arguments[2])];
    if (part.kind !== "words" || valueAt(program, variable, entry) === UNSEEN) return [];
    if (!legends.has(part)) {
      const { prefix, suffix, unknown } = program.domain;
      const found = new Map();
      for (const [word, place] of alphabet(program.domain)) {
        if (word === prefix || word === suffix || word === unknown) continue;
        const value = part.table[place];
        if (!found.has(value)) found.set(value, []);
        if (found.get(value).length < EXAMPLES) found.get(value).push(word);
      }
      legends.set(part, found);
    }
    return legends.get(part).get(entry) ?? [];
  }

  const quote = (word) => `‘${shown(word)}’`;

  // Return in words what a variable says at a position of a run.
  function phrase(program, found, variable, position) {
    const part = program.variables[variable];
    const entry = found.columns[variable][position];
    const value = shown(valueAt(program, variable, entry));
    const word = quote(found.framed[position]);
    if (part.kind === "head") return phrase(program, found, part.arguments[2], found.heads.get(variable).attended[position]);
    if (part.kind === "table" && found.heads.has(part.arguments[0])) {
      const head = part.arguments[0];
      return `${word} speaks for ${value} (${program.variables[head].name}: ${shown(valueAt(program, head, found.columns[head][position]))})`;
    }
    if (part.kind === "table") {
      const because = new Set(part.arguments.map((argument) => phrase(program, found, argument, position)));
      return `${part.name} is ${value}, since ${[...because].join(" and ")}`;
    }
    if (part.kind === "text") return ruled(part, word, value, entry);
    const like = alike(program, variable, entry).map(quote).filter((other) => other !== word).slice(0, EXAMPLES - 1);
    return `${part.name} of ${word} is ${value}${like.length ? `, as of ${like.join(", ")}` : ""}`;
  }

  function ruled(rule, word, value, entry) {
    const rare = entry === rule.otherwise;
    if (rule.feature === "length") return `${word} has length ${value}`;
    if (rule.feature === "lower") return `${word} is ${rare ? "no" : "a"} common word`;
    return rare ? `${word} has a rare ${KINDS[rule.feature]}` : `${word} has the ${KINDS[rule.feature]} ${value}`;
  }

  // Return the votes for one label against another, one by one, the strongest first: which variable, what it says, how many.
  function reasons(program, found, position, { winner, rival }) {
    const positions = position === null ? found.framed.map((_, at) => at) : [position];
    const all = program.classifier.votes.flatMap(({ variable }, slot) =>
      positions.map((at) => {
        const row = found.votes[slot][at];
        return { variable, at, gain: row[winner] - row[rival] };
      }));
    const size = ({ gain }) => (gain < 0n ? -gain : gain);
    return all
      .filter(({ gain }) => gain !== 0n)
      .sort((one, other) => (size(one) < size(other) ? 1 : size(one) > size(other) ? -1 : 0))
      .map((one) => ({ ...one, says: () => phrase(program, found, one.variable, one.at) }));
  }

  Object.assign(report, { alike, reasons });
})((window.tprogReport ??= {}));
