/** The next state after an event, a snapshot or a page. Pure. */
import type { Changes } from "../bindings/Changes";
import type { Connection } from "../bindings/Connection";
import type { ConversationId } from "../bindings/ConversationId";
import type { Event } from "../bindings/Event";
import type { MessageId } from "../bindings/MessageId";
import type { TranscriptPage } from "../bindings/TranscriptPage";
import type { WorkspaceSnapshot } from "../bindings/WorkspaceSnapshot";
import { mergeMessages, mergeOutgoing, upsert, upsertStatuses, withoutOutgoing } from "./rows";
import { EMPTY_TRANSCRIPT, INITIAL, type State, type Transcript } from "./state";

/** How many ids of removed outgoing messages are kept. */
const MAX_REMOVED = 500;

/** The state after an event. */
export function apply(state: State, event: Event): State {
  switch (event.event) {
    case "subscribed":
    case "resync":
      // Both concern the subscription alone.
      return state;
    case "changed":
      return applyChanges(state, event.changes);
    case "connection":
      return withConnection(state, event.connection);
    case "settings":
      return { ...state, settings: event.settings };
    case "open":
      return openConversation({ ...state, view: "workspace" }, event.conversation);
    case "alert":
      return state.alerts.some((alert) => JSON.stringify(alert) === JSON.stringify(event.alert))
        ? state
        : { ...state, alerts: [...state.alerts, event.alert] };
    case "viewers":
      return { ...state, viewers: new Map(state.viewers).set(event.conversation, event.agents) };
    case "quit_asked":
      return { ...state, quitRequested: event.active };
    default:
      return ignoreEvent(state, event);
  }
}

/** Unknown events of a newer engine change nothing. */
function ignoreEvent(state: State, _event: never): State {
  return state;
}

/** The clock offset outlives the connection: windows and deadlines are counted on. */
function withConnection(state: State, connection: Connection): State {
  return { ...state, connection, offset: connection.state === "live" ? connection.clock_offset : state.offset };
}

function applyChanges(state: State, changes: Changes): State {
  const removedOutgoing = addRemoved(state.removedOutgoing, changes.outgoing_gone);
  const next: State = {
    ...state,
    conversations: upsert(state.conversations, changes.conversations, "new"),
    interactions: upsert(state.interactions, changes.interactions, "new"),
    offers: upsert(state.offers, changes.offers, "new"),
    statuses: upsertStatuses(state.statuses, changes.statuses),
    accountHealth: mergeHealth(state.accountHealth, changes.accounts_health),
    transcripts: changeTranscripts(state.transcripts, changes),
    removedOutgoing,
    orphaned: changeOrphaned(state, changes),
  };
  return withoutConversations(next, changes.conversations_gone);
}

/** The state without these conversations and everything in them. */
export function withoutConversations(state: State, gone: readonly ConversationId[]): State {
  return gone.reduce(removeConversation, state);
}

/** Unsent messages of removed conversations become orphaned, until they are gone or the conversation is back. */
function changeOrphaned(state: State, changes: Changes): State["orphaned"] {
  const gone = new Set(changes.conversations_gone);
  const fresh = changes.outgoing.filter((one) => one.state !== "queued" && gone.has(one.conversation));
  const settled = new Set([...changes.outgoing_gone, ...fresh.map((one) => one.id)]);
  const back = new Set(changes.conversations.map((one) => one.id));
  const kept = state.orphaned.filter((one) => !settled.has(one.id) && !back.has(one.conversation));
  return kept.length === state.orphaned.length && fresh.length === 0 ? state.orphaned : [...kept, ...fresh];
}

/** Whether a snapshot is of another workspace than the state. */
export function isOtherWorkspace(state: State, snapshot: WorkspaceSnapshot): boolean {
  return state.host !== null && JSON.stringify(state.host.place) !== JSON.stringify(snapshot.host.place);
}

function mergeHealth(health: State["accountHealth"], news: Changes["accounts_health"]): State["accountHealth"] {
  const fresh = news.filter((row) => (health.find((old) => old.account === row.account)?.version ?? -1) <= row.version);
  if (fresh.length === 0) return health;
  return [...health.filter((old) => !fresh.some((row) => row.account === old.account)), ...fresh];
}

function addRemoved(removed: State["removedOutgoing"], ids: Changes["outgoing_gone"]): State["removedOutgoing"] {
  if (ids.length === 0) return removed;
  return new Set([...removed, ...ids].slice(-MAX_REMOVED));
}

function changeTranscripts(transcripts: State["transcripts"], changes: Changes): State["transcripts"] {
  const { messages, outgoing, outgoing_gone } = changes;
  if (messages.length + outgoing.length + outgoing_gone.length === 0) return transcripts;
  const gone = new Set([...outgoing_gone, ...messages.map((message) => message.id)]);
  const next = new Map(transcripts);
  const touched = new Set([...messages, ...outgoing].map((row) => row.conversation));
  for (const [id, transcript] of transcripts) {
    if (!touched.has(id) && !transcript.outgoing.some((one) => gone.has(one.id))) continue;
    const oldest = transcript.messages[0]?.position;
    // Messages before the oldest loaded one come with their page.
    const loaded = messages.filter(
      (message) =>
        message.conversation === id && !(transcript.more && oldest !== undefined && message.position < oldest),
    );
    const unsent = outgoing.filter((one) => one.conversation === id);
    next.set(id, {
      ...transcript,
      messages: mergeMessages(transcript.messages, loaded),
      outgoing: withoutOutgoing(mergeOutgoing(transcript.outgoing, unsent), gone),
    });
  }
  return next;
}

