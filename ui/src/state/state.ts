/** The state of the page: one value that is replaced and never mutated. */
import type { AccountView } from "../bindings/AccountView";
import type { AccountHealth } from "../bindings/AccountHealth";
import type { Agent } from "../bindings/Agent";
import type { Alert } from "../bindings/Alert";
import type { ChannelStatus } from "../bindings/ChannelStatus";
import type { Connection } from "../bindings/Connection";
import type { ConversationId } from "../bindings/ConversationId";
import type { ConversationView } from "../bindings/ConversationView";
import type { ErrorBody } from "../bindings/ErrorBody";
import type { HostInfo } from "../bindings/HostInfo";
import type { HubSettings } from "../bindings/HubSettings";
import type { Interaction } from "../bindings/Interaction";
import type { InteractionId } from "../bindings/InteractionId";
import type { Viewer } from "../bindings/Viewer";
import type { Message } from "../bindings/Message";
import type { MessageId } from "../bindings/MessageId";
import type { Offer } from "../bindings/Offer";
import type { OfferId } from "../bindings/OfferId";
import type { Outgoing } from "../bindings/Outgoing";
import type { Position } from "../bindings/Position";
import type { Queue } from "../bindings/Queue";
import type { Settings } from "../bindings/Settings";
import type { Link } from "../platform";
import type { View } from "./view";

/** What is loaded of one conversation's transcript. */
export interface Transcript {
  /** By position, oldest first. */
  readonly messages: readonly Message[];
  /** Oldest first. */
  readonly outgoing: readonly Outgoing[];
  /** Whether the cache has older messages than the first one here. */
  readonly more: boolean;
  /** Whether the page at the end is loaded. */
  readonly loaded: boolean;
}

/** How far the list of older conversations is loaded. */
export interface Browsed {
  /** The position of the oldest loaded conversation. */
  readonly down_to: Position | null;
  readonly more: boolean;
}

export interface State {
  /** Whether the first snapshot has arrived. */
  readonly ready: boolean;
  readonly link: Link;
  /** Why the last snapshot failed; it is requested again. */
  readonly syncError: ErrorBody | null;
  readonly host: HostInfo | null;
  readonly me: Agent | null;
  readonly queues: readonly Queue[];
  readonly hub: HubSettings | null;
  /** The accounts of the agent's queues. */
  readonly accounts: readonly AccountView[];
  /** The health of accounts that could not send. */
  readonly accountHealth: readonly AccountHealth[];
  /** The agents who have a conversation open, other than this one. */
  readonly viewers: ReadonlyMap<ConversationId, readonly Viewer[]>;
  readonly connection: Connection;
  /** The hub's clock minus this desktop's, in milliseconds, as of the last connection. */
  readonly offset: number;
  readonly statuses: readonly ChannelStatus[];
  readonly offers: ReadonlyMap<OfferId, Offer>;
  readonly interactions: ReadonlyMap<InteractionId, Interaction>;
  readonly conversations: ReadonlyMap<ConversationId, ConversationView>;
  readonly transcripts: ReadonlyMap<ConversationId, Transcript>;
  /** Outgoing messages that were removed; a page that was read before must not restore them. */
  readonly removedOutgoing: ReadonlySet<MessageId>;
  readonly settings: Settings;
  readonly alerts: readonly Alert[];
  /** Unsent messages in conversations that the agent may no longer read. */
  readonly orphaned: readonly Outgoing[];
  /** How many interactions are active while the app asks whether to quit; null while it does not. */
  readonly quitRequested: number | null;
  readonly view: View;
  /** The conversation that is open. */
  readonly open: ConversationId | null;
  readonly browsed: Browsed | null;
}

export const EMPTY_TRANSCRIPT: Transcript = { messages: [], outgoing: [], more: false, loaded: false };

export const INITIAL: State = {
  ready: false,
  link: "up",
  syncError: null,
  host: null,
  me: null,
  queues: [],
  hub: null,
  accounts: [],
  accountHealth: [],
  viewers: new Map(),
  connection: { state: "connecting" },
  offset: 0,
  statuses: [],
  offers: new Map(),
  interactions: new Map(),
  conversations: new Map(),
  transcripts: new Map(),
  removedOutgoing: new Set(),
  settings: { language: null, theme: null, toast_words: true, sound: true },
  alerts: [],
  orphaned: [],
  quitRequested: null,
  view: "workspace",
  open: null,
  browsed: null,
};
