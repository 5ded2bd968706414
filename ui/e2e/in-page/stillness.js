/**
 * Scrolls a transcript up to just below where it loads older lines, takes the line that is read there, and scrolls on
 * until they have come. Returns how far that line was ever painted from where the scrolling alone had put it, in
 * CSS pixels, how much longer the transcript is than before, and what was seen frame by frame.
 *
 * Positions are taken where the browser takes them for what it paints: an intersection observer is told after
 * everything that was measured in a frame has been put right.
 */
async function stillness(log) {
  /** Where older lines are not loaded yet, and where they are; from the top. */
  const [FAR, NEAR] = [700, 400];
  const STEP = 600;
  /** So many frames in which nothing grows are rest. */
  const REST = 8;
  /** How long anything may take, in milliseconds. */
  const PATIENCE = 30_000;
  const scroller = document.querySelector(log);

  /** Where an element is painted in the next frame; null if it was taken out of the page meanwhile. */
  const painted = (element) =>
    new Promise((resolve) => {
      requestAnimationFrame(() => {
        const watch = new IntersectionObserver(([entry]) => {
          watch.disconnect();
          resolve(element.isConnected ? entry.boundingClientRect.top : null);
        });
        watch.observe(element);
      });
    });
  const textOf = (line) => line.querySelector(".text")?.textContent;
  const lines = () => [...scroller.querySelectorAll("article")];
  const rest = async (since) => {
    let [height, still] = [scroller.scrollHeight, 0];
    const end = performance.now() + PATIENCE;
    while (still < REST && performance.now() < end) {
      await since();
      still = height === scroller.scrollHeight ? still + 1 : 0;
      height = scroller.scrollHeight;
    }
  };

  const goesTo = async (offset) => {
    // By hand: whoever touches nothing is kept at the end.
    scroller.dispatchEvent(new WheelEvent("wheel"));
    scroller.scrollTop = offset;
    await painted(scroller);
    await painted(scroller);
  };
  // It may have opened where the unread begins.
  if (scroller.scrollTop < FAR) await goesTo(scroller.scrollHeight);
  while (scroller.scrollTop > FAR) await goesTo(Math.max(FAR, scroller.scrollTop - STEP));
  await rest(() => painted(scroller));

  const top = scroller.getBoundingClientRect().top;
  const read = lines().find((line) => line.getBoundingClientRect().top > top);
  const text = textOf(read);
  const before = { top: read.getBoundingClientRect().top, offset: scroller.scrollTop, height: scroller.scrollHeight };
  const expected = before.top + before.offset - NEAR;
  scroller.scrollTop = NEAR;
  let moved = 0;
  const frames = [];
  const look = async () => {
    const line = lines().find((one) => textOf(one) === text);
    const at = line ? await painted(line) : (await painted(scroller), Infinity);
    frames.push({
      moved: at === null ? null : at - expected,
      offset: scroller.scrollTop,
      height: scroller.scrollHeight,
      pane: scroller.getBoundingClientRect().top - top,
      lines: lines().map((one) => `${textOf(one)?.slice(0, 9)} ${one.getBoundingClientRect().height}`),
    });
    if (at !== null) moved = Math.max(moved, Math.abs(at - expected));
  };
  const end = performance.now() + PATIENCE;
  while (scroller.scrollHeight < before.height + STEP && performance.now() < end) await look();
  await rest(look);
  return { moved, grown: scroller.scrollHeight - before.height, frames: moved > 0 ? frames : [] };
}
