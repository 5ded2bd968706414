/** What an event, a snapshot or a page makes of the state. Pure: the same input gives the same output. */
import type { Changes } from "../bindings/Changes";
import type { Connection } from "../bindings/Connection";
import type { ConversationId } from "../bindings/ConversationId";
import type { Event } from "../bindings/Event";
import type { MessageId } from "../bindings/MessageId";
import type { TranscriptPage } from "../bindings/TranscriptPage";
import type { WorkspaceSnapshot } from "../bindings/WorkspaceSnapshot";
import { mergeMessages, mergeOutgoing, upsert, upsertStatuses, withoutOutgoing } from "./rows";
import { EMPTY_TRANSCRIPT, INITIAL, type State, type Transcript } from "./state";

/** How many ids of gone outgoing messages are remembered. */
const GONE_KEPT = 500;

/** The state after an event. */
export function apply(state: State, event: Event): State {
  switch (event.event) {
    case "subscribed":
    case "resync":
      // Both concern the subscription, not what is shown.
      return state;
    case "changed":
      return applyChanges(state, event.changes);
    case "connection":
      return connected(state, event.connection);
    case "settings":
      return { ...state, settings: event.settings };
    case "open":
      return openConversation({ ...state, view: "workspace" }, event.conversation);
    case "alert":
      return state.alerts.some((alert) => JSON.stringify(alert) === JSON.stringify(event.alert))
        ? state
        : { ...state, alerts: [...state.alerts, event.alert] };
    case "viewers":
      return { ...state, lookers: new Map(state.lookers).set(event.conversation, event.agents) };
    case "quit_asked":
      return { ...state, quitAsked: event.active };
    default:
      return unknownEvent(state, event);
  }
}

/** The engine may be newer than this page: what it says in new words changes nothing. */
function unknownEvent(state: State, _event: never): State {
  return state;
}

/** The clock's offset outlives the connection: windows and deadlines go on counting. */
function connected(state: State, connection: Connection): State {
  return { ...state, connection, offset: connection.state === "live" ? connection.clock_offset : state.offset };
}

function applyChanges(state: State, changes: Changes): State {
  const gone = remember(state.gone, changes.outgoing_gone);
  const next: State = {
    ...state,
    conversations: upsert(state.conversations, changes.conversations, "new"),
    interactions: upsert(state.interactions, changes.interactions, "new"),
    offers: upsert(state.offers, changes.offers, "new"),
    statuses: upsertStatuses(state.statuses, changes.statuses),
    health: changeHealth(state.health, changes.accounts_health),
    transcripts: changeTranscripts(state.transcripts, changes),
    gone,
  };
  return withoutConversations({ ...next, stranded: strand(state, changes) }, changes.conversations_gone);
}

/** The state without anything of these conversations. */
export function withoutConversations(state: State, gone: readonly ConversationId[]): State {
  return gone.reduce(forgetConversation, state);
}

/** What was written in a conversation that is gone now is shown beside all conversations. */
function strand(state: State, changes: Changes): State["stranded"] {
  const gone = new Set(changes.conversations_gone);
  const fresh = changes.outgoing.filter((one) => one.state !== "queued" && gone.has(one.conversation));
  const over = new Set([...changes.outgoing_gone, ...fresh.map((one) => one.id)]);
  const back = new Set(changes.conversations.map((one) => one.id));
  const kept = state.stranded.filter((one) => !over.has(one.id) && !back.has(one.conversation));
  return kept.length === state.stranded.length && fresh.length === 0 ? state.stranded : [...kept, ...fresh];
}

/** Whether a snapshot is of another workspace than what is shown. */
export function isElsewhere(state: State, snapshot: WorkspaceSnapshot): boolean {
  return state.host !== null && JSON.stringify(state.host.place) !== JSON.stringify(snapshot.host.place);
}

function changeHealth(health: State["health"], news: Changes["accounts_health"]): State["health"] {
  const fresh = news.filter((row) => (health.find((old) => old.account === row.account)?.version ?? -1) <= row.version);
  if (fresh.length === 0) return health;
  return [...health.filter((old) => !fresh.some((row) => row.account === old.account)), ...fresh];
}

