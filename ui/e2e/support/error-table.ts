/** The table of provider errors that the channel's own tests write beside its source. */
import { readFileSync } from "node:fs";

export interface ErrorTableRow {
  readonly first: number;
  readonly last: number;
  /** How the connector handles the code; the provider refuses those of `Agent` at once. */
  readonly class: "Agent" | "Retry" | "SetUp" | "Access" | "Final";
  readonly sentence: string;
  readonly way_out:
    | "write_again"
    | "send_again"
    | "send_notification"
    | "wait_for_contact"
    | "confirm_address"
    | "tell_administrator"
    | "nothing";
}

const TABLE = new URL("../../../crates/channels/src/whatsapp/errors.json", import.meta.url);

/** Every row of the table. */
export function readErrorTable(): readonly ErrorTableRow[] {
  return JSON.parse(readFileSync(TABLE, "utf8")) as ErrorTableRow[];
}
