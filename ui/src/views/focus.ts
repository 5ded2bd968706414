/** Moves the focus between panes, and within lists that are a single tab stop. */
import type { Attachment } from "svelte/attachments";

/** The panes from left to right, by `data-pane`. */
const PANES = ["rail", "list", "transcript", "composer", "panel", "settings"];

/** Focuses the first focusable element of a pane. Returns whether there was one. */
export function focusPane(name: string): boolean {
  const pane = document.querySelector<HTMLElement>(`[data-pane="${name}"]`);
  if (!pane) return false;
  const within =
    (pane.hasAttribute("data-pane-first") ? pane : null) ??
    pane.querySelector<HTMLElement>("[data-pane-first]") ??
    pane.querySelector<HTMLElement>('[aria-current="true"]:not(:disabled)') ??
    pane.querySelector<HTMLElement>('textarea, input, button:not(:disabled):not([tabindex="-1"]), [tabindex="0"]') ??
    pane;
  within.focus();
  return document.activeElement === within;
}

/** Moves the focus from the search field of a list to its first row. */
export function focusFirstRow(event: KeyboardEvent): void {
  if (event.key !== "ArrowDown") return;
  event.preventDefault();
  document.querySelector<HTMLElement>('[data-pane="list"] [data-item]')?.focus();
}

/** Focuses the next pane, or the previous one. */
export function nextPane(step: 1 | -1): void {
  const here = document.activeElement?.closest<HTMLElement>("[data-pane]")?.dataset.pane ?? "";
  const at = PANES.indexOf(here);
  for (let moved = 1; moved <= PANES.length; moved += 1) {
    const next = PANES[(at + step * moved + PANES.length * 2) % PANES.length];
    if (next && focusPane(next)) return;
  }
}

/** Arrow keys, Home and End move between the `[data-item]` of the list; one of them is its tab stop. */
export const rovingFocus: Attachment<HTMLElement> = (list) => {
  const items = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>("[data-item]")];
  const settle = (): void => {
    const all = items();
    const stop =
      all.find((item) => item === document.activeElement) ??
      all.find((item) => item.getAttribute("aria-current") === "true") ??
      all[0];
    for (const item of all) item.tabIndex = item === stop ? 0 : -1;
  };
  const move = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    if (at < 0) return;
    const to =
      event.key === "ArrowDown"
        ? at + 1
        : event.key === "ArrowUp"
          ? at - 1
          : event.key === "Home"
            ? 0
            : event.key === "End"
              ? all.length - 1
              : -1;
    const target = all[to];
    if (!target) return;
    event.preventDefault();
    target.focus();
  };
  const watch = new MutationObserver(settle);
  watch.observe(list, { childList: true, subtree: true, attributes: true, attributeFilter: ["aria-current"] });
  list.addEventListener("keydown", move);
  list.addEventListener("focusin", settle);
  settle();
  return () => {
    watch.disconnect();
    list.removeEventListener("keydown", move);
    list.removeEventListener("focusin", settle);
  };
};

/** Whether typed keys enter text into the element. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)
  );
}
