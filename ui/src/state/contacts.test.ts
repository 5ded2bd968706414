import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { ContactProfile } from "../bindings/ContactProfile";
import type { Message } from "../bindings/Message";
import { EngineError } from "../platform";
import { FakeEngine } from "../../fixture/engine";
import { changes } from "../platform/changes";
import { contact, conversation, contactProfile, message, offer, outgoing, snapshot } from "../../fixture/rows";
import { Workspace } from "./workspace";

const CARLA = "contact-carla";
const refused = () => new EngineError({ code: "not_found", message: "There is no such contact." });

/** What the hub says of Carla; null where it says nothing of her. */
let carla: ContactProfile | null;
let said: Message[];
let place: string;
let engine: FakeEngine;
let workspace: Workspace;

beforeEach(async () => {
  vi.useFakeTimers();
  [carla, said, place] = [contactProfile("carla"), [message("hello", 1)], "Anna"];
  engine = new FakeEngine();
  engine.respond = (request) => {
    switch (request.method) {
      case "snapshot":
        return snapshot({
          host: {
            version: "1",
            place: { at: "hub", id: "hub", url: "https://hub.example", agent: place },
            alerts: "in_page",
            key_place: "key_store",
            can_start_at_login: false,
          },
        });
      case "assigned_contacts":
        return { contacts: [], next: null, whole: true };
      case "kept_thread":
        return { page: { messages: [], interactions: [], older: false, newer: false }, whole: false };
      case "find_contacts":
        return { contacts: carla === null ? [] : [{ ...carla, until: null }], next: null, whole: true };
      case "contact":
        if (carla === null) throw refused();
        return { contact: carla, whole: true };
      case "thread": {
        const readable = carla?.conversations.map((row) => row.id) ?? [];
        if (carla === null) throw refused();
        return {
          page: {
            messages: said.filter((one) => readable.includes(one.conversation)).toReversed(),
            interactions: [],
            older: false,
            newer: false,
          },
          whole: true,
        };
      }
      case "sign_in":
        place = request.agent;
        return { reply: "sign_in", refused: null };
      case "transcript":
        return { conversation: request.conversation, messages: [], more: false, outgoing: [] };
      default:
        return { reply: "done" };
    }
  };
  workspace = new Workspace(engine);
  await workspace.sync();
});

afterEach(() => vi.useRealTimers());

/** Opens Carla in Communication. */
async function opened() {
  workspace.show("communication");
  await workspace.contacts.loadAssigned();
  workspace.contacts.select(CARLA);
  const loader = workspace.openThread(CARLA);
  await loader.loadEnd();
  await vi.advanceTimersByTimeAsync(0);
  workspace.open("carla");
  await vi.advanceTimersByTimeAsync(0);
  return {
    loader,
    shown: () => loader.thread.messages.map((one) => one.id),
    known: () => workspace.contacts.entry(CARLA).detail,
  };
}

describe("when another agent signs in", () => {
  it("no contact of the last agent is left or requested", async () => {
    const { shown, known } = await opened();
    await workspace.contacts.search("carla");
    expect([known()?.contact.name, shown()]).toEqual(["carla", ["hello"]]);
    const left = vi.fn();
    workspace.onWorkspaceChange(left);
    workspace.reportFocus(true);
    workspace.drafts.write("carla", "Until s");
    await workspace.saveAll();
    await workspace.signIn.signIn({ url: "https://hub.example", agent: "Ben", workspace: null }, "secret");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(left).toHaveBeenCalledOnce();
    expect([
      known(),
      shown(),
      workspace.contacts.selected,
      workspace.contacts.searchResult,
      workspace.contacts.assigned,
    ]).toEqual([null, [], null, null, null]);
    const entered = engine.requests.findIndex((one) => one.method === "sign_in");
    expect(JSON.stringify(engine.requests.slice(entered))).not.toMatch(/"(contact-)?carla"/u);
  });

  it("late errors of the last agent are not shown", async () => {
    const inner = engine.respond;
    const fails: ((error: unknown) => void)[] = [];
    const hers = ["assigned_contacts", "accept_offer", "decline_offer"];
    engine.respond = (request) =>
      hers.includes(request.method === "command" ? request.command.name : request.method)
        ? new Promise((_answer, fail) => fails.push(fail))
        : inner(request);
    void workspace.contacts.loadAssigned();
    const taken = workspace.accept(offer("o"));
    void workspace.offers.decline("p");
    await vi.advanceTimersByTimeAsync(0);
    place = "Ben";
    await workspace.sync();
    for (const fail of fails) fail(new EngineError({ code: "unavailable", message: "Later." }));
    expect(await taken).toBe(false);
    expect([workspace.errors, workspace.contacts.assignedFailed]).toEqual([[], false]);
    expect(fails).toHaveLength(3);
  });

  it("late replies to the last agent are dropped", async () => {
    const inner = engine.respond;
    let answers = (_reply: unknown): void => undefined;
    engine.respond = (request) =>
      request.method === "contact" ? new Promise((answer) => (answers = answer)) : inner(request);
    workspace.contacts.select(CARLA);
    await vi.advanceTimersByTimeAsync(0);
    place = "Ben";
    await workspace.sync();
    answers({ contact: carla, whole: true });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(workspace.contacts.entry(CARLA).detail).toBeNull();
    expect(workspace.state.conversations.size).toBe(0);
    expect(workspace.errors).toEqual([]);
  });
});

