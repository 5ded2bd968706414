import { describe, expect, it } from "vitest";

import type { Message } from "../bindings/Message";
import { EngineError } from "../platform";
import { FakeEngine } from "../../fixture/engine";
import { message } from "../../fixture/rows";
import { Workspace } from "./workspace";

const page = (messages: Message[], older: boolean) => ({
  page: { messages: messages.toReversed(), interactions: [], older, newer: false },
});

/** Opens Carla's transcript at a hub that answers when it is told to. */
function opened(kept: Message[]) {
  const engine = new FakeEngine();
  const hub: { answers: (reply: unknown) => void; refuses: (error: EngineError) => void } = {
    answers: () => {},
    refuses: () => {},
  };
  engine.respond = ({ method }) => {
    if (method === "kept_thread") return { ...page(kept, false), whole: false };
    if (method === "thread") return new Promise((answers, refuses) => Object.assign(hub, { answers, refuses }));
    return { reply: "done" };
  };
  const loader = new Workspace(engine).openThread("c");
  const end = loader.loadEnd();
  const shown = () => loader.thread.messages.map((one) => one.id);
  return { loader, end, shown, hub, settled: () => new Promise((done) => setTimeout(done)) };
}

describe("a transcript that is opened while the hub is slow", () => {
  const [first, second, third] = [message("first", 1), message("second", 2), message("third", 3)];

  it("shows the kept messages at once, and is completed later", async () => {
    const { loader, end, shown, hub, settled } = opened([second]);
    await settled();
    expect(shown()).toEqual(["second"]);
    const { replaced } = loader.thread;
    hub.answers({ ...page([first, second, third], true), whole: true });
    expect(await end).toBe(true);
    expect(shown()).toEqual(["first", "second", "third"]);
    expect(loader.thread).toMatchObject({ replaced, older: true, whole: true });
  });

  it("shows that it is incomplete when the hub does not answer", async () => {
    const { loader, end, hub, settled } = opened([second]);
    await settled();
    hub.answers({ ...page([second], false), whole: false });
    await end;
    expect(loader.thread.whole).toBe(false);
  });

  it("waits for the hub where nothing is kept, and shows nothing when the hub refuses", async () => {
    const empty = opened([]);
    await empty.settled();
    expect(empty.loader.thread.loaded).toBe(false);
    const refused = opened([second]);
    await refused.settled();
    refused.hub.refuses(new EngineError({ code: "not_found", message: "There is no such contact." }));
    expect(await refused.end).toBe(false);
    expect(refused.shown()).toEqual([]);
    expect(refused.loader.failed).toBe(true);
  });
});

describe("the search in a transcript", () => {
  const [bell, lamp] = [message("bell", 1), message("lamp", 2)];
  const found = (line: Message) => ({
    hits: { hits: [{ message: line.id, position: line.position }], total: 1, next: null, only_newest: null },
    whole: true,
  });

  /** Carla's transcript at a hub that answers each search when it is told to. */
  async function searching() {
    const engine = new FakeEngine();
    const answers = new Map<string, () => void>();
    engine.respond = (request) => {
      if (request.method === "kept_thread" || request.method === "thread")
        return { ...page([bell, lamp], false), whole: true };
      if (request.method === "search_thread")
        return new Promise((answer) =>
          answers.set(request.words, () => answer(found(request.words === "bell" ? bell : lamp))),
        );
      return { reply: "done" };
    };
    const loader = new Workspace(engine).openThread("c");
    await loader.loadEnd();
    const answer = async (words: string) => {
      answers.get(words)?.();
      await new Promise((done) => setTimeout(done));
    };
    return { loader, answer, settled: () => new Promise((done) => setTimeout(done)) };
  }

  it("shows the hits of the latest query, whichever reply comes first", async () => {
    const { loader, answer, settled } = await searching();
    void loader.search("bell");
    void loader.search("lamp");
    await settled();
    await answer("lamp");
    await answer("bell");
    expect(loader.searchResult).toMatchObject({ words: "lamp", at: 0, hits: [{ message: "lamp" }] });
  });

  it("stays ended, and stays closed, when a reply comes late", async () => {
    const { loader, answer, settled } = await searching();
    void loader.search("bell");
    void loader.search("");
    await settled();
    await answer("bell");
    expect(loader.searchResult).toBeNull();
    void loader.search("lamp");
    await settled();
    loader.close();
    await answer("lamp");
    expect(loader.searchResult).toBeNull();
  });
});
