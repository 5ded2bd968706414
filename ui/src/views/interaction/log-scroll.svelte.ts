/** How a log follows its end: as long as the end is in view, and only the person leaves it. */
import { onDestroy, untrack } from "svelte";
import type { Attachment } from "svelte/attachments";
import type { VirtualizerHandle } from "virtua/svelte";

interface Ends {
  /** Goes to the newest line. */
  readonly toEnd: () => void;
  /** Whether there are newer lines than those that are loaded. */
  readonly newer?: () => boolean;
  /** Loads lines before the first, if there are some and they are not on their way. */
  readonly older: () => void;
}

interface Keyed {
  readonly key: string;
}

export class LogScroll {
  scroller = $state<HTMLElement>();
  list = $state<VirtualizerHandle>();
  /** Whether the end is in view, and so to be followed. */
  atEnd = $state(true);
  /** Whether the log stands where reading begins. */
  placed = $state(false);
  /** The line that was jumped to, for as long as it is to catch the eye. */
  marked = $state<string | null>(null);
  /** Whether the person has scrolled since the end was last gone to. */
  #byHand = false;
  /** Whether the log is gone: what was to be done in the next frame is nobody's business any more. */
  over = false;
  #offset = 0;
  /** The first line of those that are drawn. */
  #first: string | undefined;
  readonly #ends: Ends;

  constructor(ends: Ends) {
    this.#ends = ends;
    onDestroy(() => (this.over = true));
  }

  /** Scrolls to the last of so many lines. */
  scrollToLast(count: number): void {
    this.#byHand = false;
    if (count > 0) this.list?.scrollToIndex(count - 1, { align: "end" });
  }

  /** Looks whether the end is in view. */
  measure(): void {
    const { list } = this;
    if (!list) return;
    const offset = list.getScrollOffset();
    const left = list.getScrollSize() - offset - list.getViewportSize();
    const [up, down] = [offset < this.#offset, offset > this.#offset];
    this.#offset = offset;
    // While lines are measured the end runs ahead of the scrolling; only the person leaves it, and then with the
    // first pixel upwards: lines that come into view must not pull them back.
    if (this.#ends.newer?.()) this.atEnd = false;
    else if (left < ROUNDED || (down && left < NEAR)) this.atEnd = true;
    else if (this.#byHand && (up || left >= NEAR)) this.atEnd = false;
  }

  /** A line can grow: a failure's sentence, for one. */
  readonly resized = (): void => {
    if (this.atEnd) this.#ends.toEnd();
    else this.measure();
  };

  /** Whether lines are put before the first that is drawn, and what is read must be held in place. */
  shifts(lines: readonly Keyed[]): boolean {
    const before =
      this.#first !== undefined && lines[0]?.key !== this.#first && lines.some((line) => line.key === this.#first);
    // Only what scrolls can be held in place: told to shift a short list, the virtualiser waits for a scroll
    // that never comes, and draws nothing.
    const view = untrack(() => this.list?.getViewportSize() ?? 0);
    return before && view > 0 && untrack(() => (this.list?.getScrollSize() ?? 0) > view);
  }

  /** These are drawn now. */
  drew(lines: readonly Keyed[]): void {
    this.#first = lines[0]?.key;
    requestAnimationFrame(() => this.approach());
  }

  /**
   * Has older lines loaded when the first is near. Whoever stands at the very top has nothing to scroll up to: that is
   * why it is looked at after lines were drawn, too.
   */
  approach(): void {
    if (this.over || !this.placed || !this.list || !this.scroller) return;
    if (this.scroller.scrollTop < AHEAD) this.#ends.older();
  }

  mark(key: string): void {
    this.marked = key;
    setTimeout(() => {
      if (this.marked === key) this.marked = null;
    }, MARKED);
  }

  /** A line that was pressed may leave the document: the focus stays with the log. */
  keepFocus(): void {
    if (this.scroller?.contains(document.activeElement)) this.scroller.focus({ preventScroll: true });
  }

  /** The pane can shrink, when the composer grows. */
  readonly pane: Attachment<HTMLElement> = (pane) => {
    const unwatch = this.#watch(pane);
    const hand = (): boolean => (this.#byHand = true);
    for (const sign of BY_HAND) pane.addEventListener(sign, hand, { passive: true });
    pane.addEventListener("keydown", this.#byKey);
    return () => {
      unwatch();
      pane.removeEventListener("keydown", this.#byKey);
      for (const sign of BY_HAND) pane.removeEventListener(sign, hand);
    };
  };

  /** Home and End: browsers glide there, and give up where lines that come into view on the way turn out higher. */
  readonly #byKey = (event: KeyboardEvent): void => {
    if (event.target !== this.scroller || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === "End") this.#ends.toEnd();
    else if (event.key === "Home") {
      this.atEnd = false;
      this.list?.scrollToIndex(0);
    } else return;
    event.preventDefault();
  };

  /** The list measures lines before the document has grown by them, and cannot reach the end then. */
  readonly column: Attachment<HTMLElement> = (column) => this.#watch(column);

  #watch(element: HTMLElement): () => void {
    const watch = new ResizeObserver(() => {
      if (this.atEnd) this.#ends.toEnd();
    });
    watch.observe(element);
    return () => watch.disconnect();
  }
}

/** How far from the first line older ones are loaded, in CSS pixels. */
export const AHEAD = 500;
/** Scrolling down to nearer than this, in CSS pixels, is coming to the end. */
const NEAR = 48;
/** What rounding leaves between the end and where one can scroll to, in CSS pixels. */
const ROUNDED = 2;
/** How long a line that was jumped to is marked, in milliseconds. */
const MARKED = 2600;
const BY_HAND = ["wheel", "touchmove", "pointerdown", "keydown"] as const;
