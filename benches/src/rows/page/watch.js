// Put into the page by the row that drives it: notes when what a person asked for was painted. All times are in
// milliseconds from when the key was pressed.

// A frame's callbacks come before it is painted, the next task behind it.
const painted = () =>
  new Promise((done) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done(performance.now());
      port2.postMessage(null);
    });
  });

/** Calls back once something is so, in the frame in which it becomes so, with when that one was painted. */
const whenPainted = async (is, then) => {
  for (;;) {
    const at = await painted();
    if (is()) {
      then(at);
      return;
    }
  }
};

// Characters: from the key to the frame behind what it changed.
window.characters = [];
addEventListener(
  "keydown",
  (press) => {
    if (press.key.length !== 1 || press.altKey) return;
    press.target.addEventListener("input", () => void painted().then((at) => window.characters.push(at - press.timeStamp)), { once: true });
  },
  true,
);

// Conversations: from the key to a transcript of another contact with lines over its whole height.
window.switches = [];
const log = () => document.querySelector("[data-pane=transcript]");
const filled = () => {
  const box = log()?.getBoundingClientRect();
  if (!box || log().getAttribute("aria-busy") === "true") return false;
  // What a person would see there: lines that are in the document but not yet in their place are hidden.
  return [0.15, 0.4, 0.65, 0.9].every((part) =>
    document.elementFromPoint(box.x + box.width / 2, box.y + box.height * part)?.closest(".line"),
  );
};
addEventListener(
  "keydown",
  (press) => {
    if (press.key !== "ArrowDown" || !press.altKey) return;
    const before = log()?.getAttribute("aria-label");
    const another = () => log()?.getAttribute("aria-label") !== before && filled();
    void whenPainted(another, (at) => window.switches.push(at - press.timeStamp));
  },
  true,
);

// Places: from Enter in the search of a transcript to the word, marked and in view.
window.places = [];
addEventListener(
  "keydown",
  (press) => {
    if (press.key !== "Enter" || press.target.type !== "search") return;
    const word = press.target.value;
    const inView = (mark) => {
      const { x, y, width, height } = mark.getBoundingClientRect();
      return mark.textContent === word && mark.contains(document.elementFromPoint(x + width / 2, y + height / 2));
    };
    void whenPainted(
      () => [...document.querySelectorAll("[role=log] mark")].some(inView),
      (at) => window.places.push(at - press.timeStamp),
    );
  },
  true,
);

// Scrolling: so far in each frame, and how long each frame was.
window.scroll = (box, step, arrived) => {
  window.frames = null;
  const frames = [];
  let last = performance.now();
  const go = () => {
    const now = performance.now();
    frames.push(now - last);
    last = now;
    if (arrived()) window.frames = frames;
    else {
      // As by hand: whoever touches nothing is kept at the end.
      box.dispatchEvent(new WheelEvent("wheel"));
      box.scrollTop += step;
      requestAnimationFrame(go);
    }
  };
  requestAnimationFrame(go);
};
