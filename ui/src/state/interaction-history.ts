/** Filters and columns of lists of past interactions. Pure. */
import type { Channel } from "../bindings/Channel";
import type { ContactId } from "../bindings/ContactId";
import type { Interaction } from "../bindings/Interaction";
import type { InteractionFilter } from "../bindings/InteractionFilter";
import type { PastInteraction } from "../bindings/PastInteraction";
import type { State } from "./state";

/** The filters as the form holds them. Days as date fields write them (`2026-11-22`), empty for none. */
export interface HistoryFilter {
  readonly channel: Channel | "";
  readonly agent: string;
  readonly disposition: string;
  readonly from: string;
  readonly to: string;
}

export const NO_FILTER: HistoryFilter = { channel: "", agent: "", disposition: "", from: "", to: "" };

/** The filter of the request. Days are in the local time zone, both included. */
export function toRequestFilter(contact: ContactId | null, chosen: HistoryFilter): InteractionFilter {
  return {
    contact,
    channel: chosen.channel === "" ? null : chosen.channel,
    agent: chosen.agent.trim() === "" ? null : chosen.agent.trim(),
    disposition: chosen.disposition === "" ? null : chosen.disposition,
    from: startOfDay(chosen.from, 0),
    to: startOfDay(chosen.to, 1),
  };
}

/** The local day of a time, as date fields write it: 2026-03-01. */
export function dayAt(moment: number): string {
  const at = new Date(moment);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** The start of a local day, or of the day so many days later; null if it is not a date. */
export function startOfDay(day: string, later: number): number | null {
  const parts = /^(\d{4,})-(\d{2})-(\d{2})$/u.exec(day);
  if (!parts) return null;
  const at = new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + later).getTime();
  return Number.isNaN(at) ? null : at;
}

/** The rows with another page, without duplicates. */
export function withPage(rows: readonly PastInteraction[], more: readonly PastInteraction[]): PastInteraction[] {
  const known = new Set(rows.map((row) => row.interaction.id));
  return [...rows, ...more.filter((row) => !known.has(row.interaction.id))];
}

/** How long the agents handled it in all, in milliseconds; null if it has not ended or was never handled. */
export function duration({ participants, ended_at }: Interaction): number | null {
  if (participants.length === 0 || ended_at === null) return null;
  return participants.reduce((sum, one) => sum + one.handled_ms, 0);
}

/** The agents who handled it, in order; null if nobody did. */
export function handledBy({ participants }: Interaction): string | null {
  return participants.length === 0 ? null : participants.map((one) => one.name).join(", ");
}

/** The names of known agents, sorted. */
export function agentNames(state: State, others: readonly string[]): string[] {
  const held = [...state.interactions.values()].map((row) => row.agent_name ?? "");
  const names = new Set([state.me?.name ?? "", ...held, ...others]);
  names.delete("");
  return [...names].sort((one, other) => one.localeCompare(other));
}
