/** The people and rows of the scripted engine. */
import type { CaseField } from "../../bindings/CaseField";
import type { Content } from "../../bindings/Content";
import type { ConversationView } from "../../bindings/ConversationView";
import type { DeliveryState } from "../../bindings/DeliveryState";
import type { Failure } from "../../bindings/Failure";
import type { HubSettings } from "../../bindings/HubSettings";
import type { Interaction } from "../../bindings/Interaction";
import type { Message } from "../../bindings/Message";
import type { Offer } from "../../bindings/Offer";
import type { Outgoing } from "../../bindings/Outgoing";
import type { Quote } from "../../bindings/Quote";
import type { Reaction } from "../../bindings/Reaction";

const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const ANNA = { id: "agent-anna", name: "Anna", role: "agent" as const };
export const BEN = { id: "agent-ben", name: "Ben" };
const QUEUE = "queue-1";

export const NOT_ON_WHATSAPP: Failure = {
  reason: "whatsapp.131026",
  sentence:
    "Not delivered. The number may not have WhatsApp, or cannot receive this message. Confirm the number with the contact.",
  way_out: "confirm_address",
};

const TOO_MANY: Failure = {
  reason: "whatsapp.131056",
  sentence: "Too many messages to this contact in a short time. This one was not sent.",
  way_out: "write_again",
};

interface Said {
  by: "contact" | "anna" | "ben" | "system";
  /** Minutes before now. */
  ago: number;
  content: Content;
  delivery?: DeliveryState;
  failure?: Failure;
  late?: boolean;
  /** Which line of the same conversation it answers, or words that are not here. */
  answers?: number | string;
  reactions?: Reaction[];
}

/** What the scripted hub has set. */
export const HUB: HubSettings = {
  hub_name: "Practice hub",
  cache_days: 90,
  reasons: ["Break", "Lunch", "Meeting", "Paperwork"],
  waiting_yellow_s: 120,
  waiting_red_s: 300,
  heartbeat_s: 15,
  write_a_message: true,
  window_warning_s: 3600,
  opt_in_sources: ["In the shop", "By phone", "On the website"],
  dispositions: [
    { id: "solved", path: ["Solved"] },
    { id: "no-answer", path: ["No answer"] },
    { id: "delivery-date", path: ["Delivery", "Date agreed"] },
    { id: "delivery-late", path: ["Delivery", "Late"] },
    { id: "delivery-damaged", path: ["Delivery", "Damaged"] },
    { id: "returns-size", path: ["Returns", "Wrong size"] },
    { id: "returns-change", path: ["Returns", "Changed their mind"] },
    { id: "invoice-company", path: ["Invoice", "Company details"] },
    { id: "invoice-copy", path: ["Invoice", "Copy sent"] },
  ],
  disposition_required: true,
  case_fields: [
    { key: "order", label: "Order", editable: true },
    { key: "tier", label: "Customer tier", editable: false },
    { key: "callback", label: "Call back", editable: true },
  ],
};

const text = (body: string): Content => ({ kind: "text", body });
const theirs = (ago: number, body: string): Said => ({ by: "contact", ago, content: text(body) });
const ours = (ago: number, body: string, delivery: DeliveryState = "read", failure?: Failure): Said => ({
  by: "anna",
  ago,
  content: text(body),
  delivery,
  failure,
});
const notice = (ago: number, of: Extract<Content, { kind: "notice" }>["notice"]): Said => ({
  by: "system",
  ago,
  content: { kind: "notice", notice: of },
});

const LONG =
  "I would like to explain the whole story from the beginning, so that nothing is missing. In March I ordered a standing lamp, the model with the oak foot, and it came in April with a crack. ".repeat(
    22,
  );

export class World {
  readonly now = Date.now();
  readonly conversations = new Map<string, ConversationView>();
  readonly interactions = new Map<string, Interaction>();
  readonly messages = new Map<string, Message[]>();
  readonly outgoing = new Map<string, Outgoing>();
  readonly offers = new Map<string, Offer>();
  #version = 1;
  #position = 0n;

  version(): number {
    return this.#version++;
  }

