/** What the shell provides to every view. */
import { createContext } from "svelte";

import type { Ticker } from "../state/clock";
import type { Workspace } from "../state/workspace";
import type { ScreenState } from "./screen-state.svelte";

export interface ViewContext {
  readonly workspace: Workspace;
  readonly ticker: Ticker;
  readonly screen: ScreenState;
}

export const [useContext, provideContext] = createContext<ViewContext>();
