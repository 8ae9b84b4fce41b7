// Making elements. Owns the one way in which text enters the page: as text, never as markup.
"use strict";

(function (report) {
  const SVG = "http://www.w3.org/2000/svg";

  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? "" : String(value));
    }
    for (const child of children.flat(Infinity)) {
      if (child !== null && child !== undefined) element.append(typeof child === "string" ? visible(child) : child);
    }
    return element;
  }

  // Return an element with attributes (`onclick` and the like are listeners) and children: elements or plain text.
  const make = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

  const makeSvg = (tag, attributes, ...children) =>
    fill(document.createElementNS(SVG, tag), attributes, children);

  // What a reader cannot see, or what would turn a line around: an escape stands for it. Line breaks stay.
  const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu;

  function escaped(character) {
    const code = character.codePointAt(0);
    if (code < 256) return { "\t": "\\t", "\r": "\\r" }[character] ?? "\\x" + code.toString(16).padStart(2, "0");
    return code < 65536 ? "\\u" + code.toString(16).padStart(4, "0") : "\\U" + code.toString(16).padStart(8, "0");
  }

  const visible = (text) => text.replace(UNSEEN, escaped);

  // Return how a value is shown: text that cannot be seen is quoted, a number stands as it is.
  function shown(value) {
    if (typeof value !== "string") return String(value);
    const text = visible(value).replaceAll("\n", "\\n");
    return value.trim() === "" || text !== value ? `'${text}'` : value;
  }

  const clipped = (text, width) => (text.length > width ? text.slice(0, width - 1) + "…" : text);

  // Return a number in a few characters: 950, 12.3k, −4.5M, 348G.
  function brief(number) {
    const size = Math.abs(Number(number));
    if (size < 1000) return String(number).replace("-", "−");
    const [unit, scale] = size < 1e6 ? ["k", 1e3] : size < 1e9 ? ["M", 1e6] : size < 1e12 ? ["G", 1e9] : ["T", 1e12];
    const scaled = size / scale;
    return (number < 0 ? "−" : "") + (scaled < 99.95 ? scaled.toFixed(1).replace(/\.0$/, "") : Math.round(scaled)) + unit;
  }

  // Return votes as `tprog.analysis.measure.vote_scale` shows them: those of `power` 0 as they are, others in units of 10^power.
  function votesText(votes, power) {
    if (power === 0) return grouped(votes).replace("-", "−");
    const shown = Number(votes) / 10 ** power;
    return (Math.abs(shown) >= 1000 ? grouped(Math.round(shown)) : String(Number(shown.toPrecision(3)))).replace("-", "−");
  }

  const grouped = (count) => count.toLocaleString("en-US");

  // Call `build` when an element first comes near the screen, so that large programs cost what is looked at.
  const waiting = new Map();
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting || !waiting.has(target)) continue;
        const build = waiting.get(target);
        waiting.delete(target);
        watcher.unobserve(target);
        build(target);
      }
    },
    { rootMargin: "400px" },
  );

  function whenSeen(element, build) {
    waiting.set(element, build);
    watcher.observe(element);
    return element;
  }

  // Forget what an element still waits for, before it goes.
  function forget(container) {
    for (const element of waiting.keys()) {
      if (!container.contains(element)) continue;
      waiting.delete(element);
      watcher.unobserve(element);
    }
  }

  Object.assign(report, { brief, clipped, forget, grouped, make, makeSvg, shown, visible, votesText, whenSeen });
})((window.tprogReport ??= {}));