  /** A place later than all before, and no earlier than the time. */
  position(at: number): string {
    const wanted = BigInt(Math.round(at)) << 12n;
    this.#position = wanted > this.#position ? wanted : this.#position + 1n;
    return String(this.#position).padStart(19, "0");
  }

  person(
    key: string,
    name: string,
    address: string | null,
    state: Interaction["state"] | null,
    said: Said[],
    more: {
      unread?: number;
      draft?: string;
      window?: number | null;
      agent?: { id: string; name: string };
      case?: CaseField[];
      disposition?: string;
      note?: string;
    } = {},
  ): void {
    const conversation = `conversation-${key}`;
    const holder = more.agent ?? ANNA;
    this.messages.set(conversation, []);
    this.#position = 0n;
    for (const one of said) this.#say(conversation, key, one);
    const lines = this.messages.get(conversation) ?? [];
    const heard = lines.filter((line) => line.author.kind === "contact").at(-1);
    const last = lines.filter((line) => line.content.kind !== "notice").at(-1);
    const spoken = said.filter((one) => one.by !== "system").at(-1);
    this.conversations.set(conversation, {
      id: conversation,
      queue: QUEUE,
      channel: "whatsapp",
      account: "account-1",
      contact: `contact-${key}`,
      contact_name: name,
      address,
      evidence: { state: heard ? "verified" : "unverified", at: heard?.at ?? null, failure: null, opt_in: null },
      window_until: more.window === undefined ? (heard ? heard.at + DAY : null) : more.window,
      last_position: lines.at(-1)?.position ?? null,
      last_at: last?.at ?? null,
      preview: last ? preview(last.content) : null,
      unread: more.unread ?? 0,
      draft: more.draft ?? null,
      draft_begun_on: null,
      version: this.version(),
    });
    if (state === null) return;
    const waits = state === "active" && spoken?.by === "contact";
    this.interactions.set(`interaction-${key}`, {
      id: `interaction-${key}`,
      conversation,
      queue: QUEUE,
      state,
      agent: state === "queued" || state === "offered" ? null : holder.id,
      agent_name: state === "queued" || state === "offered" ? null : holder.name,
      ended_by: state === "ended" || state === "done" ? "agent" : null,
      participants:
        state === "queued" || state === "offered"
          ? []
          : [{ agent: holder.id, name: holder.name, handled_ms: state === "active" ? 0 : HOUR - 5 * MINUTE }],
      created_at: lines[0]?.at ?? this.now,
      active_since: this.now - HOUR,
      ended_at: state === "ended" || state === "done" ? this.now - 5 * MINUTE : null,
      done_at: state === "done" ? this.now - 4 * MINUTE : null,
      waiting_since: waits ? (spoken ? this.now - spoken.ago * MINUTE : null) : null,
      case: more.case ?? [{ key: "profile.name", value: name }],
      disposition: more.disposition ?? null,
      note: more.note ?? "",
      version: this.version(),
    });
  }

  #say(conversation: string, key: string, one: Said): void {
    const at = this.now - one.ago * MINUTE;
    const lines = this.messages.get(conversation) ?? [];
    const author =
      one.by === "contact"
        ? { kind: "contact" as const }
        : one.by === "system"
          ? { kind: "system" as const }
          : {
              kind: "agent" as const,
              agent: one.by === "anna" ? ANNA.id : BEN.id,
              name: one.by === "anna" ? ANNA.name : BEN.name,
            };
    lines.push({
      id: `message-${key}-${lines.length}`,
      conversation,
      interaction: `interaction-${key}`,
      position: this.position(at),
      at,
      author,
      content: one.content,
      delivery: one.delivery ?? null,
      state_at: one.delivery ? at + 60_000 : null,
      failure: one.failure ?? null,
      attempt: 1,
      late: one.late ?? false,
      quote: quoteOf(lines, one.answers),
      reactions: one.reactions ?? [],
      version: this.version(),
    });
  }

  ring(key: string, name: string, words: string, seconds: number): Offer {
    this.person(key, name, "+49 171 5550142", "offered", [theirs(0.2, words)], { unread: 1 });
    const offer: Offer = {
      id: `offer-${key}-${this.#version}`,
      interaction: `interaction-${key}`,
      conversation: `conversation-${key}`,
      queue: QUEUE,
      queue_name: "Service",
      channel: "whatsapp",
      contact_name: name,
      preview: words.slice(0, 120),
      agent: ANNA.id,
      state: "ringing",
      automatic: false,
      offered_at: Date.now(),
      deadline: Date.now() + seconds * 1000,
      version: this.version(),
    };
    this.offers.set(offer.id, offer);
    return offer;
  }

