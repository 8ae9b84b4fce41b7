// What led to one answer: the votes that told two labels apart, and everything that they were computed from.
"use strict";

(function (report) {
  const { ranking } = report;

  // Return the winner, the rival and what each variable's votes did for the one against the other, the strongest first.
  // `position` is null where outputs are pooled. `rival` may be given, as an index of a label.
  function decide(program, found, position, rival = null) {
    const entry = position ?? 0;
    const sums = found.sums[entry];
    const order = ranking(program, sums);
    const winner = order[0];
    const second = rival !== null && rival !== winner ? rival : (order[1] ?? null);
    const gains = program.classifier.votes.map((vote, slot) => {
      const rows = position === null ? found.votes[slot] : [found.votes[slot][position]];
      const gain = second === null ? 0n : rows.reduce((sum, row) => sum + row[winner] - row[second], 0n);
      return { variable: vote.variable, gain };
    });
    const size = (gain) => (gain < 0n ? -gain : gain);
    return {
      winner,
      rival: second,
      margin: second === null ? null : sums[winner] - sums[second],
      gains: gains.filter(({ gain }) => gain !== 0n).sort((one, other) => Number(size(other.gain) - size(one.gain))),
    };
  }

  // Return the set of `variable:position` that an answer was computed from. Of a head these are its query, and the keys and
  // values at the positions that it used; what it might have used instead does not count.
  function trace(program, found, position, decision) {
    const used = new Set();
    const waiting = [];
    const add = (variable, at) => {
      const name = `${variable}:${at}`;
      if (used.has(name)) return;
      used.add(name);
      waiting.push([variable, at]);
    };
    const positions = position === null ? found.framed.map((_, i) => i) : [position];
    for (const { variable } of decision.gains) positions.forEach((at) => add(variable, at));
    while (waiting.length) {
      const [number, at] = waiting.pop();
      const variable = program.variables[number];
      if (!variable.arguments) continue;
      const head = found.heads.get(number);
      if (!head) {
        variable.arguments.forEach((argument) => add(argument, at));
        continue;
      }
      const [query, key, value] = variable.arguments;
      add(query, at);
      const looked = head.attended ? [head.attended[at]] : head.matches[at];
      for (const j of looked) {
        if (head.matches[at].length) add(key, j);
        add(value, j);
      }
    }
    return used;
  }

  Object.assign(report, { decide, trace });
})((window.tprogReport ??= {}));
