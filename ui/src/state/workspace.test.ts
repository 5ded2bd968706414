import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Event } from "../bindings/Event";
import type { Request } from "../bindings/Request";
import { EngineError, type AnswerTo, type Link, type Platform } from "../platform";
import type { EventListener } from "../platform/types";
import { changes, conversation, interaction, message, offer, snapshot } from "./testing/rows";
import { Workspace } from "./workspace";

/** An engine that is told what to answer, and remembers what it was asked. */
class Engine implements Platform {
  readonly kind = "fixture" as const;
  readonly asked: Request[] = [];
  listener: EventListener = () => undefined;
  link: (link: Link) => void = () => undefined;
  subscriptions = 0;
  #seq = 0;
  answer: (request: Request) => unknown = (request) => (request.method === "snapshot" ? snapshot() : { reply: "done" });

  async request<R extends Request>(request: R): Promise<AnswerTo<R>> {
    this.asked.push(request);
    await Promise.resolve();
    return this.answer(request) as AnswerTo<R>;
  }

  subscribe(listener: EventListener): Promise<void> {
    this.listener = listener;
    this.#seq = 0;
    this.say({ event: "subscribed", subscription: ++this.subscriptions });
    return Promise.resolve();
  }

  onLink(listener: (link: Link) => void): void {
    this.link = listener;
  }

  say(event: Event, seq = ++this.#seq): void {
    this.#seq = seq;
    this.listener({ seq, event });
  }

  of<M extends Request["method"]>(method: M): Extract<Request, { method: M }>[] {
    return this.asked.filter((one): one is Extract<Request, { method: M }> => one.method === method);
  }
}

const carla: Event = { event: "changed", changes: changes({ conversations: [conversation("carla")] }) };

let engine: Engine;
let workspace: Workspace;

beforeEach(() => {
  vi.useFakeTimers();
  engine = new Engine();
  workspace = new Workspace(engine);
});

afterEach(() => vi.useRealTimers());

