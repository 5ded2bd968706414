/** Answers some of what a page asks in the engine's place: for what a real one would need too long or too many for. */
import type { Desk } from "./agent-page";
import { see } from "./wait";

export interface Asked {
  readonly method: string;
  readonly [field: string]: unknown;
}

/** A reply, an error, or what the engine is asked instead; null leaves it to the engine, undefined to nobody. */
export type Answer = (
  asked: Asked,
) => { reply: object } | { error: { code: string; message: string } } | { ask: Asked } | null | undefined;

/** From now on; the page is loaded anew. */
export async function answers(desk: Desk, answer: Answer): Promise<void> {
  await desk.page.routeWebSocket("**/engine", (page) => {
    const engine = page.connectToServer();
    page.onMessage((data) => {
      const said = JSON.parse(String(data)) as { id?: number; request?: Asked };
      const scripted = said.request && answer(said.request);
      if (scripted === null || !said.request) engine.send(data);
      else if (scripted && "ask" in scripted) engine.send(JSON.stringify({ id: said.id, request: scripted.ask }));
      else if (scripted !== undefined) page.send(JSON.stringify({ id: said.id, ...scripted }));
    });
  });
  await desk.page.reload();
  await see(desk.page.getByRole("navigation", { name: desk.words.rail }), `${desk.agent}'s workspace`);
}
