/** German: the lists of offers and conversations. */
import type { list as english } from "../en/list";

export const list: typeof english = {
  list: {
    label: "Meine Vorgänge",
    offers: "Es klingelt",
    active: "Aktiv",
    ended: "Beendet, nicht erledigt",
    unread: (count) => (count === 1 ? "1 ungelesene Nachricht" : `${count} ungelesene Nachrichten`),
    draft: "Entwurf:",
    waiting: (time) => `wartet seit ${time}`,
    closes: (time) => `Zeitfenster schließt in ${time}`,
    closed: "Zeitfenster geschlossen",
    empty: "Gerade ist nichts zu tun.",
    emptyReady: "Sie sind bereit. Das nächste Angebot klingelt hier.",
    emptyOffline: "Ohne Verbindung kommen keine Angebote. Ihre Gespräche sind trotzdem da.",
    emptyNotReady: "Sie sind nicht bereit, deshalb kommen keine Angebote.",
    emptyMissed: "Sie haben mehrere Angebote verpasst, deshalb sind Sie jetzt nicht bereit.",
    goReady: (channel) => `${channel} auf „Bereit“ stellen`,
    practiceFirst: (channel) => `Stellen Sie ${channel} auf „Bereit“, und Ihr erster Übungskunde schreibt Ihnen.`,
    noMessage: "Noch keine Nachricht",
  },
  offer: {
    title: (contact, channel) => `${contact} über ${channel}`,
    region: "Angebote",
    accept: "Annehmen",
    decline: "Ablehnen",
    acceptOf: (contact) => `${contact} annehmen`,
    declineOf: (contact) => `${contact} ablehnen`,
    left: (time) => `noch ${time}`,
    queue: (name) => `Warteschlange ${name}`,
    announce: (contact, channel, words, keys) =>
      `Neues Angebot: ${contact} über ${channel}. „${words}“. ${keys} nimmt an.`,
    over: "Die Zeit ist um",
    offline: "Ohne Verbindung lassen sich Angebote nicht beantworten.",
  },
  conversations: {
    label: "Gespräche",
    empty: "Noch keine Gespräche auf diesem Rechner.",
    emptyHint: "Die Gespräche, mit denen Sie arbeiten, werden hier gespeichert und sind auch ohne Verbindung lesbar.",
    loading: "Gespräche werden geladen …",
    failed:
      "Die Gespräche konnten nicht geladen werden. Sie sind noch auf diesem Rechner. Versuchen Sie es noch einmal.",
  },
};