  /** Everything a working afternoon shows. */
  busy(): void {
    const { now } = this;
    this.person(
      "carla",
      "Carla Rodríguez",
      "+34 600 555 018",
      "active",
      [
        theirs(60 * 26, "Hello! Is the oak desk still available?"),
        {
          by: "ben",
          ago: 60 * 25.9,
          content: text("Hello Carla, yes: two are left in the Hamburg store."),
          delivery: "read",
        },
        notice(60 * 25.5, { what: "ended", by: "agent", agent_name: "Ben" }),
        theirs(
          34,
          "Good afternoon. I ordered the desk yesterday, number 20 441, and I have a question about the delivery.",
        ),
        notice(33.5, { what: "taken", agent_name: "Anna" }),
        ours(33, "Good afternoon Carla! I have your order here. What would you like to know?"),
        theirs(31, "The driver should call before he comes. Is that possible?"),
        theirs(30.6, "And it's the third floor, without a lift 😬"),
        { by: "contact", ago: 30.4, content: { kind: "placeholder", what: "image", caption: "The staircase" } },
        ours(
          29,
          "Yes, he calls thirty minutes before.\nFor the third floor we send two people, that is included.",
          "read",
        ),
        {
          ...ours(28.8, "Would Thursday between 9 and 12 suit you?", "delivered"),
          reactions: [{ author: { kind: "contact" }, emoji: "👍" }],
        },
        {
          ...theirs(3, "Thursday is perfect"),
          answers: 10,
          reactions: [
            { author: { kind: "agent", agent: ANNA.id, name: ANNA.name }, emoji: "❤️" },
            { author: { kind: "contact" }, emoji: "😊" },
          ],
        },
        theirs(2.4, "🎉🎉"),
      ],
      {
        unread: 0,
        case: [
          { key: "order", value: "20 441" },
          { key: "tier", value: "Gold" },
          { key: "profile.name", value: "Carla Rodríguez" },
          { key: "profile.username", value: "carla.rodriguez" },
          { key: "referral.headline", value: "Oak desks for small rooms" },
          { key: "referral.body", value: "Solid oak, made to order, delivered to the third floor." },
          {
            key: "referral.source_url",
            value: "https://shop.example/campaigns/spring/oak-desks?placement=feed&creative=20441",
          },
          { key: "referral.source_type", value: "ad" },
          { key: "referral.source_id", value: "120208742" },
        ],
        note: "Third floor, no lift: two people.\nDriver calls 30 minutes before.",
      },
    );
    this.person(
      "deniz",
      "Deniz Yılmaz",
      "+90 532 555 0133",
      "active",
      [
        theirs(12, "My invoice shows the wrong company name."),
        ours(10, "I am sorry about that. Could you send me the right one?"),
        {
          ...theirs(6.4, "This one is older than what you can see here."),
          answers: "Your invoice 2024-118 is attached.",
        },
        theirs(6.2, "Sure: Yılmaz Tekstil A.Ş., and the tax number stays the same."),
      ],
      { unread: 1 },
    );
    this.person(
      "noura",
      "نورة العتيبي",
      "+966 50 555 0187",
      "active",
      [
        theirs(55, "مرحبا، هل يمكنني تغيير عنوان التوصيل؟"),
        ours(50, "Of course. What is the new address?", "read"),
        theirs(0.6, "شارع الملك فهد 12، الرياض. شكرا!"),
      ],
      { unread: 1 },
    );
    this.person(
      "jonas",
      "Jonas Bergström-Lindqvist von und zu Hohenfels-Altenburg",
      null,
      "active",
      [theirs(80, "Thanks, that helped a lot."), ours(79, "You are welcome! Anything else I can do?", "read")],
      { draft: "One more thing: the warranty card", window: now + 1.4 * HOUR },
    );
    this.person("mei", "李梅", "+86 138 5550 0147", "active", [
      theirs(200, "你好,我的订单什么时候发货?"),
      ours(198, "Your order leaves our warehouse tomorrow morning.", "failed", NOT_ON_WHATSAPP),
      notice(197.9, { what: "undelivered", message: "message-mei-1", position: null, failure: NOT_ON_WHATSAPP }),
      ours(
        190,
        "Your order leaves our warehouse tomorrow morning. You will get a mail with the tracking number.",
        "unknown",
      ),
      ours(189, "Is this number right?", "failed", TOO_MANY),
      ours(188, "Hello?", "posting"),
    ]);
    this.person("omar", "Omar Haddad", "+971 50 555 0121", "ended", [
      theirs(48, "Perfect, thank you!"),
      ours(46, "Have a nice day, Omar.", "read"),
      notice(5, { what: "ended", by: "agent", agent_name: "Anna" }),
    ]);
    this.person("petra", "Petra Novák", "+420 601 555 019", "ended", [
      theirs(60 * 25, "Can you call me?"),
      ours(60 * 24.9, "Our colleagues call you this afternoon.", "read"),
      notice(9, { what: "ended", by: "idle", agent_name: null }),
    ]);
    this.older();
  }

