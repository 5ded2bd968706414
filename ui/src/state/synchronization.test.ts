import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Event } from "../bindings/Event";
import { EngineError } from "../platform";
import { FakeEngine } from "../../fixture/engine";
import { changes } from "../platform/changes";
import { conversation, message, snapshot } from "../../fixture/rows";
import { Workspace } from "./workspace";

const carla: Event = { event: "changed", changes: changes({ conversations: [conversation("carla")] }) };

let engine: FakeEngine;
let workspace: Workspace;

beforeEach(() => {
  vi.useFakeTimers();
  engine = new FakeEngine();
  workspace = new Workspace(engine);
});

afterEach(() => vi.useRealTimers());

describe("the subscription to the engine", () => {
  it("applies events before the snapshot after it", async () => {
    const synced = workspace.sync();
    engine.emit(carla);
    await synced;
    expect(workspace.state.ready).toBe(true);
    expect(workspace.state.conversations.has("carla")).toBe(true);
  });

  it("acknowledges in batches, under the subscription's number", async () => {
    await workspace.sync();
    for (let at = 0; at < 5; at += 1) engine.emit(carla);
    await vi.advanceTimersByTimeAsync(250);
    expect(engine.requestsOf("acknowledge")).toEqual([{ method: "acknowledge", subscription: 1, seq: 6 }]);
    for (let at = 0; at < 32; at += 1) engine.emit(carla);
    expect(engine.requestsOf("acknowledge").at(-1)).toMatchObject({ seq: 38 });
  });

  it("subscribes again when an event is missing", async () => {
    await workspace.sync();
    engine.emit(carla, 7);
    await vi.advanceTimersByTimeAsync(0);
    expect(engine.subscriptions).toBe(2);
  });

  it("skips repeated events", async () => {
    await workspace.sync();
    engine.emit(carla);
    engine.emit({ event: "quit_asked", active: 1 }, 2);
    expect(workspace.state.quitRequested).toBeNull();
    expect(engine.subscriptions).toBe(1);
  });

  it("subscribes again at Resync, and reads the open transcript again", async () => {
    engine.respond = (request) => {
      if (request.method === "snapshot") return snapshot({ conversations: [conversation("carla")] });
      if (request.method === "transcript")
        return { conversation: "carla", messages: [message("a", 1)], more: false, outgoing: [] };
      return { reply: "done" };
    };
    await workspace.sync();
    workspace.open("carla");
    await vi.advanceTimersByTimeAsync(0);
    engine.emit({ event: "resync" });
    await vi.advanceTimersByTimeAsync(0);
    expect(engine.subscriptions).toBe(2);
    expect(engine.requestsOf("transcript")).toHaveLength(2);
    expect(workspace.state.open).toBe("carla");
  });

  it("after Resync shows the new page, not the old one", async () => {
    let lines = [message("b", 2), message("a", 1)];
    let listed = [conversation("carla")];
    engine.respond = (request) => {
      if (request.method === "snapshot") return snapshot({ conversations: listed });
      if (request.method === "transcript") return { conversation: "carla", messages: lines, more: false, outgoing: [] };
      return { reply: "done" };
    };
    const said = (): string[] | undefined => workspace.state.transcripts.get("carla")?.messages.map((one) => one.id);
    await workspace.sync();
    workspace.open("carla");
    await vi.advanceTimersByTimeAsync(0);
    expect(said()).toEqual(["a", "b"]);
    lines = [message("c", 3), message("a", 1)];
    engine.emit({ event: "resync" });
    await vi.advanceTimersByTimeAsync(0);
    expect(said()).toEqual(["a", "c"]);
    expect(engine.requestsOf("set_view").at(-1)?.conversation).toBe("carla");

    listed = [];
    engine.emit({ event: "resync" });
    await vi.advanceTimersByTimeAsync(0);
    expect(workspace.state.open).toBeNull();
    expect(said()).toBeUndefined();
  });

  it("ignores events of a replaced subscription", async () => {
    await workspace.sync();
    const old = engine.listener;
    await workspace.sync();
    old({ seq: 2, event: { event: "quit_asked", active: 1 } });
    expect(workspace.state.quitRequested).toBeNull();
  });

  it("requests the snapshot until it gets one", async () => {
    let tries = 0;
    engine.respond = () => {
      tries += 1;
      if (tries < 3) throw new EngineError({ code: "unavailable", message: "not yet" });
      return snapshot();
    };
    void workspace.sync();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(workspace.state.ready).toBe(true);
  });

  it("reports that the engine cannot be reached, and synchronizes when it can", async () => {
    await workspace.sync();
    engine.link("down");
    expect(workspace.state.link).toBe("down");
    engine.link("up");
    await vi.advanceTimersByTimeAsync(0);
    expect(engine.subscriptions).toBe(2);
  });
});

describe("two pages", () => {
  it("the replaced one shows that, and continues when it gets the focus", async () => {
    await workspace.sync();
    workspace.reportFocus(true);
    engine.link("replaced");
    expect(workspace.state.link).toBe("replaced");
    workspace.reportFocus(true);
    expect(engine.subscriptions).toBe(1);
    workspace.reportFocus(false);
    workspace.reportFocus(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(workspace.state.link).toBe("up");
    expect(engine.subscriptions).toBe(2);
  });
});
