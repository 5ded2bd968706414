/** What changes in the scripted engine's world when somebody says something. */
import type { DeliveryState } from "../../bindings/DeliveryState";
import type { Message } from "../../bindings/Message";
import { DAY, type World } from "./world";

/** Adds a line, or changes the delivery of the one with this id. */
export function line(
  world: World,
  conversation: string,
  author: Message["author"],
  content: Message["content"],
  delivery: DeliveryState | null,
  id?: string,
): Message {
  const lines = world.messages.get(conversation) ?? [];
  world.messages.set(conversation, lines);
  const at = lines.findIndex((one) => one.id === id);
  const old = lines[at];
  const message: Message = old
    ? { ...old, delivery, state_at: Date.now(), version: world.version() }
    : {
        id: id ?? `message-${world.version()}`,
        conversation,
        interaction: null,
        position: world.position(Date.now()),
        at: Date.now(),
        author,
        content,
        delivery,
        state_at: delivery ? Date.now() : null,
        failure: null,
        attempt: 1,
        late: false,
        quote: null,
        reactions: [],
        version: world.version(),
      };
  if (old) lines[at] = message;
  else lines.push(message);
  return message;
}

/** The rows that change when someone has written. */
export function turn(world: World, id: string, words: string, theirs: boolean): object {
  const conversation = world.conversations.get(id);
  const interaction = [...world.interactions.values()].find((one) => one.conversation === id && one.state !== "done");
  if (!conversation) return {};
  const next = {
    ...conversation,
    preview: words,
    last_at: Date.now(),
    draft: null,
    window_until: theirs ? Date.now() + DAY : conversation.window_until,
    version: world.version(),
  };
  world.conversations.set(id, next);
  if (!interaction) return { conversations: [next] };
  const held = {
    ...interaction,
    state: "active" as const,
    waiting_since: theirs ? Date.now() : null,
    version: world.version(),
  };
  world.interactions.set(held.id, held);
  return { conversations: [next], interactions: [held] };
}
