// The meaning of a Program, in the page. Owns running one input step by step; refuses to touch the document.
//
// It reads the values that `data.py` writes and follows the rules of `tprog/evaluate/scalar.py` one by one; the tests
// compare the two on every program of the gallery and on random ones. Categorical variables hold indices into their
// values; numbers and votes are BigInts, because sums must be exact whatever their size.
"use strict";

(function (report) {
  // A mistake in what somebody typed: its message is meant for them.
  class BadInput extends Error {}

  const RELATIONS = {
    "==": (order) => order === 0,
    "!=": (order) => order !== 0,
    "<": (order) => order < 0,
    "<=": (order) => order <= 0,
    ">": (order) => order > 0,
    ">=": (order) => order >= 0,
  };

  // Characters that Python calls digits (`str.isdigit`) although they are no decimal digits (category Nd).
  const FURTHER_DIGITS = new RegExp(
    "[²³¹፩-፱᧚⁰⁴-⁹₀-₉①-⑨⑴-⑼⒈-⒐⓪⓵-⓽⓿❶-❾➀-➈➊-➒" +
      "\\u{10A40}-\\u{10A43}\\u{10E60}-\\u{10E68}\\u{11052}-\\u{1105A}\\u{1F100}-\\u{1F10A}]",
    "u",
  );
  const DIGIT = /\p{Nd}/u;
  const CAPITAL = /\p{Uppercase}/u;
  const LETTER = /\p{L}/u;

  // Large integers arrive as text, see `data.py`.
  const exact = (value) => (typeof value === "string" ? BigInt(value) : value);

  // Return below 0, 0 or above 0. Text is compared by code point, as Python does; JavaScript would go by UTF-16 unit.
  function compareTexts(left, right) {
    const one = Array.from(left);
    const other = Array.from(right);
    for (let i = 0; i < Math.min(one.length, other.length); i++) {
      const difference = one[i].codePointAt(0) - other[i].codePointAt(0);
      if (difference !== 0) return difference;
    }
    return one.length - other.length;
  }

  const compareNumbers = (left, right) => (left < right ? -1 : left > right ? 1 : 0);

  // Multiply and add, as BigInts where one of the numbers is that large.
  function line(scale, value, offset) {
    if (typeof value === "bigint" || typeof offset === "bigint") {
      return BigInt(scale) * BigInt(value) + BigInt(offset);
    }
    return scale * value + offset;
  }

  // Return the shape of a word: X for capitals, x for other letters, 0 for digits, once for each run.
  function wordShape(text) {
    let shape = "";
    let last = null;
    for (const character of text) {
      const digit = DIGIT.test(character) || FURTHER_DIGITS.test(character);
      const kind = digit ? "0" : CAPITAL.test(character) ? "X" : LETTER.test(character) ? "x" : character;
      if (kind !== last) shape += kind;
      last = kind;
    }
    return shape;
  }

  function textFeature(feature, size, text) {
    const characters = Array.from(text);
    switch (feature) {
      case "shape":
        return wordShape(text);
      case "prefix":
        return characters.slice(0, size).join("");
      case "suffix":
        return characters.slice(-size).join("");
      case "length":
        return Math.min(characters.length, size);
      case "lower":
        return text.toLowerCase();
      default:
        throw new Error(`no such text feature: ${feature}`);
    }
  }

  // Return the alphabet of a domain and the number of each of its symbols, made once.
  const alphabets = new WeakMap();
  function alphabet(domain) {
    let found = alphabets.get(domain);
    if (!found) {
      const symbols = [domain.prefix, ...domain.symbols, domain.suffix].filter((one) => one !== null);
      found = new Map(symbols.map((symbol, number) => [symbol, number]));
      alphabets.set(domain, found);
    }
    return found;
  }

  // Return the framed sequence for data symbols, or for a sequence that is framed already.
  function frame(domain, tokens) {
    const head = domain.prefix === null ? 0 : 1;
    const tail = domain.suffix === null ? 0 : 1;
    const framed =
      head + tail > 0 &&
      tokens.length >= head + tail &&
      (head === 0 || tokens[0] === domain.prefix) &&
      (tail === 0 || tokens[tokens.length - 1] === domain.suffix);
    const data = framed ? tokens.slice(head, tokens.length - tail) : tokens;
    check(domain, data);
    return [...(head ? [domain.prefix] : []), ...data, ...(tail ? [domain.suffix] : [])];
  }

  function check(domain, data) {
    if (data.length === 0) throw new BadInput("the input is empty; give at least one token");
    const known = alphabet(domain);
    for (const token of data) {
      if (token === domain.prefix || token === domain.suffix) {
        throw new BadInput(`the frame symbol ${token} stands inside the input; give the data symbols alone`);
      }
      if (domain.unknown === null && !known.has(token)) {
        const shown = domain.symbols.slice(0, 40).join(" ");
        const more = domain.symbols.length > 40 ? " …" : "";
        throw new BadInput(`unknown token ${JSON.stringify(token)}; the tokens are ${shown}${more}`);
      }
    }
    const counted = data.length === 1 ? "1 token" : `${data.length} tokens`;
    if (data.length < domain.least) {
      throw new BadInput(`the input has ${counted}, fewer than the least, ${domain.least}`);
    }
    if (domain.greatest !== null && data.length > domain.greatest) {
      throw new BadInput(`the input has ${counted}, more than the most, ${domain.greatest}`);
    }
  }

  // Return the value that an entry of a variable stands for: a text or a number.
  function valueAt(program, variable, entry) {
    const values = program.variables[variable].values;
    if (typeof values !== "number") return entry;
    const value = program.sets[values][entry];
    return program.textual[values] ? value : exact(value);
  }

  const isTextual = (program, variable) => {
    const values = program.variables[variable].values;
    return typeof values === "number" && program.textual[values];
  };

  // Return a function of a query and a key entry: is the key wanted?
  function wanted(program, head) {
    const wants = head.wants;
    const [query, key] = head.arguments;
    if (wants.one) return (q, k) => wants.one[q] === k;
    if (wants.rows) return (q, k) => wants.rows[q].includes(k);
    if (wants.keys) return (q, k) => wants.keys.includes(k);
    if (wants.relation === undefined) return () => wants.always;
    const holds = RELATIONS[wants.relation];
    const texts = [isTextual(program, query), isTextual(program, key)];
    // Text is never equal to a number.
    if (texts[0] !== texts[1]) return () => holds(1);
    if (texts[0]) {
      return (q, k) => holds(compareTexts(valueAt(program, key, k), valueAt(program, query, q)));
    }
    const offset = exact(wants.offset);
    return (q, k) =>
      holds(compareNumbers(valueAt(program, key, k), line(wants.scale, valueAt(program, query, q), offset)));
  }

  function inputColumn(program, variable, framed) {
    const known = alphabet(program.domain);
    const number = (word) => known.get(known.has(word) ? word : program.domain.unknown);
    switch (variable.kind) {
      case "tokens":
        return framed.map(number);
      case "positions":
        return framed.map((_, position) => position);
      case "ones":
        return framed.map(() => 1n);
      case "words":
        return framed.map((word) => variable.table[number(word)]);
      case "text":
        return framed.map((word) => textEntry(program, variable, known, word));
      default:
        throw new Error(`no such input: ${variable.kind}`);
    }
  }

  function textEntry(program, rule, known, word) {
    if (known.has(word)) return rule.known[known.get(word)];
    const found = program.sets[rule.values].indexOf(textFeature(rule.feature, rule.size, word));
    return found < 0 ? rule.otherwise : found;
  }

  // Return for each query position the matching key positions, ascending.
  function look(program, head, columns) {
    const wants = wanted(program, head);
    const [queries, keys] = head.arguments.map((argument) => columns[argument]);
    return queries.map((query, i) => {
      const found = [];
      const end = head.causal ? i + 1 : keys.length;
      for (let j = 0; j < end; j++) if (wants(query, keys[j])) found.push(j);
      return found;
    });
  }

  // Return the member of `found` with the least rank, the first of equals.
  function least(found, rank) {
    let best = found[0];
    for (const one of found) if (rank(one) < rank(best)) best = one;
    return best;
  }

  // Return the attended position; position 0 where nothing matches.
  function attend(tie, i, found, query, keys) {
    if (found.length === 0) return 0;
    if (tie === "first") return found[0];
    if (tie === "last") {
      const others = found.filter((j) => j !== i);
      return others.length ? least(others, (j) => Math.abs(i - j)) : i;
    }
    if (tie === "matches") return least(found, (j) => (j === i ? found.length : Math.abs(i - j)));
    return least(found, (j) => -tie.scores[query][keys[j]]);
  }

  function tableColumn(program, lookup, columns) {
    const sizes = lookup.arguments.map((argument) => program.sets[program.variables[argument].values].length);
    return columns[0].map((_, i) => {
      let row = 0;
      lookup.arguments.forEach((argument, slot) => {
        row = row * sizes[slot] + columns[argument][i];
      });
      return lookup.table[row];
    });
  }

  function boxColumn(lookup, columns) {
    const caps = lookup.caps.map(exact);
    return columns[0].map((_, i) => {
      const point = lookup.arguments.map((argument, slot) => {
        const value = columns[argument][i];
        return value > caps[slot] ? caps[slot] : value;
      });
      const found = lookup.boxes.find((box) =>
        point.every((value, slot) => exact(box[2 * slot]) <= value && value <= exact(box[2 * slot + 1])),
      );
      return found ? found[found.length - 1] : lookup.default;
    });
  }

  function voteRows(vote, column, labels) {
    if (vote.rows) return column.map((entry) => vote.rows[entry].map(BigInt));
    const unit = vote.unit.map(BigInt);
    return column.map((number) => labels.map((_, label) => unit[label] * number));
  }

  const zeros = (length) => Array.from({ length }, () => 0n);
  const added = (rows, width) =>
    rows.reduce((sums, row) => sums.map((sum, label) => sum + row[label]), zeros(width));

  // Return the labels that can be predicted, the largest sum first, equal sums in the labels' order.
  function ranking(program, sums) {
    const masked = new Set(program.classifier.masked);
    return sums
      .map((_, label) => label)
      .filter((label) => !masked.has(label))
      .sort((one, other) => compareNumbers(sums[other], sums[one]) || one - other);
  }

  // Run a program on data symbols (or a framed sequence) and return everything that it computes:
  // framed, start and stop of the data, columns (entries of every variable by position), heads (by variable: matches,
  // attended), votes (by voting variable, position and label), sums (one entry where pooled), winners, predictions.
  function run(program, tokens) {
    const framed = frame(program.domain, tokens);
    const { labels, pooled, first, last } = program.classifier;
    const columns = [];
    const heads = new Map();
    for (const [number, variable] of program.variables.entries()) {
      if (variable.kind === "head" || variable.kind === "count") {
        const matches = look(program, variable, columns);
        const [queries, keys, values] = variable.arguments.map((argument) => columns[argument]);
        if (variable.kind === "head") {
          const attended = matches.map((found, i) => attend(variable.tie, i, found, queries[i], keys));
          heads.set(number, { matches, attended });
          columns.push(attended.map((j) => values[j]));
        } else {
          heads.set(number, { matches, attended: null });
          columns.push(matches.map((found) => found.reduce((sum, j) => sum + values[j], 0n)));
        }
      } else if (variable.kind === "table") {
        columns.push(tableColumn(program, variable, columns));
      } else if (variable.kind === "boxes") {
        columns.push(boxColumn(variable, columns));
      } else {
        columns.push(inputColumn(program, variable, framed));
      }
    }
    const votes = program.classifier.votes.map((vote) => voteRows(vote, columns[vote.variable], labels));
    let sums = framed.map((_, i) => added(votes.map((rows) => rows[i]), labels.length));
    if (pooled) sums = [added(sums, labels.length)];
    const winners = sums.map((row) => ranking(program, row)[0]);
    const predictions = winners.map((winner) => labels[winner]);
    if (!pooled && first !== null) predictions[0] = first;
    if (!pooled && last !== null) predictions[predictions.length - 1] = last;
    const start = program.domain.prefix === null ? 0 : 1;
    const stop = framed.length - (program.domain.suffix === null ? 0 : 1);
    return { framed, start, stop, columns, heads, votes, sums, winners, predictions };
  }

  // Return the labels that `tprog run` prints: one for each data symbol, or a single one where outputs are pooled.
  function answer(program, tokens) {
    const found = run(program, tokens);
    return program.classifier.pooled ? found.predictions : found.predictions.slice(found.start, found.stop);
  }

  Object.assign(report, { BadInput, alphabet, answer, frame, ranking, run, textFeature, valueAt });
})((window.tprogReport ??= {}));