function removeConversation(state: State, id: ConversationId): State {
  const without = <K, V>(map: ReadonlyMap<K, V>, drop: (key: K, value: V) => boolean): ReadonlyMap<K, V> =>
    new Map([...map].filter(([key, value]) => !drop(key, value)));
  return {
    ...state,
    viewers: without(state.viewers, (key) => key === id),
    conversations: without(state.conversations, (key) => key === id),
    transcripts: without(state.transcripts, (key) => key === id),
    interactions: without(state.interactions, (_, row) => row.conversation === id),
    open: state.open === id ? null : state.open,
  };
}

/**
 * The state after a snapshot, which replaces everything. `asked` is the conversation that was open when the snapshot was
 * requested: the engine lists it too, so if it is missing it was removed, and is closed.
 */
export function applySnapshot(shown: State, snapshot: WorkspaceSnapshot, asked = shown.open): State {
  // Nothing of another workspace may be shown.
  const before = isOtherWorkspace(shown, snapshot) ? { ...INITIAL, link: shown.link } : shown;
  const byId = <R extends { id: string }>(rows: readonly R[]): ReadonlyMap<string, R> =>
    new Map(rows.map((row) => [row.id, row]));
  const listed = byId(snapshot.conversations);
  const row = before.open === null ? undefined : before.conversations.get(before.open);
  const isGone = row !== undefined && row.id === asked && !listed.has(row.id);
  const state = isGone ? { ...before, open: null } : before;
  // A conversation opened after the request may be older than those that a snapshot lists.
  const open = isGone ? undefined : row;
  return {
    ...withConnection(state, snapshot.connection),
    ready: true,
    syncError: null,
    ...hubInfo(snapshot),
    statuses: snapshot.statuses,
    offers: byId(snapshot.offers),
    interactions: byId(snapshot.interactions),
    conversations: open && !listed.has(open.id) ? new Map([...listed, [open.id, open]]) : listed,
    transcripts: openTranscript(state),
    settings: snapshot.settings,
    alerts: snapshot.alerts,
    orphaned: snapshot.orphaned,
    browsed: null,
  };
}

/** What no event carries: it changes only with a new connection to the hub. */
function hubInfo(
  snapshot: WorkspaceSnapshot,
): Pick<State, "host" | "me" | "queues" | "hub" | "accounts" | "accountHealth"> {
  const { host, me, queues, hub, accounts, accounts_health } = snapshot;
  return { host, me, queues, hub, accounts, accountHealth: accounts_health };
}

/** The state after a new connection to the hub, with what no event carries. */
export function applyHubInfo(state: State, snapshot: WorkspaceSnapshot): State {
  return { ...state, ...hubInfo(snapshot) };
}

function openTranscript(state: State): State["transcripts"] {
  const transcript = state.open === null ? undefined : state.transcripts.get(state.open);
  return state.open !== null && transcript ? new Map([[state.open, transcript]]) : new Map();
}

/** Opens a conversation; of the last one only the end stays in memory. */
export function openConversation(state: State, id: ConversationId | null): State {
  if (state.open === id) return state;
  const transcripts = new Map(state.transcripts);
  if (state.open !== null) {
    const left = transcripts.get(state.open);
    if (left) transcripts.set(state.open, trim(left));
  }
  if (id !== null && !transcripts.has(id)) transcripts.set(id, EMPTY_TRANSCRIPT);
  return { ...state, open: id, transcripts };
}

/** How many messages of a conversation that is not open stay in memory. */
const MAX_CLOSED = 100;

function without(transcript: Transcript, stale: ReadonlySet<MessageId>): Transcript {
  const fresh = <R extends { readonly id: MessageId }>(rows: readonly R[]): R[] =>
    rows.filter((row) => !stale.has(row.id));
  return { ...transcript, messages: fresh(transcript.messages), outgoing: fresh(transcript.outgoing) };
}

function trim(transcript: Transcript): Transcript {
  if (transcript.messages.length <= MAX_CLOSED) return transcript;
  return { ...transcript, messages: transcript.messages.slice(-MAX_CLOSED), more: true };
}

/**
 * The state with a page of a transcript. `before` is the position that the page was requested with. Messages in `stale`
 * were loaded before the last snapshot and stay only if the page has them.
 */
export function applyPage(
  state: State,
  page: TranscriptPage,
  before: string | null,
  stale?: ReadonlySet<MessageId>,
): State {
  const shown = state.transcripts.get(page.conversation);
  if (!shown) return state;
  const old = stale ? without(shown, stale) : shown;
  const messages = mergeMessages(old.messages, page.messages.toReversed());
  const known = new Set([...old.outgoing.map((one) => one.id), ...messages.map((message) => message.id)]);
  const fresh = page.outgoing.filter((one) => !known.has(one.id) && !state.removedOutgoing.has(one.id));
  const reached = page.messages.at(-1)?.position;
  // A page at the end does not show whether there are messages before the loaded ones.
  const oldest = old.messages[0]?.position;
  const decides = before !== null || oldest === undefined || reached === undefined || reached <= oldest;
  const transcript: Transcript = {
    messages,
    outgoing: withoutOutgoing(mergeOutgoing(old.outgoing, fresh), new Set(page.messages.map((one) => one.id))),
    more: decides ? page.more : old.more,
    loaded: true,
  };
  return { ...state, transcripts: new Map(state.transcripts).set(page.conversation, transcript) };
}
