/** Lists of past interactions. Pure. */
import type { Channel } from "../bindings/Channel";
import type { ContactId } from "../bindings/ContactId";
import type { Interaction } from "../bindings/Interaction";
import type { InteractionFilter } from "../bindings/InteractionFilter";
import type { PastInteraction } from "../bindings/PastInteraction";
import type { State } from "./state";

/** What the person chose. Days as the browser's date field writes them (`2026-11-22`), empty for none. */
export interface Chosen {
  readonly channel: Channel | "";
  readonly agent: string;
  readonly disposition: string;
  readonly from: string;
  readonly to: string;
}

export const ANY: Chosen = { channel: "", agent: "", disposition: "", from: "", to: "" };

/** What the hub is asked for. Days are days where the person sits, both included. */
export function filterOf(contact: ContactId | null, chosen: Chosen): InteractionFilter {
  return {
    contact,
    channel: chosen.channel === "" ? null : chosen.channel,
    agent: chosen.agent.trim() === "" ? null : chosen.agent.trim(),
    disposition: chosen.disposition === "" ? null : chosen.disposition,
    from: dayBegins(chosen.from, 0),
    to: dayBegins(chosen.to, 1),
  };
}

/** The day of a moment where the person sits, as a field for dates writes it: 2026-03-01. */
export function dayAt(moment: number): string {
  const at = new Date(moment);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** When a day begins here, or one some days later; null for what is no day. */
export function dayBegins(day: string, later: number): number | null {
  const parts = /^(\d{4,})-(\d{2})-(\d{2})$/u.exec(day);
  if (!parts) return null;
  const at = new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + later).getTime();
  return Number.isNaN(at) ? null : at;
}

/** A page more; what is there already is not there twice. */
export function withMore(rows: readonly PastInteraction[], more: readonly PastInteraction[]): PastInteraction[] {
  const known = new Set(rows.map((row) => row.interaction.id));
  return [...rows, ...more.filter((row) => !known.has(row.interaction.id))];
}

/** How long it was handled by all who did, in milliseconds; null while that is not over, or never began. */
export function duration({ participants, ended_at }: Interaction): number | null {
  if (participants.length === 0 || ended_at === null) return null;
  return participants.reduce((sum, one) => sum + one.handled_ms, 0);
}

/** Who handled it, in the order in which they took it; null if nobody did. */
export function handledBy({ participants }: Interaction): string | null {
  return participants.length === 0 ? null : participants.map((one) => one.name).join(", ");
}

/** The agents that are known by name, in the order of the alphabet. */
export function agentNames(state: State, others: readonly string[]): string[] {
  const held = [...state.interactions.values()].map((row) => row.agent_name ?? "");
  const names = new Set([state.me?.name ?? "", ...held, ...others]);
  names.delete("");
  return [...names].sort((one, other) => one.localeCompare(other));
}
