/** The connector's table of errors, as its own test keeps it beside the source. */
import { readFileSync } from "node:fs";

export interface KnownFailure {
  readonly first: number;
  readonly last: number;
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

/** Every line of it. */
export function knownFailures(): readonly KnownFailure[] {
  return JSON.parse(readFileSync(TABLE, "utf8")) as KnownFailure[];
}
