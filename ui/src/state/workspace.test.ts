import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Interaction } from "../bindings/Interaction";
import { EngineError } from "../platform";
import { FakeEngine } from "../../fixture/engine";
import { changes } from "../platform/changes";
import { conversation, interaction, message, offer, snapshot } from "../../fixture/rows";
import { Workspace } from "./workspace";

let engine: FakeEngine;
let workspace: Workspace;

beforeEach(() => {
  vi.useFakeTimers();
  engine = new FakeEngine();
  workspace = new Workspace(engine);
});

afterEach(() => vi.useRealTimers());

describe("the agent's actions", () => {
  it("accepting opens the conversation, and loads it when it arrives", async () => {
    engine.respond = (request) => {
      if (request.method === "snapshot") return snapshot({ offers: [offer("o")] });
      if (request.method === "transcript") {
        if (!workspace.state.conversations.has("deniz"))
          throw new EngineError({ code: "not_found", message: "not here yet" });
        return {
          conversation: "deniz",
          messages: [message("hello", 1, { conversation: "deniz" })],
          more: false,
          outgoing: [],
        };
      }
      return { reply: "done" };
    };
    await workspace.sync();
    await workspace.accept(offer("o"));
    expect(workspace.state.open).toBe("deniz");
    await vi.advanceTimersByTimeAsync(2_000);
    engine.emit({ event: "changed", changes: changes({ conversations: [conversation("deniz")] }) });
    await vi.advanceTimersByTimeAsync(0);
    expect(workspace.state.transcripts.get("deniz")?.messages.map((one) => one.id)).toEqual(["hello"]);
  });

  it("an offer that is gone is reported, and nothing opens", async () => {
    await workspace.sync();
    engine.respond = () => {
      throw new EngineError({ code: "offer_gone", message: "Ben was faster." });
    };
    const taken = workspace.accept(offer("o"));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await taken).toBe(false);
    expect(workspace.state.open).toBeNull();
    expect(workspace.errors.map((one) => one.error.message)).toEqual(["Ben was faster."]);
  });

  it("an offer accepted on the agent's other device opens here too, without an error", async () => {
    await workspace.sync();
    engine.respond = (request) => {
      if (request.method === "command" && request.command.name === "accept_offer")
        throw new EngineError({ code: "offer_gone", message: "It is gone." });
      return { reply: "done" };
    };
    const taken = workspace.accept(offer("o"));
    await vi.advanceTimersByTimeAsync(40);
    engine.emit({ event: "changed", changes: changes({ offers: [offer("o", { state: "taken", version: 2 })] }) });
    await vi.advanceTimersByTimeAsync(40);
    expect(await taken).toBe(true);
    expect(workspace.state.open).toBe(offer("o").conversation);
    expect(workspace.errors).toEqual([]);
  });

  it("reports each change of the view once", async () => {
    await workspace.sync();
    workspace.reportFocus(true);
    workspace.reportFocus(true);
    workspace.open("carla");
    workspace.reportFocus(true);
    workspace.show("settings");
    workspace.reportFocus(true);
    expect(engine.requestsOf("set_view").map((one) => [one.conversation, one.focused])).toEqual([
      [null, true],
      ["carla", true],
      ["carla", false],
    ]);
  });

  it("a sent message whose event never arrives renews the subscription", async () => {
    await workspace.sync();
    workspace.open("carla");
    await workspace.outbox.send("carla", "Hello");
    await vi.advanceTimersByTimeAsync(6_000);
    expect(engine.subscriptions).toBe(2);
  });

  it("sends under an id of version 7, a new one each time", async () => {
    await workspace.sync();
    await workspace.outbox.send("carla", "Hello");
    await workspace.outbox.send("carla", "Hello");
    const ids = engine.requestsOf("enqueue").map((one) => one.message);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
  });
});

