/** The emoji that one needs when writing to customers, with the names they are found by. Pure. */
import type { Language } from "../../bindings/Language";
import { fold } from "../../state/dispositions";

export type EmojiGroup = "faces" | "hands" | "hearts" | "things" | "nature" | "signs";

export interface Emoji {
  readonly sign: string;
  readonly names: Readonly<Record<Language, string>>;
}

/** One line each: the sign, its English names, its German names. */
const LINES: Readonly<Record<EmojiGroup, string>> = {
  faces: `
😀|grinning|grinsend, lachen
😄|laughing happy|lachend, fröhlich
😁|beaming|strahlend
😆|laughing hard|herzhaft lachen
😅|sweat smile relieved|schwitzend lächeln, noch mal gut gegangen
😂|tears of joy|Freudentränen
🤣|rolling on the floor|vor Lachen am Boden
😊|smiling blush|lächelnd, errötet
🙂|slight smile|leicht lächelnd
😉|wink|zwinkern
😍|heart eyes|Herzaugen, verliebt
😘|kiss|Kuss
😋|yummy|lecker
😎|sunglasses cool|Sonnenbrille, cool
🤩|star eyes excited|Sternenaugen, begeistert
🥳|party face|Partygesicht, feiern
🤗|hug|Umarmung
🤔|thinking|nachdenken
🤨|raised eyebrow doubt|hochgezogene Braue, Zweifel
😐|neutral|neutral
🙄|rolling eyes|Augen rollen
😏|smirk|verschmitzt
😬|grimace awkward|Grimasse, peinlich
😌|relieved|erleichtert
😔|pensive sad|bedrückt, traurig
😴|sleeping|schlafen
🤒|ill thermometer|krank, Fieber
😷|mask|Maske
🥺|pleading please|bittend
😢|crying|weinen
😭|sobbing|schluchzen
😱|scream shock|Schrei, Schreck
😳|flushed embarrassed|verlegen
😞|disappointed|enttäuscht
😕|confused|verwirrt
😟|worried|besorgt
😡|angry|wütend
🤯|mind blown|Kopf explodiert
🙃|upside down|kopfüber`,
  hands: `
👍|thumbs up yes good|Daumen hoch, gut, ja
👎|thumbs down no bad|Daumen runter, schlecht, nein
👏|clapping applause|klatschen, Beifall
🙏|thank you please folded hands|danke, bitte, gefaltete Hände
🤝|handshake deal|Handschlag, abgemacht
👋|waving hello bye|winken, hallo, tschüss
👌|ok perfect|okay, perfekt
✌️|victory peace|Sieg, Frieden
🤞|fingers crossed luck|Daumen drücken, Glück
💪|strong muscle|stark, Muskel
🙌|hooray raised hands|hurra, Hände hoch
👉|pointing right|nach rechts zeigen
👇|pointing down|nach unten zeigen
☝️|pointing up|nach oben zeigen
✍️|writing|schreiben
👀|eyes looking|Augen, schauen
🤷|shrug|Schulterzucken
🙋|raising hand question|melden, Frage
🤦|facepalm|an den Kopf fassen
👨‍💻|person at computer|Mensch am Computer
👨‍🔧|mechanic|Mechaniker
👪|family|Familie
👶|baby|Baby`,
  hearts: `
❤️|red heart love|rotes Herz, Liebe
🧡|orange heart|oranges Herz
💛|yellow heart|gelbes Herz
💚|green heart|grünes Herz
💙|blue heart|blaues Herz
💜|purple heart|lila Herz
🖤|black heart|schwarzes Herz
💔|broken heart|gebrochenes Herz
💐|bouquet flowers|Blumenstrauß
🎉|party celebration|Party, Feier, Konfetti
🎂|birthday cake|Geburtstagstorte
🎁|present gift|Geschenk
🎈|balloon|Luftballon
🥂|cheers glasses|anstoßen, Sekt
🏆|trophy|Pokal
⭐|star|Stern
✨|sparkles|Funkeln, Glitzer
🔥|fire hot|Feuer, heiß
🎄|christmas tree|Weihnachtsbaum
💯|hundred percent|hundert Prozent`,
  things: `
📦|parcel package|Paket
🚚|delivery truck|Lieferwagen
🚲|bicycle|Fahrrad
🚗|car|Auto
✈️|plane flight|Flugzeug, Flug
🏠|house home|Haus, Zuhause
🏪|shop store|Laden, Geschäft
📞|phone call|Telefon, Anruf
📱|mobile phone|Handy
💻|laptop computer|Laptop, Computer
🖨️|printer|Drucker
📷|camera photo|Kamera, Foto
✉️|letter envelope|Brief, Umschlag
📧|mail|Mail, E-Mail
📎|paper clip attachment|Büroklammer, Anhang
📄|document page|Dokument, Seite
🧾|receipt bill|Beleg, Rechnung
💳|credit card payment|Kreditkarte, Zahlung
💶|euro money|Euro, Geld
🔑|key|Schlüssel
🔒|lock|Schloss
🔧|wrench repair|Schraubenschlüssel, Reparatur
🔔|bell|Glocke, Klingel
🔍|search magnifier|Suche, Lupe
💡|idea light bulb|Idee, Glühbirne
📅|calendar date|Kalender, Termin
⏰|alarm clock|Wecker
⏳|hourglass waiting|Sanduhr, warten
🛒|shopping cart|Einkaufswagen
👕|shirt|T-Shirt
👟|shoe|Schuh
🪑|chair furniture|Stuhl, Möbel`,
  nature: `
☀️|sun|Sonne
🌤️|sun and cloud|Sonne und Wolke
🌧️|rain|Regen
❄️|snow|Schnee
🌈|rainbow|Regenbogen
🌍|earth world|Erde, Welt
🌳|tree|Baum
🌹|rose|Rose
🌻|sunflower|Sonnenblume
🍀|four-leaf clover luck|Kleeblatt, Glück
🐶|dog|Hund
🐱|cat|Katze
🐝|bee|Biene
🍎|apple|Apfel
🍕|pizza|Pizza
🍰|cake|Kuchen
☕|coffee|Kaffee
🍺|beer|Bier`,
  signs: `
✅|done check|erledigt, Haken
✔️|check mark|Häkchen
❌|no cross wrong|nein, Kreuz, falsch
❗|exclamation important|Ausrufezeichen, wichtig
❓|question|Frage, Fragezeichen
⚠️|warning|Warnung, Achtung
🚫|forbidden|verboten
ℹ️|information|Information
➡️|arrow right|Pfeil nach rechts
⬅️|arrow left|Pfeil nach links
⬆️|arrow up|Pfeil nach oben
⬇️|arrow down|Pfeil nach unten
🔄|again reload|noch einmal, neu laden
🆗|ok|okay
🆕|new|neu
🔴|red circle|roter Kreis
🟡|yellow circle|gelber Kreis
🟢|green circle|grüner Kreis`,
};

/** All of them, by group. */
export const EMOJI: readonly { readonly group: EmojiGroup; readonly all: readonly Emoji[] }[] = (
  Object.entries(LINES) as [EmojiGroup, string][]
).map(([group, lines]) => ({
  group,
  all: lines
    .trim()
    .split("\n")
    .map((line) => {
      const [sign = "", en = "", de = ""] = line.split("|");
      return { sign, names: { en, de } };
    }),
}));

/** Those whose names contain all the words, in either language. Groups without any are left out. */
export function findEmoji(words: string): typeof EMOJI {
  const wanted = fold(words)
    .split(/\s+/u)
    .filter((word) => word !== "");
  if (wanted.length === 0) return EMOJI;
  const fits = ({ names }: Emoji): boolean => {
    const text = fold(`${names.en} ${names.de}`);
    return wanted.every((word) => text.includes(word));
  };
  return EMOJI.map(({ group, all }) => ({ group, all: all.filter(fits) })).filter(({ all }) => all.length > 0);
}
