import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { EngineError } from "../platform";
import { FakeEngine } from "../../fixture/engine";
import { interaction, snapshot } from "../../fixture/rows";
import { Workspace } from "./workspace";

let engine: FakeEngine;
let workspace: Workspace;

beforeEach(() => {
  vi.useFakeTimers();
  engine = new FakeEngine();
  workspace = new Workspace(engine);
});

afterEach(() => vi.useRealTimers());

describe("ending and Done", () => {
  it("an End can be undone for five seconds", async () => {
    await workspace.sync();
    await workspace.interactions.end("i");
    expect(workspace.interactions.undoableEnd?.interaction).toBe("i");
    expect((workspace.interactions.undoableEnd?.until ?? 0) - Date.now()).toBe(5_000);
    expect(await workspace.interactions.resume("i")).toBe(true);
    expect(engine.commands("resume_interaction")).toEqual([{ name: "resume_interaction", interaction: "i" }]);
    expect(workspace.interactions.undoableEnd).toBeNull();
  });

  it("an End that was refused cannot be undone", async () => {
    await workspace.sync();
    engine.respond = () => {
      throw new EngineError({ code: "offline", message: "No connection." });
    };
    await workspace.interactions.end("i");
    expect(workspace.interactions.undoableEnd).toBeNull();
    expect(workspace.errors).toHaveLength(1);
  });

  it("a missing disposition is not shown as an error: the screen asks for it", async () => {
    await workspace.sync();
    engine.respond = () => {
      throw new EngineError({ code: "disposition_missing", message: "Choose one." });
    };
    expect(await workspace.interactions.markDone("i")).toBe("disposition_missing");
    expect(workspace.errors).toHaveLength(0);
  });

  it("an unsaved note is saved before Done", async () => {
    await workspace.sync();
    workspace.interactions.notes.write("i", "Call back on Monday", "");
    expect(await workspace.interactions.markDone("i")).toBe("done");
    expect(
      engine
        .requestsOf("command")
        .slice(-2)
        .map((one) => one.command.name),
    ).toEqual(["set_note", "mark_done"]);
  });

  it("an interaction whose note cannot be saved is not Done, and the reason is shown", async () => {
    await workspace.sync();
    engine.respond = (request) => {
      if (request.method === "command" && request.command.name === "set_note")
        throw new EngineError({ code: "unavailable", message: "The disk is full." });
      return { reply: "done" };
    };
    workspace.interactions.notes.write("i", "Call back on Monday", "");
    expect(await workspace.interactions.markDone("i")).toBe("failed");
    expect(engine.commands("mark_done")).toHaveLength(0);
    expect(workspace.errors.map((one) => one.error.message)).toEqual(["The disk is full."]);
    expect(workspace.interactions.noteOf(interaction("i", "carla")).text).toBe("Call back on Monday");
  });

  it("a note that could not be saved is saved when the connection is back", async () => {
    await workspace.sync();
    let offline = true;
    engine.respond = (request) => {
      if (request.method === "command" && request.command.name === "set_note" && offline)
        throw new EngineError({ code: "offline", message: "No connection." });
      return request.method === "snapshot" ? snapshot() : { reply: "done" };
    };
    engine.emit({ event: "connection", connection: { state: "offline", message: null, retry_at: null } });
    workspace.interactions.notes.write("i", "Call back", "");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(workspace.interactions.noteOf(interaction("i", "carla"))).toEqual({
      text: "Call back",
      state: "failed",
      touched: true,
    });
    offline = false;
    engine.emit({ event: "connection", connection: { state: "live", clock_offset: 0 } });
    await vi.advanceTimersByTimeAsync(0);
    expect(workspace.interactions.noteOf(interaction("i", "carla")).state).toBe("saved");
  });
});