describe("following the engine", () => {
  it("applies what came before the snapshot after it", async () => {
    const synced = workspace.sync();
    engine.say(carla);
    await synced;
    expect(workspace.state.ready).toBe(true);
    expect(workspace.state.conversations.has("carla")).toBe(true);
  });

  it("acknowledges in batches, under the subscription's number", async () => {
    await workspace.sync();
    for (let at = 0; at < 5; at += 1) engine.say(carla);
    await vi.advanceTimersByTimeAsync(250);
    expect(engine.of("acknowledge")).toEqual([{ method: "acknowledge", subscription: 1, seq: 6 }]);
    for (let at = 0; at < 32; at += 1) engine.say(carla);
    expect(engine.of("acknowledge").at(-1)).toMatchObject({ seq: 38 });
  });

  it("begins anew when an event is missing", async () => {
    await workspace.sync();
    engine.say(carla, 7);
    await vi.advanceTimersByTimeAsync(0);
    expect(engine.subscriptions).toBe(2);
  });

  it("skips repeats", async () => {
    await workspace.sync();
    engine.say(carla);
    engine.say({ event: "quit_asked", active: 1 }, 2);
    expect(workspace.state.quitAsked).toBeNull();
    expect(engine.subscriptions).toBe(1);
  });

  it("begins anew at Resync, and reads the open transcript again", async () => {
    engine.answer = (request) => {
      if (request.method === "snapshot") return snapshot({ conversations: [conversation("carla")] });
      if (request.method === "transcript") return { conversation: "carla", messages: [message("a", 1)], more: false, outgoing: [] };
      return { reply: "done" };
    };
    await workspace.sync();
    workspace.open("carla");
    await vi.advanceTimersByTimeAsync(0);
    engine.say({ event: "resync" });
    await vi.advanceTimersByTimeAsync(0);
    expect(engine.subscriptions).toBe(2);
    expect(engine.of("transcript")).toHaveLength(2);
    expect(workspace.state.open).toBe("carla");
  });

  it("after Resync shows what the page has, not what was shown before", async () => {
    let lines = [message("b", 2), message("a", 1)];
    let listed = [conversation("carla")];
    engine.answer = (request) => {
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
    engine.say({ event: "resync" });
    await vi.advanceTimersByTimeAsync(0);
    expect(said()).toEqual(["a", "c"]);
    expect(engine.of("look").at(-1)?.conversation).toBe("carla");

    listed = [];
    engine.say({ event: "resync" });
    await vi.advanceTimersByTimeAsync(0);
    expect(workspace.state.open).toBeNull();
    expect(said()).toBeUndefined();
  });

  it("ignores what a replaced subscription still delivers", async () => {
    await workspace.sync();
    const old = engine.listener;
    await workspace.sync();
    old({ seq: 2, event: { event: "quit_asked", active: 1 } });
    expect(workspace.state.quitAsked).toBeNull();
  });

  it("asks again until the snapshot is there", async () => {
    let tries = 0;
    engine.answer = () => {
      tries += 1;
      if (tries < 3) throw new EngineError({ code: "unavailable", message: "not yet" });
      return snapshot();
    };
    void workspace.sync();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(workspace.state.ready).toBe(true);
  });

  it("says when the engine itself is gone, and synchronises when it is back", async () => {
    await workspace.sync();
    engine.link("down");
    expect(workspace.state.link).toBe("down");
    engine.link("up");
    await vi.advanceTimersByTimeAsync(0);
    expect(engine.subscriptions).toBe(2);
  });
});

describe("two pages", () => {
  it("the one that was replaced says so, and goes on when Anna comes back to it", async () => {
    await workspace.sync();
    workspace.look(true);
    engine.link("elsewhere");
    expect(workspace.state.link).toBe("elsewhere");
    workspace.look(true);
    expect(engine.subscriptions).toBe(1);
    workspace.look(false);
    workspace.look(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(workspace.state.link).toBe("up");
    expect(engine.subscriptions).toBe(2);
  });
});

describe("what Anna does", () => {
  it("accepting opens the conversation, and loads it when it comes", async () => {
    engine.answer = (request) => {
      if (request.method === "snapshot") return snapshot({ offers: [offer("o")] });
      if (request.method === "transcript") {
        if (!workspace.state.conversations.has("deniz")) throw new EngineError({ code: "not_found", message: "not here yet" });
        return { conversation: "deniz", messages: [message("hello", 1, { conversation: "deniz" })], more: false, outgoing: [] };
      }
      return { reply: "done" };
    };
    await workspace.sync();
    await workspace.accept(offer("o"));
    expect(workspace.state.open).toBe("deniz");
    await vi.advanceTimersByTimeAsync(2_000);
    engine.say({ event: "changed", changes: changes({ conversations: [conversation("deniz")] }) });
    await vi.advanceTimersByTimeAsync(0);
    expect(workspace.state.transcripts.get("deniz")?.messages.map((one) => one.id)).toEqual(["hello"]);
  });

  it("an offer that is gone is said, and nothing opens", async () => {
    await workspace.sync();
    engine.answer = () => {
      throw new EngineError({ code: "offer_gone", message: "Ben was faster." });
    };
    const taken = workspace.accept(offer("o"));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await taken).toBe(false);
    expect(workspace.state.open).toBeNull();
    expect(workspace.complaints.map((one) => one.error.message)).toEqual(["Ben was faster."]);
  });

  it("an offer that was taken at another desk of mine opens here too, without a complaint", async () => {
    await workspace.sync();
    engine.answer = (request) => {
      if (request.method === "accept_offer") throw new EngineError({ code: "offer_gone", message: "It is gone." });
      return { reply: "done" };
    };
    const taken = workspace.accept(offer("o"));
    await vi.advanceTimersByTimeAsync(40);
    engine.say({ event: "changed", changes: changes({ offers: [offer("o", { state: "taken", version: 2 })] }) });
    await vi.advanceTimersByTimeAsync(40);
    expect(await taken).toBe(true);
    expect(workspace.state.open).toBe(offer("o").conversation);
    expect(workspace.complaints).toEqual([]);
  });

  it("looks once for each change of what is on the screen", async () => {
    await workspace.sync();
    workspace.look(true);
    workspace.look(true);
    workspace.open("carla");
    workspace.look(true);
    workspace.show("settings");
    workspace.look(true);
    expect(engine.of("look").map((one) => [one.conversation, one.focused])).toEqual([
      [null, true],
      ["carla", true],
      ["carla", false],
    ]);
  });

  it("a sent message whose event never comes begins the stream of events anew", async () => {
    await workspace.sync();
    workspace.open("carla");
    await workspace.send("carla", "Hello");
    await vi.advanceTimersByTimeAsync(6_000);
    expect(engine.subscriptions).toBe(2);
  });

  it("sends under an id of version 7, a new one each time", async () => {
    await workspace.sync();
    await workspace.send("carla", "Hello");
    await workspace.send("carla", "Hello");
    const ids = engine.of("send_message").map((one) => one.message);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
  });
});

describe("finishing", () => {
  it("an End can be taken back for five seconds", async () => {
    await workspace.sync();
    await workspace.handling.end("i");
    expect(workspace.handling.justEnded?.interaction).toBe("i");
    expect((workspace.handling.justEnded?.until ?? 0) - Date.now()).toBe(5_000);
    expect(await workspace.handling.resume("i")).toBe(true);
    expect(engine.of("resume_interaction")).toEqual([{ method: "resume_interaction", interaction: "i" }]);
    expect(workspace.handling.justEnded).toBeNull();
  });

  it("an End that was refused cannot be taken back", async () => {
    await workspace.sync();
    engine.answer = () => {
      throw new EngineError({ code: "offline", message: "No connection." });
    };
    await workspace.handling.end("i");
    expect(workspace.handling.justEnded).toBeNull();
    expect(workspace.complaints).toHaveLength(1);
  });

  it("a missing disposition is not complained of: the screen asks for it", async () => {
    await workspace.sync();
    engine.answer = () => {
      throw new EngineError({ code: "disposition_missing", message: "Choose one." });
    };
    expect(await workspace.handling.markDone("i")).toBe("disposition_missing");
    expect(workspace.complaints).toHaveLength(0);
  });

  it("what is still being written in the note is kept before Done", async () => {
    await workspace.sync();
    workspace.notes.write("i", "Call back on Monday", "");
    expect(await workspace.handling.markDone("i")).toBe("done");
    expect(engine.asked.slice(-2).map((one) => one.method)).toEqual(["set_note", "mark_done"]);
  });

  it("without its note, an interaction is not Done, and the person reads why", async () => {
    await workspace.sync();
    engine.answer = (request) => {
      if (request.method === "set_note") throw new EngineError({ code: "unavailable", message: "The disk is full." });
      return { reply: "done" };
    };
    workspace.notes.write("i", "Call back on Monday", "");
    expect(await workspace.handling.markDone("i")).toBe("failed");
    expect(engine.of("mark_done")).toHaveLength(0);
    expect(workspace.complaints.map((one) => one.error.message)).toEqual(["The disk is full."]);
    expect(workspace.handling.noteOf(interaction("i", "carla")).text).toBe("Call back on Monday");
  });

  it("a note that could not be kept is kept when the connection is back", async () => {
    await workspace.sync();
    let offline = true;
    engine.answer = (request) => {
      if (request.method === "set_note" && offline) throw new EngineError({ code: "offline", message: "No connection." });
      return request.method === "snapshot" ? snapshot() : { reply: "done" };
    };
    engine.say({ event: "connection", connection: { state: "offline", message: null, retry_at: null } });
    workspace.notes.write("i", "Call back", "");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(workspace.handling.noteOf(interaction("i", "carla"))).toEqual({ text: "Call back", state: "failed", touched: true });
    offline = false;
    engine.say({ event: "connection", connection: { state: "live", clock_offset: 0 } });
    await vi.advanceTimersByTimeAsync(0);
    expect(workspace.handling.noteOf(interaction("i", "carla")).state).toBe("saved");
  });
});

describe("jumping to a quoted message", () => {
  it("reads on towards the past until it is there", async () => {
    const all = [message("a", 1), message("b", 2), message("c", 3)];
    engine.answer = (request) => {
      if (request.method === "snapshot") return snapshot({ conversations: [conversation("carla")] });
      if (request.method !== "transcript") return { reply: "done" };
      const before = all.filter((one) => request.before === null || one.position < request.before);
      return { conversation: "carla", messages: before.slice(-1), more: before.length > 1, outgoing: [] };
    };
    await workspace.sync();
    workspace.open("carla");
    await vi.advanceTimersByTimeAsync(0);
    const found = workspace.reading.to("carla", "a", null);
    await vi.advanceTimersByTimeAsync(100);
    expect(await found).toBe(true);
    const lost = workspace.reading.to("carla", "never here", null);
    await vi.advanceTimersByTimeAsync(100);
    expect(await lost).toBe(false);
  });
});

describe("drafts", () => {
  it("are saved after a pause, once, with the last words", async () => {
    workspace.drafts.write("carla", "D");
    workspace.drafts.write("carla", "Dear");
    await vi.advanceTimersByTimeAsync(500);
    expect(engine.of("save_draft")).toEqual([{ method: "save_draft", conversation: "carla", body: "Dear", begun_on: null }]);
  });

  it("are saved every two seconds of typing without a pause, and never without measure", async () => {
    for (let at = 0; at < 30; at += 1) {
      workspace.drafts.write("carla", "x".repeat(at + 1));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(engine.of("save_draft")).toHaveLength(1);
    workspace.drafts.write("carla", "x".repeat(20_000));
    await vi.advanceTimersByTimeAsync(3_000);
    expect(engine.of("save_draft")).toHaveLength(1);
  });

  it("are saved at once when the window loses the focus", async () => {
    workspace.drafts.write("carla", "Dear");
    await workspace.drafts.flush();
    expect(engine.of("save_draft")).toHaveLength(1);
  });

  it("what was written here outlives what the engine echoes", () => {
    workspace.drafts.write("carla", "Dear Carla");
    expect(workspace.drafts.read("carla", "Dear")).toBe("Dear Carla");
    expect(workspace.drafts.read("deniz", "Hi")).toBe("Hi");
  });
});

describe("what is reported of an offer", () => {
  it("handed over when it was seen, once; seen when Anna acts", async () => {
    const ringing = [offer("o")];
    workspace.ring.update(ringing, true);
    workspace.ring.update(ringing, true);
    workspace.ring.seen("o");
    await vi.advanceTimersByTimeAsync(0);
    expect(engine.of("report_alert").map((one) => one.outcome)).toEqual(["handed_over", "seen"]);
  });

  it("suppressed while the page is hidden, handed over once it is seen again", () => {
    const ringing = [offer("o")];
    workspace.ring.update(ringing, false);
    workspace.ring.update(ringing, true);
    expect(engine.of("report_alert").map((one) => one.outcome)).toEqual(["suppressed", "handed_over"]);
  });

  it("rings with each offer once", () => {
    expect(workspace.ring.update([offer("o")], true)).toHaveLength(1);
    expect(workspace.ring.update([offer("o"), offer("p")], true).map((one) => one.id)).toEqual(["p"]);
  });
});