  /** Windows at their end: one closes within the minute, one within the hour, one is shut. */
  closing(): void {
    const until = (key: string, left: number): void => {
      const row = this.conversations.get(`conversation-${key}`);
      if (row) this.conversations.set(row.id, { ...row, window_until: this.now + left });
    };
    until("carla", MINUTE / 2);
    until("deniz", 25 * MINUTE);
    until("noura", -10 * MINUTE);
  }

  older(): void {
    const names = [
      "Sofia Rossi",
      "Liam O’Connor",
      "Zoë van Dijk",
      "Ahmed Mansour",
      "Grace Kim",
      "Tomáš Dvořák",
      "Ingrid Hansen",
      "Paulo Souza",
    ];
    names.forEach((name, at) => {
      this.person(
        `old-${at}`,
        name,
        `+31 6 5550 01${10 + at}`,
        at === 0 ? "active" : "done",
        [
          theirs(60 * 30 * (at + 1), "Hi, I have a question about my order."),
          ours(60 * 30 * (at + 1) - 3, "Of course, how can I help?"),
          theirs(
            60 * 30 * (at + 1) - 5,
            at % 2 ? "It arrived, all good 👍" : "The parcel is damaged. What do I do now?",
          ),
        ],
        at === 0 ? { agent: BEN, window: this.now + 5 * HOUR } : {},
      );
    });
    this.person("wordy", "Wilhelmine Ausführlich", "+49 171 5550199", "done", [theirs(300, LONG)]);
  }

  /** More than anybody handles: 200 interactions, some with names that do not fit. */
  crowd(): void {
    const names = [
      "Sofia Rossi",
      "Maximiliane-Theodora Gräfin von Schwarzenberg-Hohenlohe-Langenburg",
      "نورة العتيبي",
      "李梅",
      "Donaudampfschifffahrtsgesellschaftskapitänswitwe",
      "👩‍🚀🌙",
    ];
    for (let at = 0; at < 200; at += 1) {
      const ended = at % 9 === 0;
      this.person(
        `crowd-${at}`,
        `${names[at % names.length]} ${at + 1}`,
        `+49 171 55${String(10_000 + at)}`,
        ended ? "ended" : "active",
        [
          theirs(60 + at, "Hello, is anybody there?"),
          at % 3 === 0
            ? ours(50 + at, "Yes! How can I help?")
            : theirs(
                at / 4,
                "I have been waiting for a while now, and I would like to know whether somebody can help me with the order from last week.",
              ),
        ],
        { unread: at % 3 === 0 ? 0 : (at % 130) + 1, draft: at % 7 === 0 ? "I am looking into it" : undefined },
      );
    }
  }

  /** A conversation of a great many lines. */
  long(count: number): void {
    const said: Said[] = [];
    for (let at = count; at > 0; at -= 1) {
      said.push(
        at % 3 === 0
          ? ours(at * 7, `Answer number ${at}: yes, that is right.`)
          : theirs(at * 7, `Line ${at}. ${"More words follow here. ".repeat(at % 5)}`),
      );
    }
    this.person("carla", "Carla Rodríguez", "+34 600 555 018", "active", said);
  }
}

function quoteOf(lines: readonly Message[], answers: Said["answers"]): Quote | null {
  if (answers === undefined) return null;
  if (typeof answers === "string") return { message: null, author: null, preview: answers };
  const line = lines[answers];
  return line ? { message: line.id, author: line.author, preview: preview(line.content) } : null;
}

export function preview(content: Content): string {
  if (content.kind === "text" || content.kind === "notification") return content.body.slice(0, 120);
  return content.kind === "placeholder" ? (content.caption ?? content.what) : "";
}
