/** What every view is given by the root. */
import { createContext } from "svelte";

import type { Ticker } from "../state/clock";
import type { Workspace } from "../state/workspace";
import type { ScreenState } from "./screen-state.svelte";

export interface Given {
  readonly workspace: Workspace;
  readonly ticker: Ticker;
  readonly desk: ScreenState;
}

export const [given, give] = createContext<Given>();
