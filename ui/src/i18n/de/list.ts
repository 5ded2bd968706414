/** The German words for the lists of offers and conversations. */
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
    yourTurnOver: "Der Kontakt ist am Zug",
    empty: "Gerade ist nichts zu tun.",
    emptyReady: "Sie sind bereit. Der nächste Kunde klingelt hier.",
    emptyOffline: "Ohne Verbindung kann niemand klingeln. Ihre Gespräche sind trotzdem da.",
    emptyNotReady: "Sie sind nicht bereit, deshalb klingelt niemand.",
    emptyMissed: "Niemand hat abgenommen, deshalb sind Sie jetzt nicht bereit.",
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
    offline: "Ohne Verbindung lässt sich das nicht beantworten.",
  },
  conversations: {
    label: "Gespräche",
    empty: "Noch keine Gespräche auf diesem Rechner.",
    emptyHint: "Die, mit denen Sie arbeiten, bleiben hier, auch ohne Verbindung.",
    loading: "Gespräche werden geholt …",
    failed:
      "Die Gespräche konnten nicht gelesen werden. Sie sind noch auf diesem Rechner. Versuchen Sie es noch einmal.",
  },
};
