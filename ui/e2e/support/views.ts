/** Every view of the workspace, filled with conversations. */
import type { AgentPage } from "./agent-page";
import { gone, see } from "./wait";
import type { HubSettings } from "./hub";
import { de, type Words } from "./words";
import type { Testbed } from "./testbed";

/** Settings of a hub with case fields and required dispositions, named in the language of the page. */
export function populatedHub(words: Words): HubSettings {
  const german = words === de;
  return {
    agents: ["Anna"],
    caseFields: [
      { key: "order", label: german ? "Auftrag" : "Order", editable: true },
      { key: "profile.name", label: german ? "Name bei WhatsApp" : "Name on WhatsApp", editable: false },
    ],
    dispositions: german
      ? [
          ["Verkauf", "Rad verkauft"],
          ["Verkauf", "Kein Interesse"],
          ["Werkstatt", "Termin vereinbart"],
          ["Werkstatt", "Repariert"],
        ]
      : [
          ["Sales", "Bicycle sold"],
          ["Sales", "No interest"],
          ["Workshop", "Repair booked"],
          ["Workshop", "Repair done"],
        ],
  };
}

/** Opens each view and calls `visit` with its name. Expects an agent who is Not Ready and a hub without conversations. */
export async function visitViews(
  testbed: Testbed,
  agent: AgentPage,
  visit: (view: string) => Promise<void>,
): Promise<void> {
  const { page, words } = agent;
  const script = words === de ? GERMAN : ENGLISH;
  const [carla, deniz, elif, maryam] = ["Carla Mendes", "Deniz Aydın", "Elif Şahin", "مريم حداد"].map((name) =>
    testbed.customer(name),
  ) as [Customer, Customer, Customer, Customer];

  await agent.is(words.notReady);
  await visit("not-ready");
  await agent.status.click();
  await see(page.getByRole("menu"));
  await visit("status-menu");
  await page.keyboard.press("Escape");
  await gone(page.getByRole("menu"));
  await agent.becomes(words.ready);
  await visit("ready");

  // Carla: several messages, delivery states and a failed message.
  await carla.writes(script.carla[0]);
  await agent.accepts(carla.name);
  await agent.writes(carla.name, script.anna[0]);
  await agent.tickBecomes(script.anna[0], script.delivered);
  await carla.reads();
  await carla.writes(script.carla[1]);
  await carla.writes("🚲🔔");
  await agent.reads("🚲🔔");
  await agent.writes(carla.name, script.anna[1]);
  await agent.tickBecomes(script.anna[1], script.delivered);
  await carla.nextDeliveryFails(131026);
  await agent.writes(carla.name, script.anna[2]);
  await see(agent.notice(script.undelivered));
  await agent.writes(carla.name, script.anna[3]);
  await agent.tickBecomes(script.anna[3], script.delivered);
  await carla.reactsTo(script.anna[0], "❤️");
  await carla.repliesTo(script.anna[3], script.carla[2]);
  await agent.reads(script.carla[2]);
  await carla.sends({
    type: "image",
    image: { id: "1", mime_type: "image/jpeg", sha256: "x", caption: script.caption },
  });
  await see(agent.log.getByText(script.caption));

  // Deniz: ended, not done. Elif: delivered late, window closed. Maryam: writes from right to left.
  await deniz.writes(script.deniz);
  await agent.accepts(deniz.name);
  await agent.writes(deniz.name, script.anna[4]);
  await agent.tickBecomes(script.anna[4], script.delivered);
  await agent.button(words.end).click();
  await see(agent.button(words.done));
  await visit("ended");
  await elif.wrote(script.elif, Date.now() - 25 * 3_600_000);
  await agent.accepts(elif.name);
  await agent.reads(script.elif);
  await visit("window-closed");
  await maryam.writes("هل الدراجة رقم 42 جاهزة؟ شكرا!");
  await agent.rings(maryam.name);
  await agent.opens(carla.name);
  await agent.composer(carla.name).fill(script.draft);
  await visit("workspace");

  for (const tab of ["contact", "conversation", "notifications", "history"] as const) {
    await agent.turnsTo(tab);
    if (tab === "conversation") await see(agent.panel.getByRole("log").getByRole("article").last());
    await visit(`tab-${tab}`);
  }
  await agent.turnsTo("case");
  await agent.turnsToContact(carla.name);
  await agent.turnsTo("contact");
  await see(agent.button(words.unsubscribe));
  await visit("communication");
  await agent.button(words.newContact).click();
  await see(page.getByRole("dialog"));
  await visit("new-contact");
  await page.keyboard.press("Escape");
  await gone(page.getByRole("dialog"));
  await agent.show("conversations");
  for (const one of [carla, deniz, elif]) await see(agent.entry(one.name));
  await visit("conversations");
  await agent.show("search");
  await visit("search-empty");
  await page.getByRole("searchbox", { name: words.searchField }).fill(script.search);
  await see(page.locator("mark").first());
  await visit("search");
  await page.getByRole("searchbox", { name: words.searchField }).fill("xyzzy");
  await see(page.getByText("xyzzy").last());
  await see(page.getByText(script.nothing));
  await visit("search-nothing");
  await agent.show("settings");
  await visit("settings");
  await agent.button(words.shortcuts).click();
  await see(page.getByRole("dialog"));
  await visit("shortcuts");
  await page.keyboard.press("Escape");
  await gone(page.getByRole("dialog"));
  await agent.show("workspace");

  await testbed.hub.stop();
  await see(agent.strip.getByText(script.offline));
  await agent.opens(carla.name);
  await agent.composer(carla.name).fill(script.draft);
  await agent.composer(carla.name).press("Enter");
  await agent.tickBecomes(script.draft, words.waits);
  await visit("offline");
  for (const tab of ["contact", "conversation", "notifications", "history"] as const) {
    await agent.turnsTo(tab);
    await visit(`offline-${tab}`);
  }
  await agent.turnsTo("case");
  await agent.show("communication");
  await visit("offline-communication");
  await agent.show("workspace");
  await testbed.hub.start();
  await gone(agent.strip);
}

