// Runs in the page under test: records when the effect of an input was painted. All times are in milliseconds since the
// key was pressed.

// The callbacks of a frame run before it is painted, and the next task runs after it.
const painted = () =>
  new Promise((done) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done(performance.now());
      port2.postMessage(null);
    });
  });

/** Calls `then` with the time of the first painted frame in which `condition` holds. */
const whenPainted = async (condition, then) => {
  for (;;) {
    const at = await painted();
    if (condition()) {
      then(at);
      return;
    }
  }
};

// Characters: from the key to the painted frame with its change.
window.characters = [];
addEventListener(
  "keydown",
  (press) => {
    if (press.key.length !== 1 || press.altKey) return;
    press.target.addEventListener("input", () => void painted().then((at) => window.characters.push(at - press.timeStamp)), { once: true });
  },
  true,
);

// Conversations: from the key to the transcript of another contact, filled over its whole height.
window.switches = [];
const log = () => document.querySelector("[data-pane=transcript]");
const filled = () => {
  const box = log()?.getBoundingClientRect();
  if (!box || log().getAttribute("aria-busy") === "true") return false;
  // Asks for the visible element, because lines that are not yet positioned are hidden.
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

// Places: from Enter in the search of a transcript to the marked word in view.
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

// Scrolling: scrolls by `step` pixels in each frame and records the length of each frame.
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
      // Without a wheel event the transcript would stick to its end.
      box.dispatchEvent(new WheelEvent("wheel"));
      box.scrollTop += step;
      requestAnimationFrame(go);
    }
  };
  requestAnimationFrame(go);
};
