/** Every view of the workspace, one after the other, full of life. */
import type { Desk } from "./agent-page";
import { gone, see } from "./wait";
import type { HubSettings } from "./hub";
import { de, type Words } from "./words";
import type { World } from "./testbed";

/** A hub that shows facts of a case and asks for a disposition, in words of the language looked at. */
export function livelyHub(words: Words): HubSettings {
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

/** Shows each view and calls `look` with its name. Expects a desk that is Not Ready and customers who never wrote. */
export async function everyView(world: World, desk: Desk, look: (view: string) => Promise<void>): Promise<void> {
  const { page, words } = desk;
  const script = words === de ? GERMAN : ENGLISH;
  const [carla, deniz, elif, maryam] = ["Carla Mendes", "Deniz Aydın", "Elif Şahin", "مريم حداد"].map((name) =>
    world.customer(name),
  ) as [Customer, Customer, Customer, Customer];

  await desk.is(words.notReady);
  await look("not-ready");
  await desk.status.click();
  await see(page.getByRole("menu"));
  await look("status-menu");
  await page.keyboard.press("Escape");
  await gone(page.getByRole("menu"));
  await desk.becomes(words.ready);
  await look("ready");

  // Carla: a conversation with a history, ticks and a failed message.
  await carla.writes(script.carla[0]);
  await desk.accepts(carla.name);
  await desk.writes(carla.name, script.anna[0]);
  await desk.tickBecomes(script.anna[0], script.delivered);
  await carla.reads();
  await carla.writes(script.carla[1]);
  await carla.writes("🚲🔔");
  await desk.reads("🚲🔔");
  await desk.writes(carla.name, script.anna[1]);
  await desk.tickBecomes(script.anna[1], script.delivered);
  await carla.nextDeliveryFails(131026);
  await desk.writes(carla.name, script.anna[2]);
  await see(desk.notice(script.undelivered));
  await desk.writes(carla.name, script.anna[3]);
  await desk.tickBecomes(script.anna[3], script.delivered);
  await carla.reactsTo(script.anna[0], "❤️");
  await carla.repliesTo(script.anna[3], script.carla[2]);
  await desk.reads(script.carla[2]);
  await carla.sends({
    type: "image",
    image: { id: "1", mime_type: "image/jpeg", sha256: "x", caption: script.caption },
  });
  await see(desk.log.getByText(script.caption));

  // Deniz: ended, not done. Elif: late, window shut. Maryam: writes from the right to the left.
  await deniz.writes(script.deniz);
  await desk.accepts(deniz.name);
  await desk.writes(deniz.name, script.anna[4]);
  await desk.tickBecomes(script.anna[4], script.delivered);
  await desk.button(words.end).click();
  await see(desk.button(words.done));
  await look("ended");
  await elif.wrote(script.elif, Date.now() - 25 * 3_600_000);
  await desk.accepts(elif.name);
  await desk.reads(script.elif);
  await look("window-closed");
  await maryam.writes("هل الدراجة رقم 42 جاهزة؟ شكرا!");
  await desk.rings(maryam.name);
  await desk.opens(carla.name);
  await desk.composer(carla.name).fill(script.draft);
  await look("workspace");

  for (const tab of ["contact", "conversation", "notifications", "history"] as const) {
    await desk.turnsTo(tab);
    if (tab === "conversation") await see(desk.panel.getByRole("log").getByRole("article").last());
    await look(`tab-${tab}`);
  }
  await desk.turnsTo("case");
  await desk.turnsToContact(carla.name);
  await desk.turnsTo("contact");
  await see(desk.button(words.unsubscribe));
  await look("communication");
  await desk.button(words.newContact).click();
  await see(page.getByRole("dialog"));
  await look("new-contact");
  await page.keyboard.press("Escape");
  await gone(page.getByRole("dialog"));
  await desk.show("conversations");
  for (const one of [carla, deniz, elif]) await see(desk.entry(one.name));
  await look("conversations");
  await desk.show("search");
  await look("search-empty");
  await page.getByRole("searchbox", { name: words.searchField }).fill(script.search);
  await see(page.locator("mark").first());
  await look("search");
  await page.getByRole("searchbox", { name: words.searchField }).fill("xyzzy");
  await see(page.getByText("xyzzy").last());
  await see(page.getByText(script.nothing));
  await look("search-nothing");
  await desk.show("settings");
  await look("settings");
  await desk.button(words.shortcuts).click();
  await see(page.getByRole("dialog"));
  await look("shortcuts");
  await page.keyboard.press("Escape");
  await gone(page.getByRole("dialog"));
  await desk.show("workspace");

  await world.hub.stop();
  await see(desk.strip.getByText(script.offline));
  await desk.opens(carla.name);
  await desk.composer(carla.name).fill(script.draft);
  await desk.composer(carla.name).press("Enter");
  await desk.tickBecomes(script.draft, words.waits);
  await look("offline");
  for (const tab of ["contact", "conversation", "notifications", "history"] as const) {
    await desk.turnsTo(tab);
    await look(`offline-${tab}`);
  }
  await desk.turnsTo("case");
  await desk.show("communication");
  await look("offline-communication");
  await desk.show("workspace");
  await world.hub.start();
  await gone(desk.strip);
}

type Customer = ReturnType<World["customer"]>;

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