describe("conversations that the agent handles", () => {
  const mine = (of: string): Interaction => interaction(`with ${of}`, of);

  beforeEach(async () => {
    engine.respond = (request) => {
      if (request.method === "snapshot") {
        return snapshot({
          conversations: ["carla", "deniz", "elif"].map((id) => conversation(id)),
          interactions: [mine("carla"), mine("deniz")],
        });
      }
      if (request.method !== "transcript") return { reply: "done" };
      return {
        conversation: request.conversation,
        messages: [message(`of ${request.conversation}`, 1, { conversation: request.conversation })],
        more: false,
        outgoing: [],
      };
    };
    await workspace.sync();
    await vi.advanceTimersByTimeAsync(1_000);
  });

  it("are loaded before they are opened, and not requested again", async () => {
    expect(engine.requestsOf("transcript").map((one) => one.conversation)).toEqual(["carla", "deniz"]);
    workspace.open("deniz");
    expect(workspace.state.transcripts.get("deniz")?.messages.map((one) => one.id)).toEqual(["of deniz"]);
    workspace.open("carla");
    workspace.open("deniz");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(engine.requestsOf("transcript")).toHaveLength(2);
  });

  it("get new messages while they are not open", async () => {
    engine.emit({ event: "changed", changes: changes({ messages: [message("later", 2, { conversation: "deniz" })] }) });
    workspace.open("deniz");
    expect(workspace.state.transcripts.get("deniz")?.messages.map((one) => one.id)).toEqual(["of deniz", "later"]);
  });

  it("are read again after a reload", async () => {
    await workspace.sync();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(engine.requestsOf("transcript").map((one) => one.conversation)).toEqual([
      "carla",
      "deniz",
      "carla",
      "deniz",
    ]);
  });

  it("those of a colleague are requested each time, since their changes are not sent", async () => {
    for (const one of ["elif", "carla", "elif"]) {
      workspace.open(one);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(
      engine
        .requestsOf("transcript")
        .map((one) => one.conversation)
        .slice(2),
    ).toEqual(["elif", "elif"]);
  });
});

describe("jumping to a quoted message", () => {
  it("loads older pages until it is found", async () => {
    const all = [message("a", 1), message("b", 2), message("c", 3)];
    engine.respond = (request) => {
      if (request.method === "snapshot") return snapshot({ conversations: [conversation("carla")] });
      if (request.method !== "transcript") return { reply: "done" };
      const before = all.filter((one) => request.before === null || one.position < request.before);
      return { conversation: "carla", messages: before.slice(-1), more: before.length > 1, outgoing: [] };
    };
    await workspace.sync();
    workspace.open("carla");
    await vi.advanceTimersByTimeAsync(0);
    const found = workspace.transcripts.loadTo("carla", "a", null);
    await vi.advanceTimersByTimeAsync(100);
    expect(await found).toBe(true);
    const lost = workspace.transcripts.loadTo("carla", "never here", null);
    await vi.advanceTimersByTimeAsync(100);
    expect(await lost).toBe(false);
  });
});

describe("drafts", () => {
  it("are saved once after a pause, with the last text", async () => {
    workspace.drafts.write("carla", "D");
    workspace.drafts.write("carla", "Dear");
    await vi.advanceTimersByTimeAsync(500);
    expect(engine.requestsOf("save_draft")).toEqual([
      { method: "save_draft", conversation: "carla", body: "Dear", begun_on: null },
    ]);
  });

  it("are saved at most every two seconds of typing without a pause", async () => {
    for (let at = 0; at < 30; at += 1) {
      workspace.drafts.write("carla", "x".repeat(at + 1));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(engine.requestsOf("save_draft")).toHaveLength(1);
    workspace.drafts.write("carla", "x".repeat(20_000));
    await vi.advanceTimersByTimeAsync(3_000);
    expect(engine.requestsOf("save_draft")).toHaveLength(1);
  });

  it("are saved at once when the window loses the focus", async () => {
    workspace.drafts.write("carla", "Dear");
    await workspace.drafts.saveAll();
    expect(engine.requestsOf("save_draft")).toHaveLength(1);
  });

  it("the text in the page is not replaced by the engine's older one", () => {
    workspace.drafts.write("carla", "Dear Carla");
    expect(workspace.drafts.read("carla", "Dear")).toBe("Dear Carla");
    expect(workspace.drafts.read("deniz", "Hi")).toBe("Hi");
  });
});

describe("reports about an offer", () => {
  it("it is reported shown once, and seen when the agent acts", async () => {
    const ringing = [offer("o")];
    workspace.offers.alerts.update(ringing, true);
    workspace.offers.alerts.update(ringing, true);
    workspace.offers.alerts.markSeen("o");
    await vi.advanceTimersByTimeAsync(0);
    expect(engine.commands("report_alert").map((one) => one.outcome)).toEqual(["handed_over", "seen"]);
  });

  it("it is suppressed while the page is hidden, and reported shown when it is visible again", () => {
    const ringing = [offer("o")];
    workspace.offers.alerts.update(ringing, false);
    workspace.offers.alerts.update(ringing, true);
    expect(engine.commands("report_alert").map((one) => one.outcome)).toEqual(["suppressed", "handed_over"]);
  });

  it("each offer rings once", () => {
    expect(workspace.offers.alerts.update([offer("o")], true)).toHaveLength(1);
    expect(workspace.offers.alerts.update([offer("o"), offer("p")], true).map((one) => one.id)).toEqual(["p"]);
  });
});
