/** Everything the screen shows, as one value that is replaced, never changed. */
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
  /** Whether the cache holds older ones than the first here. */
  readonly more: boolean;
  /** Whether the page at the end has arrived. */
  readonly loaded: boolean;
}

/** Older conversations that were paged in. */
export interface Browsed {
  /** How far back the pages reach. */
  readonly down_to: Position | null;
  readonly more: boolean;
}

export interface State {
  /** Whether the first snapshot has arrived. */
  readonly ready: boolean;
  readonly link: Link;
  /** Why the engine could not say what there is; it is asked again. */
  readonly trouble: ErrorBody | null;
  readonly host: HostInfo | null;
  readonly me: Agent | null;
  readonly queues: readonly Queue[];
  readonly hub: HubSettings | null;
  /** Our own addresses in my queues. */
  readonly accounts: readonly AccountView[];
  /** How it stands with those that could not send. */
  readonly health: readonly AccountHealth[];
  /** Who else is at a conversation; nobody where it is not listed. */
  readonly lookers: ReadonlyMap<ConversationId, readonly Viewer[]>;
  readonly connection: Connection;
  /** The hub's clock minus this desktop's, in milliseconds, as last known. */
  readonly offset: number;
  readonly statuses: readonly ChannelStatus[];
  readonly offers: ReadonlyMap<OfferId, Offer>;
  readonly interactions: ReadonlyMap<InteractionId, Interaction>;
  readonly conversations: ReadonlyMap<ConversationId, ConversationView>;
  readonly transcripts: ReadonlyMap<ConversationId, Transcript>;
  /** Outgoing messages that are gone; a page that was read before must not bring them back. */
  readonly gone: ReadonlySet<MessageId>;
  readonly settings: Settings;
  readonly alerts: readonly Alert[];
  /** What was written where it can no longer be read, and never reached the hub. */
  readonly stranded: readonly Outgoing[];
  /** How many interactions are active while the person wants to quit. */
  readonly quitAsked: number | null;
  readonly view: View;
  /** The conversation that is open. */
  readonly open: ConversationId | null;
  readonly browsed: Browsed | null;
}

export const EMPTY_TRANSCRIPT: Transcript = { messages: [], outgoing: [], more: false, loaded: false };

export const INITIAL: State = {
  ready: false,
  link: "up",
  trouble: null,
  host: null,
  me: null,
  queues: [],
  hub: null,
  accounts: [],
  health: [],
  lookers: new Map(),
  connection: { state: "connecting" },
  offset: 0,
  statuses: [],
  offers: new Map(),
  interactions: new Map(),
  conversations: new Map(),
  transcripts: new Map(),
  gone: new Set(),
  settings: { language: null, theme: null, toast_words: true, sound: true },
  alerts: [],
  stranded: [],
  quitAsked: null,
  view: "workspace",
  open: null,
  browsed: null,
};
