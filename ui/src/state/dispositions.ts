/** The hub's dispositions as a searchable list. Pure. */
import type { Disposition } from "../bindings/Disposition";

/** Dispositions with a common parent. */
export interface DispositionGroup {
  /** The path above the leaves; empty for those of one step. */
  readonly parent: readonly string[];
  readonly leaves: readonly DispositionLeaf[];
}

export interface DispositionLeaf {
  readonly id: string;
  readonly name: string;
}

/** The dispositions whose path contains all the words, in the hub's order, grouped by their parents. */
export function findDispositions(all: readonly Disposition[], words: string): DispositionGroup[] {
  const wanted = fold(words)
    .split(/\s+/u)
    .filter((word) => word !== "");
  const found: { parent: readonly string[]; leaves: DispositionLeaf[] }[] = [];
  for (const { id, path } of all) {
    const text = fold(path.join(" "));
    if (!wanted.every((word) => text.includes(word))) continue;
    const parent = path.slice(0, -1);
    const leaf = { id, name: path.at(-1) ?? id };
    const group = found.find((one) => one.parent.join("\u0000") === parent.join("\u0000"));
    if (group) group.leaves.push(leaf);
    else found.push({ parent, leaves: [leaf] });
  }
  return found;
}

/** The path of a disposition as one line; its id if the hub no longer lists it. */
export function dispositionName(all: readonly Disposition[], id: string): string {
  return all.find((one) => one.id === id)?.path.join(" › ") ?? id;
}

/** A text without case and accents, to compare with typed words. */
export function fold(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Mn}+/gu, "")
    .toLocaleLowerCase()
    .replaceAll("ß", "ss")
    .trim();
}
