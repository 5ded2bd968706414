/** Finding one of the hub's dispositions. Pure. */
import type { Disposition } from "../bindings/Disposition";

/** Dispositions with the same trunk stand together under it. */
export interface Branch {
  /** The steps above the leaves; empty for those of one step. */
  readonly trunk: readonly string[];
  readonly leaves: readonly Leaf[];
}

export interface Leaf {
  readonly id: string;
  readonly name: string;
}

/** The dispositions whose path contains all the words, in the hub's order, by their trunks. */
export function branches(all: readonly Disposition[], words: string): Branch[] {
  const wanted = fold(words)
    .split(/\s+/u)
    .filter((word) => word !== "");
  const found: { trunk: readonly string[]; leaves: Leaf[] }[] = [];
  for (const { id, path } of all) {
    const text = fold(path.join(" "));
    if (!wanted.every((word) => text.includes(word))) continue;
    const trunk = path.slice(0, -1);
    const leaf = { id, name: path.at(-1) ?? id };
    const branch = found.find((one) => one.trunk.join("\u0000") === trunk.join("\u0000"));
    if (branch) branch.leaves.push(leaf);
    else found.push({ trunk, leaves: [leaf] });
  }
  return found;
}

/** A disposition as one line; its id where the hub no longer lists it. */
export function dispositionName(all: readonly Disposition[], id: string): string {
  return all.find((one) => one.id === id)?.path.join(" › ") ?? id;
}

/** A text without capitals and accents, for comparing with what was typed. */
export function fold(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Mn}+/gu, "")
    .toLocaleLowerCase()
    .replaceAll("ß", "ss")
    .trim();
}
