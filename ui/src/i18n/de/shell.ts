/** German: everything around the views. */
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
    load: (load, capacity) => `${load} von ${capacity} Vorgängen`,
    since: (time) => `seit ${time}`,
    missed:
      "Sie haben mehrere Angebote verpasst und sind deshalb auf „Nicht bereit“. Stellen Sie sich auf „Bereit“, wenn Sie zurück sind.",
    offline: "Offline",
    offlineHint: (state) => `Offline, eingestellt auf ${state}`,
    unknown: "Ihr Status wird angezeigt, sobald Deskbell verbunden ist.",
  },
  connection: {
    practice: "Übung",
    practiceHint: "Diese Kunden sind simuliert. Nichts erreicht einen echten Menschen.",
    connecting: "Verbindung wird aufgebaut …",
    offline: "Keine Verbindung zum Hub.",
    offlineHint: "Sie können lesen, suchen und schreiben. Nachrichten warten hier.",
    retryIn: (time) => `Nächster Versuch in ${time}.`,
    retrying: "Neuer Versuch läuft …",
    refused: "Der Hub hat die Sitzung abgelehnt.",
    waitingForKey: "Ihre Verläufe sind gesperrt.",
    waiting: {
      locked: "Der Schlüsselbund dieses Systems ist gesperrt. Entsperren Sie ihn; nichts ist verloren.",
      slow: "Der Schlüsselbund antwortet nicht. Vielleicht wartet er darauf, entsperrt zu werden; nichts ist verloren.",
      failed:
        "Der Schlüsselbund ist ausgefallen. Deskbell versucht es erneut; nichts ist verloren. Näheres steht im Protokoll.",
      disk_full: "Der Datenträger ist voll. Schaffen Sie Platz; Deskbell versucht es erneut.",
      unopenable:
        "Die lokale Datenbank lässt sich nicht öffnen. Deskbell versucht es erneut. Näheres steht im Protokoll.",
    },
    engineDown: "Deskbell antwortet nicht. Neuer Versuch …",
    engineDownHint: "Wurde es beendet, starten Sie es neu. Ihre Nachrichten und Entwürfe sind gespeichert.",
    syncError: "Deskbell kann Ihre Arbeit nicht laden.",
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
      }${complete ? "" : "Einige ungesendete Nachrichten sind vielleicht verloren. "}Die unlesbare Datei liegt jetzt hier: ${aside}`,
    keyLost: (aside) =>
      `Der Schlüssel der gespeicherten Verläufe fehlt im Schlüsselbund. Sie werden neu vom Hub geholt. Die unlesbare Datei liegt jetzt hier: ${aside}`,
    replaced: "Deskbell ist in einem anderen Tab offen. Diese Seite wird nicht aktualisiert.",
    useHere: "Hier weiterarbeiten",
    diskFull: "Der Datenträger ist voll. Was Sie jetzt schreiben, wird nicht gespeichert. Schaffen Sie Platz.",
    // The host gives the reason in English only.
    noToasts: () =>
      `Dieser Rechner kann keine Hinweise einblenden. Lassen Sie dieses Fenster sichtbar: Angebote klingeln nur hier.`,
  },
  quit: {
    title: "Deskbell beenden?",
    text: (active) =>
      active === 1
        ? "Ein Vorgang ist noch aktiv. Solange Sie weg sind, kommt er zurück in die Warteschlange, wenn der Kunde schreibt."
        : `${active} Vorgänge sind noch aktiv. Solange Sie weg sind, kommen sie zurück in die Warteschlange, wenn die Kunden schreiben.`,
    stay: "Bleiben",
    quit: "Beenden",
  },
  shortcuts: {
    title: "Tastenkürzel",
    close: "Schließen",
    groups: { ring: "Angebote und Status", move: "Navigation", write: "Schreiben" },
    accept: "Nächstes Angebot annehmen",
    decline: "Nächstes Angebot ablehnen",
    ready: "Zwischen „Bereit“ und „Nicht bereit“ wechseln",
    search: "Suche",
    next: "Nächstes Gespräch",
    previous: "Voriges Gespräch",
    panes: "Nächster Bereich",
    panesBack: "Voriger Bereich",
    close_: "Vorgang beenden; noch einmal drücken: erledigen",
    undo: "Beenden rückgängig machen",
    details: "Details",
    contact: "Kontakt",
    conversation: "Alle Nachrichten mit dem Kontakt und ihre Suche",
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
