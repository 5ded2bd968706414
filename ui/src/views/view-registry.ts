/** How each view is reached and drawn. A new view needs an entry here, or the page does not compile. */
import { Contact, Inbox, KeyRound, MessagesSquare, Search, Settings } from "@lucide/svelte";
import type { Component } from "svelte";

import { m } from "../i18n/index.svelte";
import type { Shortcut } from "../state/shortcuts";
import type { View } from "../state/view";
import Interaction from "./interaction/Interaction.svelte";
import WorkList from "./list/WorkList.svelte";
import { lazyViews } from "./load-lazy.svelte";

type LazyComponent = () => Component | undefined;

export interface ViewDefinition {
  readonly label: () => string;
  readonly icon: typeof Inbox;
  /** The group of the rail that it is in; null where it is reached from another view. */
  readonly rail: "main" | "last" | null;
  /** The shortcut that opens it. */
  readonly shortcut: Shortcut | null;
  /** The pane beside the rail, which also shows ringing offers; null without one. Undefined until it is loaded. */
  readonly list: LazyComponent | null;
  /** The main area. Undefined until it is loaded. */
  readonly main: LazyComponent;
  /** Whether the rail moves the focus into the list: the view is opened to find something. */
  readonly focusList: boolean;
  /** Whether a conversation that is opened here gets the focus in its composer even when an element has it already. */
  readonly focusComposer: boolean;
  /** Whether ringing offers lie over it: it has no list that could show them. */
  readonly offerCards: boolean;
  /** Whether its rail entry counts the offers and waiting contacts. */
  readonly countsAttention: boolean;
}

const LIST_VIEW = {
  rail: "main",
  focusList: false,
  focusComposer: false,
  offerCards: false,
  countsAttention: false,
} as const;

export const VIEWS = {
  workspace: {
    ...LIST_VIEW,
    label: () => m().rail.workspace,
    icon: Inbox,
    shortcut: "workspace",
    list: () => WorkList,
    main: () => Interaction,
    focusComposer: true,
    countsAttention: true,
  },
  communication: {
    ...LIST_VIEW,
    label: () => m().communication.label,
    icon: Contact,
    shortcut: "communication",
    list: () => lazyViews().ContactList,
    main: () => lazyViews().ContactThread,
    focusList: true,
  },
  conversations: {
    ...LIST_VIEW,
    label: () => m().rail.conversations,
    icon: MessagesSquare,
    shortcut: null,
    list: () => lazyViews().ConversationList,
    main: () => Interaction,
  },
  search: {
    ...LIST_VIEW,
    label: () => m().rail.search,
    icon: Search,
    shortcut: "search",
    list: () => lazyViews().SearchView,
    main: () => Interaction,
    focusList: true,
  },
  settings: {
    ...LIST_VIEW,
    label: () => m().rail.settings,
    icon: Settings,
    rail: "last",
    shortcut: null,
    list: null,
    main: () => lazyViews().SettingsView,
    offerCards: true,
  },
  sign_in: {
    ...LIST_VIEW,
    label: () => m().signIn.title,
    icon: KeyRound,
    rail: null,
    shortcut: null,
    list: null,
    main: () => lazyViews().SignInView,
  },
} as const satisfies Record<View, ViewDefinition>;

/** A shortcut that opens a view. */
export type ViewShortcut = NonNullable<(typeof VIEWS)[View]["shortcut"]>;

/** How a view is reached and drawn. */
export function viewDefinition(view: View): ViewDefinition {
  return VIEWS[view];
}

/** The views in one group of the rail, from top to bottom. */
export function railViews(group: "main" | "last"): (ViewDefinition & { readonly id: View })[] {
  return (Object.entries(VIEWS) as [View, ViewDefinition][])
    .filter(([, view]) => view.rail === group)
    .map(([id, view]) => ({ ...view, id }));
}

/** The view that a shortcut opens, if it opens one. */
export function viewOfShortcut(shortcut: Shortcut): View | null {
  return (Object.keys(VIEWS) as View[]).find((view) => VIEWS[view].shortcut === shortcut) ?? null;
}
