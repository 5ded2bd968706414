/** German: the search. */
import type { search as english } from "../en/search";

export const search: typeof english = {
  search: {
    label: "Suche",
    field: "Alle Nachrichten durchsuchen",
    placeholder: "Wörter aus einer Nachricht",
    failed: "Die Suche ist fehlgeschlagen. Ändern Sie die Wörter, um es noch einmal zu versuchen.",
    hint: "Findet Nachrichten, die alle Wörter enthalten, auch ohne Verbindung. Das letzte Wort darf unvollständig sein.",
    none: (words) => `Keine Nachricht auf diesem Rechner enthält „${words}“.`,
    searching: "Suche läuft …",
    results: (count, more) =>
      more ? `Die neuesten ${count} Nachrichten` : count === 1 ? "1 Nachricht" : `${count} Nachrichten`,
    more: "Mehr zeigen",
    clear: "Suche leeren",
    notLoaded: "Diese Nachricht ist nicht mehr auf diesem Rechner.",
  },
};
