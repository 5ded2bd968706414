/** The scrolling of a log: it follows its end while that is in view, which only the user can leave. */
import { onDestroy, untrack } from "svelte";
import type { Attachment } from "svelte/attachments";
import type { VirtualizerHandle } from "virtua/svelte";

interface LogActions {
  /** Scrolls to the newest line. */
  readonly toEnd: () => void;
  /** Whether there are newer lines than the loaded ones. */
  readonly newer?: () => boolean;
  /** Loads older lines, if there are some that are not loading. */
  readonly older: () => void;
}

interface Keyed {
  readonly key: string;
}

export class LogScroll {
  scroller = $state<HTMLElement>();
  list = $state<VirtualizerHandle>();
  /** Whether the end is in view and followed. */
  atEnd = $state(true);
  /** Whether the log has been scrolled to its first position. */
  placed = $state(false);
  /** The line that was jumped to, while it is highlighted. */
  highlighted = $state<string | null>(null);
  /** Whether the user has scrolled since the end was last scrolled to. */
  #byUser = false;
  /** Whether the log is gone, so that nothing is done in the next frame. */
  isClosed = false;
  #offset = 0;
  /** The first rendered line. */
  #first: string | undefined;
  readonly #actions: LogActions;

  constructor(actions: LogActions) {
    this.#actions = actions;
    onDestroy(() => (this.isClosed = true));
  }

  /** Scrolls to the last of so many lines. */
  scrollToLast(count: number): void {
    this.#byUser = false;
    if (count > 0) this.list?.scrollToIndex(count - 1, { align: "end" });
  }

  /** Updates whether the end is in view. */
  measure(): void {
    const { list } = this;
    if (!list) return;
    const offset = list.getScrollOffset();
    const left = list.getScrollSize() - offset - list.getViewportSize();
    const [up, down] = [offset < this.#offset, offset > this.#offset];
    this.#offset = offset;
    // While lines are measured the end moves ahead of the scrolling, so only the user can leave it, by the first pixel
    // upwards: lines that come into view must not scroll back.
    if (this.#actions.newer?.()) this.atEnd = false;
    else if (left < ROUNDING || (down && left < NEAR)) this.atEnd = true;
    else if (this.#byUser && (up || left >= NEAR)) this.atEnd = false;
  }

  /** A line can grow, for example by a failure's text. */
  readonly resized = (): void => {
    if (this.atEnd) this.#actions.toEnd();
    else this.measure();
  };

  /** Whether lines are inserted before the first rendered one, so that the visible lines must be held in place. */
  insertsBefore(lines: readonly Keyed[]): boolean {
    const before =
      this.#first !== undefined && lines[0]?.key !== this.#first && lines.some((line) => line.key === this.#first);
    // Only a list that scrolls can be held in place: with `shift` in a short one the virtualizer waits for a scroll
    // event that never comes, and renders nothing.
    const view = untrack(() => this.list?.getViewportSize() ?? 0);
    return before && view > 0 && untrack(() => (this.list?.getScrollSize() ?? 0) > view);
  }

  /** These lines are rendered now. */
  setRendered(lines: readonly Keyed[]): void {
    this.#first = lines[0]?.key;
    requestAnimationFrame(() => this.loadNear());
  }

  /** Loads older lines when the first one is near. Called after rendering too: at the very top there is no scroll event. */
  loadNear(): void {
    if (this.isClosed || !this.placed || !this.list || !this.scroller) return;
    if (this.scroller.scrollTop < LOAD_DISTANCE) this.#actions.older();
  }

  /** Highlights a line for a moment. */
  highlight(key: string): void {
    this.highlighted = key;
    setTimeout(() => {
      if (this.highlighted === key) this.highlighted = null;
    }, HIGHLIGHT_TIME);
  }

  /** A focused line may leave the document: the focus moves to the log. */
  keepFocus(): void {
    if (this.scroller?.contains(document.activeElement)) this.scroller.focus({ preventScroll: true });
  }

  /** The pane, which shrinks when the composer grows. */
  readonly pane: Attachment<HTMLElement> = (pane) => {
    const unwatch = this.#watch(pane);
    const onInput = (): boolean => (this.#byUser = true);
    for (const event of USER_EVENTS) pane.addEventListener(event, onInput, { passive: true });
    pane.addEventListener("keydown", this.#onKey);
    return () => {
      unwatch();
      pane.removeEventListener("keydown", this.#onKey);
      for (const event of USER_EVENTS) pane.removeEventListener(event, onInput);
    };
  };

  /** Home and End. Browsers scroll there smoothly and stop where lines that come into view turn out higher. */
  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.target !== this.scroller || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === "End") this.#actions.toEnd();
    else if (event.key === "Home") {
      this.atEnd = false;
      this.list?.scrollToIndex(0);
    } else return;
    event.preventDefault();
  };

  /** The column, which grows after the list has measured its lines: only then can the end be reached. */
  readonly column: Attachment<HTMLElement> = (column) => this.#watch(column);

  #watch(element: HTMLElement): () => void {
    const watch = new ResizeObserver(() => {
      if (this.atEnd) this.#actions.toEnd();
    });
    watch.observe(element);
    return () => watch.disconnect();
  }
}

/** How near to the first or last loaded line more are loaded, in CSS pixels. */
export const LOAD_DISTANCE = 500;
/** Scrolling down nearer than this reaches the end, in CSS pixels. */
const NEAR = 48;
/** The largest distance to the end that rounding leaves, in CSS pixels. */
const ROUNDING = 2;
/** How long a line is highlighted, in milliseconds. */
const HIGHLIGHT_TIME = 2600;
/** Events by which the user scrolls. */
const USER_EVENTS = ["wheel", "touchmove", "pointerdown", "keydown"] as const;