type Customer = ReturnType<Testbed["customer"]>;

const ENGLISH = {
  carla: [
    "Good morning! I brought my bicycle in on Friday, the green one with the basket. Is it ready?",
    "Oh, and could you look at the rear light? It flickers.",
    "Perfect, I come at five.",
  ],
  deniz: "Do you open on Sunday?",
  elif: "Is there anybody who can help me with a flat tyre?",
  anna: [
    "Good morning Carla! Let me look … yes, it is ready. New brake pads, and the gears run smoothly again.",
    "Of course. It was a loose cable; we have fixed it, no charge.",
    "Here is the bill: 48.50",
    "You can pick it up until six today.",
    "Not on Sunday, but on Monday from nine.",
  ],
  caption: "This is how it looked before",
  draft: "Shall we keep it for you until tomorrow?",
  delivered: "Delivered",
  undelivered: "A message was not delivered",
  search: "read",
  nothing: "No message on this desktop contains",
  offline: "No connection to the hub.",
} as const;

const GERMAN = {
  carla: [
    "Guten Morgen! Ich habe am Freitag mein Rad gebracht, das grüne mit dem Korb. Ist es fertig?",
    "Ach, und könnten Sie nach dem Rücklicht sehen? Es flackert.",
    "Wunderbar, ich komme um fünf.",
  ],
  deniz: "Haben Sie am Sonntag geöffnet?",
  elif: "Kann mir jemand bei einem Platten helfen?",
  anna: [
    "Guten Morgen! Ich sehe nach … ja, es ist fertig. Neue Bremsbeläge, und die Schaltung läuft wieder rund.",
    "Gern. Ein Kabel war lose; wir haben es befestigt, ohne Aufpreis.",
    "Hier die Rechnung: 48,50 €",
    "Sie können es heute bis sechs abholen.",
    "Am Sonntag nicht, aber am Montag ab neun.",
  ],
  caption: "So sah es vorher aus",
  draft: "Sollen wir es bis morgen aufheben?",
  delivered: "Zugestellt",
  undelivered: "Eine Nachricht wurde nicht zugestellt",
  search: "fert",
  nothing: "Keine Nachricht auf diesem Rechner enthält",
  offline: "Keine Verbindung zum Hub.",
} as const;
