/** The German words for what stands around every view. */
import type { shell as english } from "../en/shell";

export const shell: typeof english = {
  app: "Deskbell",
  rail: {
    label: "Hauptbereiche",
    workspace: "Arbeitsplatz",
    conversations: "Gespräche",
    search: "Suche",
    settings: "Einstellungen",
    shortcuts: "Tastenkürzel",
  },
  channel: {
    whatsapp: "WhatsApp",
    messenger: "Messenger",
    sms: "SMS",
    web_chat: "Web-Chat",
    x: "X",
    unknown: "Unbekannter Kanal",
  },
  status: {
    label: "Mein Status",
    of: (channel, state) => `${channel}: ${state}. Meinen Status ändern`,
    ready: "Bereit",
    not_ready: "Nicht bereit",
    signed_out: "Abgemeldet",
    reasons: {
      missed_offers: "Verpasste Angebote",
      away: "Nicht am Platz",
      break: "Pause",
      lunch: "Mittag",
      meeting: "Besprechung",
      training: "Schulung",
      paperwork: "Schreibarbeit",
      after_work: "Nacharbeit",
      other: "Sonstiges",
    },
    notReadyBecause: "Nicht bereit, weil",
    withReason: (reason) => `Nicht bereit: ${reason}`,
    load: (load, capacity) => `${load} von ${capacity} belegt`,
    since: (time) => `seit ${time}`,
    missed:
      "Sie haben mehrere Angebote verpasst und sind deshalb auf „Nicht bereit“. Stellen Sie sich auf „Bereit“, wenn Sie zurück sind.",
    offline: "Offline",
    offlineHint: (state) => `Offline, eingestellt auf ${state}`,
    unknown: "Ihr Status ist bekannt, sobald Deskbell verbunden ist.",
  },
  connection: {
    practice: "Übung",
    practiceHint: "Diese Kunden sind simuliert. Nichts erreicht einen echten Menschen.",
    connecting: "Verbindung wird aufgebaut …",
    offline: "Keine Verbindung zum Hub.",
    offlineHint: "Sie können lesen, suchen und schreiben; was Sie schreiben, wartet hier.",
    retryIn: (time) => `Nächster Versuch in ${time}.`,
    retrying: "Neuer Versuch läuft …",
    refused: "Der Hub weist diesen Rechner ab.",
    waitingForKey: "Ihre Verläufe sind verschlossen.",
    waiting: {
      locked: "Der Schlüsselbund dieses Systems ist gesperrt. Entsperren Sie ihn; nichts ist verloren.",
      slow: "Der Schlüsselbund antwortet nicht. Vielleicht wartet er darauf, entsperrt zu werden; nichts ist verloren.",
      failed: "Der Schlüsselbund hat versagt und wird wieder gefragt. Nichts ist verloren; Näheres steht im Protokoll.",
      disk_full: "Der Datenträger ist voll. Schaffen Sie Platz; es wird wieder versucht.",
      unopenable: "Der lokale Speicher lässt sich nicht öffnen; es wird wieder versucht. Näheres steht im Protokoll.",
    },
    engineDown: "Deskbell selbst antwortet nicht. Neuer Versuch …",
    engineDownHint: "Wurde es beendet, starten Sie es neu. Nichts Geschriebenes ist verloren.",
    trouble: "Deskbell kann Ihre Arbeit nicht zeigen.",
    label: "Verbindung",
    back: "Wieder verbunden",
  },
  alert: {
    dismiss: "Ausblenden",
    cacheRebuilt: (aside, saved, complete) =>
      `Die gespeicherten Verläufe waren nicht lesbar und werden neu vom Hub geholt. ${
        saved === 0
          ? ""
          : saved === 1
            ? "1 ungesendete Nachricht wurde gerettet. "
            : `${saved} ungesendete Nachrichten wurden gerettet. `
      }${complete ? "" : "Einige ungesendete Nachrichten sind vielleicht verloren. "}Die unlesbare Datei wurde aufgehoben: ${aside}`,
    keyLost: (aside) =>
      `Der Schlüssel zu den gespeicherten Verläufen ist aus dem Schlüsselbund verschwunden. Sie werden neu vom Hub geholt. Die unlesbare Datei wurde aufgehoben: ${aside}`,
    elsewhere: "Deskbell ist in einem anderen Tab offen. Dieser hier erfährt nicht, was geschieht.",
    useHere: "Hier weiterarbeiten",
    diskFull: "Der Datenträger ist voll: Was Sie jetzt schreiben, wird nicht behalten. Schaffen Sie Platz.",
    // Why, the host says in English only.
    noToasts: () =>
      `Dieser Rechner kann keine Hinweise einblenden. Behalten Sie dieses Fenster im Blick: Angebote klingeln hier.`,
  },
  quit: {
    title: "Deskbell beenden?",
    text: (active) =>
      active === 1
        ? "Ein Vorgang ist noch aktiv. Bleiben Sie weg, kommt er zurück in die Warteschlange, wenn der Kunde schreibt."
        : `${active} Vorgänge sind noch aktiv. Bleiben Sie weg, kommen sie zurück in die Warteschlange, wenn die Kunden schreiben.`,
    stay: "Bleiben",
    quit: "Beenden",
  },
  shortcuts: {
    title: "Tastenkürzel",
    close: "Schließen",
    groups: { ring: "Angebote und Status", move: "Bewegen", write: "Schreiben" },
    accept: "Das Angebot annehmen, das am längsten klingelt",
    decline: "Es ablehnen",
    ready: "Bereit oder nicht bereit",
    search: "Suche",
    next: "Nächstes Gespräch der Liste",
    previous: "Voriges Gespräch der Liste",
    panes: "Nächster Bereich",
    panesBack: "Voriger Bereich",
    close_: "Vorgang beenden; noch einmal: erledigt",
    undo: "Ein Beenden rückgängig machen",
    details: "Die Details neben dem Gespräch",
    contact: "Der Kontakt neben dem Gespräch",
    conversation: "Alles mit dem Kontakt Gesagte; darin suchen",
    notifications: "Vorlagen",
    history: "Frühere Vorgänge",
    workspace: "Arbeitsplatz",
    communication: "Kommunikation",
    hits: "Nächster oder voriger Treffer im Verlauf",
    emoji: "Ein Emoji wählen",
    sheet: "Diese Übersicht",
    send: "Senden",
    newline: "Neue Zeile",
    list: "In einer Liste bewegen",
  },
  keys: { Enter: "Eingabe", Shift: "Umschalt", Ctrl: "Strg" },
  common: { close: "Schließen", retry: "Noch einmal versuchen", emoji: "Emoji" },
};