describe("when a conversation is removed from the cache", () => {
  const gone = () => engine.emit({ event: "changed", changes: changes({ conversations_gone: ["carla"] }) });

  it("it stays on the screen where the hub still returns it, after unsubscribing", async () => {
    const { shown, known } = await opened();
    gone();
    await vi.advanceTimersByTimeAsync(1_000);
    expect([known()?.contact.name, shown()]).toEqual(["carla", ["hello"]]);
    expect(workspace.state.conversations.has("carla")).toBe(true);
  });

  it("nothing stays on the screen where the hub refuses it, after leaving the queue", async () => {
    const { loader, shown, known } = await opened();
    await workspace.contacts.search("carla");
    carla = null;
    gone();
    await vi.advanceTimersByTimeAsync(1_000);
    expect([known(), shown(), loader.searchResult, workspace.contacts.searchResult?.contacts]).toEqual([
      null,
      [],
      null,
      [],
    ]);
    expect([workspace.state.conversations.size, workspace.state.open]).toEqual([0, null]);
  });

  it("only the conversation of the other queue stays where one of two was left", async () => {
    const two = contactProfile("carla");
    carla = {
      ...two,
      conversations: [
        ...two.conversations,
        ...contactProfile("sales").conversations.map((row) => ({ ...row, contact: CARLA })),
      ],
    };
    said = [message("hello", 1), message("offer", 2, { conversation: "sales" })];
    const { shown } = await opened();
    expect(shown()).toEqual(["hello", "offer"]);
    carla = two;
    engine.emit({ event: "changed", changes: changes({ conversations_gone: ["sales"] }) });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(shown()).toEqual(["hello"]);
  });

  it("an error that is no refusal removes nothing", async () => {
    const { shown, known } = await opened();
    const inner = engine.respond;
    engine.respond = (request) => {
      if (request.method === "contact" || request.method === "thread")
        throw new EngineError({ code: "unavailable", message: "Later." });
      return inner(request);
    };
    gone();
    await vi.advanceTimersByTimeAsync(1_000);
    expect([known()?.contact.name, shown()]).toEqual(["carla", ["hello"]]);
  });
});