function remember(gone: State["gone"], ids: Changes["outgoing_gone"]): State["gone"] {
  if (ids.length === 0) return gone;
  return new Set([...gone, ...ids].slice(-GONE_KEPT));
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
    // What lies before the oldest message that is loaded comes with its page.
    const ours = messages.filter(
      (message) =>
        message.conversation === id && !(transcript.more && oldest !== undefined && message.position < oldest),
    );
    const waiting = outgoing.filter((one) => one.conversation === id);
    next.set(id, {
      ...transcript,
      messages: mergeMessages(transcript.messages, ours),
      outgoing: withoutOutgoing(mergeOutgoing(transcript.outgoing, waiting), gone),
    });
  }
  return next;
}

function forgetConversation(state: State, id: ConversationId): State {
  const without = <K, V>(map: ReadonlyMap<K, V>, drop: (key: K, value: V) => boolean): ReadonlyMap<K, V> =>
    new Map([...map].filter(([key, value]) => !drop(key, value)));
  return {
    ...state,
    lookers: without(state.lookers, (key) => key === id),
    conversations: without(state.conversations, (key) => key === id),
    transcripts: without(state.transcripts, (key) => key === id),
    interactions: without(state.interactions, (_, row) => row.conversation === id),
    open: state.open === id ? null : state.open,
  };
}

/**
 * The state after a snapshot: what the engine lists is all there is. `asked` is what was open when it was asked for,
 * and then the engine lists that too: what it does not list is gone, and is closed.
 */
export function applySnapshot(shown: State, snapshot: WorkspaceSnapshot, asked = shown.open): State {
  // Somebody has signed in elsewhere: nothing of what was shown is theirs to see.
  const before = isElsewhere(shown, snapshot) ? { ...INITIAL, link: shown.link } : shown;
  const byId = <R extends { id: string }>(rows: readonly R[]): ReadonlyMap<string, R> =>
    new Map(rows.map((row) => [row.id, row]));
  const listed = byId(snapshot.conversations);
  const row = before.open === null ? undefined : before.conversations.get(before.open);
  const isGone = row !== undefined && row.id === asked && !listed.has(row.id);
  const state = isGone ? { ...before, open: null } : before;
  // Opened after the snapshot was asked for, it may be older than what a snapshot lists.
  const open = isGone ? undefined : row;
  return {
    ...connected(state, snapshot.connection),
    ready: true,
    trouble: null,
    ...standing(snapshot),
    statuses: snapshot.statuses,
    offers: byId(snapshot.offers),
    interactions: byId(snapshot.interactions),
    conversations: open && !listed.has(open.id) ? new Map([...listed, [open.id, open]]) : listed,
    transcripts: keepOpen(state),
    settings: snapshot.settings,
    alerts: snapshot.alerts,
    stranded: snapshot.orphaned,
    browsed: null,
  };
}

/** What no event tells: it changes only when the hub is reached anew. */
function standing(snapshot: WorkspaceSnapshot): Pick<State, "host" | "me" | "queues" | "hub" | "accounts" | "health"> {
  const { host, me, queues, hub, accounts, accounts_health } = snapshot;
  return { host, me, queues, hub, accounts, health: accounts_health };
}

/** The state with what no event tells, after the hub was reached anew. */
export function applyStanding(state: State, snapshot: WorkspaceSnapshot): State {
  return { ...state, ...standing(snapshot) };
}

function keepOpen(state: State): State["transcripts"] {
  const transcript = state.open === null ? undefined : state.transcripts.get(state.open);
  return state.open !== null && transcript ? new Map([[state.open, transcript]]) : new Map();
}

/** Opens a conversation; of the one before only the end is kept in memory. */
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
const KEPT = 100;

function without(transcript: Transcript, stale: ReadonlySet<MessageId>): Transcript {
  const fresh = <R extends { readonly id: MessageId }>(rows: readonly R[]): R[] =>
    rows.filter((row) => !stale.has(row.id));
  return { ...transcript, messages: fresh(transcript.messages), outgoing: fresh(transcript.outgoing) };
}

function trim(transcript: Transcript): Transcript {
  if (transcript.messages.length <= KEPT) return transcript;
  return { ...transcript, messages: transcript.messages.slice(-KEPT), more: true };
}

/**
 * The state with one page of a transcript. `before` is what the page was asked with. What is `stale` was shown before
 * everything was read anew, and stays only if the page has it.
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
  const fresh = page.outgoing.filter((one) => !known.has(one.id) && !state.gone.has(one.id));
  const reached = page.messages.at(-1)?.position;
  // A page at the end says nothing about what lies before messages that are loaded already.
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
