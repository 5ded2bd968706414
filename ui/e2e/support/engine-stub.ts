/** Answers some requests of a page in place of the engine: states that a real one reaches only slowly or with much data. */
import type { AgentPage } from "./agent-page";
import { see } from "./wait";

export interface StubbedRequest {
  readonly method: string;
  readonly [field: string]: unknown;
}

/**
 * Answers a request with a reply, an error or another request that the engine gets instead; null passes it on to the
 * engine, undefined leaves it unanswered.
 */
export type Stub = (
  request: StubbedRequest,
) => { reply: object } | { error: { code: string; message: string } } | { ask: StubbedRequest } | null | undefined;

/** Changes a frame from the engine before the page gets it. */
export type Rewrite = (frame: unknown) => void;

/** Reloads the page with the stub between it and its engine. */
export async function stubEngine(agent: AgentPage, stub: Stub, rewrite?: Rewrite): Promise<void> {
  await agent.page.routeWebSocket("**/engine", (page) => {
    const engine = page.connectToServer();
    page.onMessage((data) => {
      const frame = JSON.parse(String(data)) as { id?: number; request?: StubbedRequest };
      const stubbed = frame.request && stub(frame.request);
      if (stubbed === null || !frame.request) engine.send(data);
      else if (stubbed && "ask" in stubbed) engine.send(JSON.stringify({ id: frame.id, request: stubbed.ask }));
      else if (stubbed !== undefined) page.send(JSON.stringify({ id: frame.id, ...stubbed }));
    });
    if (rewrite) {
      engine.onMessage((data) => {
        const frame = JSON.parse(String(data)) as unknown;
        rewrite(frame);
        page.send(JSON.stringify(frame));
      });
    }
  });
  await agent.page.reload();
  await see(agent.page.getByRole("navigation", { name: agent.words.rail }), `${agent.name}'s workspace`);
}