describe("an open contact who is not assigned", () => {
  const byBen = (id: string, place: number) =>
    message(id, place, { author: { kind: "agent", agent: "ben", name: "Ben" } });

  it("shows new messages while the page is visible", async () => {
    const { shown } = await opened();
    workspace.reportFocus(true);
    said = [...said, message("and?", 2)];
    await vi.advanceTimersByTimeAsync(2_500);
    expect(shown()).toEqual(["hello", "and?"]);
    workspace.reportFocus(false);
    await vi.advanceTimersByTimeAsync(2_500);
    engine.requests.length = 0;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(engine.requestsOf("thread")).toEqual([]);
  });

  it("is not polled where events arrive", async () => {
    carla = contactProfile("carla", { assigned: true });
    await opened();
    workspace.reportFocus(true);
    engine.requests.length = 0;
    await vi.advanceTimersByTimeAsync(10_000);
    expect([...engine.requestsOf("thread"), ...engine.requestsOf("contact")]).toEqual([]);
  });

  it("the draft guard gets a colleague's messages since the draft was started", async () => {
    await opened();
    workspace.reportFocus(true);
    await vi.advanceTimersByTimeAsync(2_500);
    workspace.drafts.write("carla", "Until s");
    said = [...said, byBen("at five", 2)];
    await vi.advanceTimersByTimeAsync(2_500);
    expect(workspace.draftContext.unseen("carla").map((one) => one.id)).toEqual(["at five"]);
  });

  it("a message refused for a colleague's one is shown with that one at once", async () => {
    await opened();
    said = [...said, byBen("at five", 2)];
    const failure = {
      reason: "hub.draft_stale",
      sentence: "Somebody said something.",
      way_out: "send_again" as const,
      class: "draft_stale" as const,
    };
    engine.emit({ event: "changed", changes: changes({ outgoing: [outgoing("mine", { state: "held", failure })] }) });
    await vi.advanceTimersByTimeAsync(100);
    expect(workspace.state.transcripts.get("carla")?.messages.map((one) => one.id)).toEqual(["hello", "at five"]);
  });

  it("is polled also where the profile was not opened", async () => {
    carla = contactProfile("carla");
    engine.emit({ event: "changed", changes: changes({ conversations: [conversation("carla")] }) });
    workspace.open("carla");
    workspace.reportFocus(true);
    said = [...said, byBen("at five", 2)];
    await vi.advanceTimersByTimeAsync(2_500);
    expect(workspace.state.transcripts.get("carla")?.messages.map((one) => one.id)).toEqual(["hello", "at five"]);
  });

  it("shows all messages of the time when the page was hidden, however many", async () => {
    const { shown } = await opened();
    workspace.reportFocus(true);
    await vi.advanceTimersByTimeAsync(2_500);
    workspace.reportFocus(false);
    said = Array.from({ length: 300 }, (_, number) => message(`m${number + 1}`, number + 1));
    said[0] = message("hello", 1);
    const inner = engine.respond;
    engine.respond = (request) => {
      if (request.method !== "thread") return inner(request);
      const { place, limit } = request;
      const before = said.filter((one) => place.at !== "before" || one.position < place.position);
      return {
        page: {
          messages: before.slice(-limit).toReversed(),
          interactions: [],
          older: before.length > limit,
          newer: false,
        },
        whole: true,
      };
    };
    engine.requests.length = 0;
    workspace.reportFocus(true);
    await vi.advanceTimersByTimeAsync(2_500);
    expect(shown()).toEqual(said.map((one) => one.id));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(engine.requestsOf("thread").map((one) => one.limit)).toEqual([40, 200, 200, 40]);
  });

  it("is requested once where the profile was not opened, and events arrive", async () => {
    carla = contactProfile("carla", { assigned: true });
    engine.emit({ event: "changed", changes: changes({ conversations: [conversation("carla")] }) });
    workspace.open("carla");
    workspace.reportFocus(true);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([engine.requestsOf("contact").length, engine.requestsOf("thread").length]).toEqual([1, 0]);
  });

  it("is closed when the hub refuses it", async () => {
    const { shown, known } = await opened();
    workspace.reportFocus(true);
    carla = null;
    await vi.advanceTimersByTimeAsync(3_000);
    expect([known(), shown()]).toEqual([null, []]);
  });
});

describe("the results of a search", () => {
  it("get changes", async () => {
    await workspace.contacts.search("carla");
    const row = () => workspace.contacts.searchResult?.contacts[0];
    expect(row()).toMatchObject({ assigned: false, contact: { name: "carla" } });
    const assignment = { contact: CARLA, assigned: true, subscribed: true, until: 5, version: 2 };
    engine.emit({
      event: "changed",
      changes: changes({ assignments: [assignment], contacts: [contact(CARLA, "Carla Mendes", 2)] }),
    });
    expect(row()).toMatchObject({ assigned: true, until: 5, contact: { name: "Carla Mendes" } });
  });

  it("are requested for the current query when the hub is back", async () => {
    const inner = engine.respond;
    const answers: ((reply: unknown) => void)[] = [];
    const some = { contacts: [], next: null, whole: false };
    engine.respond = (request) =>
      request.method === "find_contacts" ? new Promise((answer) => answers.push(answer)) : inner(request);
    const early = workspace.contacts.search("car");
    await vi.advanceTimersByTimeAsync(0);
    answers.at(-1)?.(some);
    await early;
    void workspace.contacts.search("carla");
    await workspace.sync();
    await vi.advanceTimersByTimeAsync(100);
    for (const answer of answers) answer(some);
    await vi.advanceTimersByTimeAsync(100);
    expect(workspace.contacts.searchResult?.words).toBe("carla");
  });

  it("contain no hits of an earlier query where the search failed", async () => {
    await workspace.contacts.search("carla");
    engine.respond = () => {
      throw new EngineError({ code: "unavailable", message: "Later." });
    };
    expect(await workspace.contacts.search("deniz")).toBe(false);
    expect(workspace.contacts.searchResult).toBeNull();
  });

  it("get a profile that was loaded", async () => {
    await workspace.contacts.search("carla");
    carla = contactProfile("carla", { contact: contact(CARLA, "Carla Mendes", 2) });
    await workspace.contacts.load(CARLA);
    expect(workspace.contacts.searchResult?.contacts[0]?.contact.name).toBe("Carla Mendes");
  });
});
