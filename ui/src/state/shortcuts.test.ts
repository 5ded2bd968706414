import { describe, expect, it } from "vitest";

import { ariaKeys, chordOf, keysOf, refusal, DEFAULT_KEYS, withOverrides } from "./shortcuts";

const press = (
  key: string,
  code: string,
  held: Partial<Record<"altKey" | "ctrlKey" | "metaKey" | "shiftKey", boolean>> = {},
) => chordOf({ key, code, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...held });

describe("pressed keys", () => {
  it("are the printed letter, whatever the layout", () => {
    expect(press("a", "KeyA", { altKey: true })).toBe("Alt+KeyA");
    // Anna's German keyboard has the Z where an American one has the Y.
    expect(press("z", "KeyY", { altKey: true })).toBe("Alt+KeyZ");
    expect(press("ф", "KeyA", { altKey: true }), "where no Latin letter is, the place counts").toBe("Alt+KeyA");
    expect(press("K", "KeyK", { ctrlKey: true, shiftKey: true })).toBe("Ctrl+Shift+KeyK");
  });

  it("are none while only Alt is pressed", () => {
    expect(press("Alt", "AltLeft", { altKey: true })).toBeNull();
  });

  it("have names as on the keyboard, and for a screen reader", () => {
    expect(keysOf("Alt+ArrowDown")).toEqual(["Alt", "↓"]);
    expect(keysOf("Shift+F6")).toEqual(["Shift", "F6"]);
    expect(ariaKeys("Ctrl+KeyK")).toBe("Control+K");
  });
});

describe("new keys of a shortcut", () => {
  it("are accepted where they are free, also the shortcut's current ones", () => {
    expect(refusal(DEFAULT_KEYS, "accept", "Alt+KeyQ")).toBeNull();
    expect(refusal(DEFAULT_KEYS, "accept", "F8")).toBeNull();
    expect(refusal(DEFAULT_KEYS, "accept", "Alt+KeyA")).toBeNull();
  });

  it("are refused when another shortcut uses them", () => {
    expect(refusal(DEFAULT_KEYS, "accept", "Alt+KeyX")).toEqual({ why: "taken", by: "decline" });
    const changed = withOverrides({ decline: "Alt+KeyQ" });
    expect(refusal(changed, "accept", "Alt+KeyX"), "freed by the change").toBeNull();
    expect(refusal(changed, "accept", "Alt+KeyQ")).toEqual({ why: "taken", by: "decline" });
  });

  it("are refused when they type text or are reserved", () => {
    for (const chord of ["KeyA", "Shift+KeyA", "Ctrl+Alt+KeyQ", "Ctrl+ArrowLeft", "Home"]) {
      expect(refusal(DEFAULT_KEYS, "accept", chord), chord).toEqual({ why: "writes" });
    }
    for (const chord of ["Ctrl+KeyC", "Alt+F4", "F5", "F3", "Alt+ArrowLeft"]) {
      expect(refusal(DEFAULT_KEYS, "accept", chord), chord).toEqual({ why: "reserved" });
    }
    for (const chord of ["Alt+Enter", "Ctrl+Slash", "Alt+Tab", "Alt+"]) {
      expect(refusal(DEFAULT_KEYS, "accept", chord), chord).toEqual({ why: "unfit" });
    }
  });

  it("stored by another version are used as far as they are valid", () => {
    const now = withOverrides({ accept: "F8", decline: "F8", ready: "Enter", juggle: "Alt+KeyJ" });
    expect(now).toEqual({ ...DEFAULT_KEYS, accept: "F8" });
  });

  it("may be exchanged between two shortcuts", () => {
    expect(withOverrides({ accept: "Alt+KeyX", decline: "Alt+KeyA" })).toMatchObject({
      accept: "Alt+KeyX",
      decline: "Alt+KeyA",
    });
  });
});
