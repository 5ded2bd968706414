/** German: messages, system lines and delivery states. */
import type { transcript as english } from "../en/transcript";

export const transcript: typeof english = {
  transcript: {
    label: (contact) => `Verlauf mit ${contact}`,
    today: "Heute",
    yesterday: "Gestern",
    unread: "Neu",
    newBelow: (count) =>
      count === 0 ? "Zur neuesten Nachricht" : count === 1 ? "1 neue Nachricht" : `${count} neue Nachrichten`,
    toBottom: "Zur neuesten Nachricht",
    older: "Ältere Nachrichten werden geladen …",
    begin: "Hier beginnt Ihr Verlauf.",
    late: "Spät angekommen",
    lateHint: (time) => `Geschrieben um ${time}, später angekommen`,
    you: "Sie",
    elsewhere: "Vom Telefon gesendet",
    from: (author, time) => `${author}, ${time}`,
    announce: (contact, words) => `${contact}: ${words}`,
  },
  placeholder: {
    image: "ein Bild",
    video: "ein Video",
    audio: "eine Audionachricht",
    voice: "eine Sprachnachricht",
    document: "ein Dokument",
    sticker: "einen Sticker",
    location: "einen Standort",
    contacts: "eine Kontaktkarte",
    reaction: "eine Reaktion",
    order: "eine Bestellung",
    interactive: "eine Antwort auf eine Auswahlliste",
    button: "eine Antwort auf eine Schaltfläche",
    unsupported: "eine Nachricht, die der Kanal nicht übermittelt",
  },
  placeholderOther: (what) => `eine Nachricht der Art „${what}“`,
  placeholderLine: (what) => `Hat ${what} gesendet. Deskbell kann das noch nicht zeigen.`,
  unknownContent: "Für diese Nachricht ist eine neuere Version von Deskbell nötig.",
  delivery: {
    queued: "Wartet auf diesem Rechner auf die Verbindung",
    held: "Zurückgehalten: das Zeitfenster ist geschlossen",
    send_when_open: "Wartet, bis der Kontakt geschrieben hat",
    refused: "Abgelehnt",
    stored: "Beim Hub gespeichert",
    posting: "Wird dem Anbieter übergeben",
    accepted: "Vom Anbieter angenommen",
    sent: "Gesendet",
    delivered: "Zugestellt",
    read: "Gelesen",
    played: "Abgespielt",
    unknown: "Unbekannt, ob sie zugestellt wurde",
    failed: "Nicht zugestellt",
  },
  deliverySince: (state: string, time: string) => `${state} ${time}`,
  unknownDelivery:
    "Beim Senden brach die Verbindung ab. Die Nachricht wurde vielleicht zugestellt: Fragen Sie den Kontakt, bevor Sie sie noch einmal schreiben.",
  outgoing: {
    retry: "Noch einmal versuchen",
    discard: "Verwerfen",
    held: "Das Zeitfenster schloss sich, bevor dies gesendet werden konnte. Es wurde nicht gesendet.",
    refused: "Der Hub hat diese Nachricht abgelehnt. Sie wurde nicht gesendet.",
    queued: "Wird gesendet, sobald die Verbindung wieder besteht.",
  },
  remedy: {
    write_again: "Neu schreiben",
    send_again: "Erneut senden",
    send_notification: "Vorlage senden",
    wait_for_contact: "Warten Sie, bis der Kontakt schreibt.",
    confirm_address: "Klären Sie die Nummer mit dem Kontakt auf anderem Weg.",
    tell_administrator: "Sagen Sie Ihrer Administration Bescheid.",
    nothing: "",
  },
  notice: {
    taken: (name) => `${name} hat das Gespräch angenommen`,
    takenYou: "Sie haben das Gespräch angenommen",
    endedBy: {
      agent: (name) => (name ? `${name} hat den Vorgang beendet` : "Der Vorgang wurde beendet"),
      contact: (name) => `${name ?? "Der Kontakt"} hat den Vorgang beendet`,
      idle: () => "Nach langer Stille beendet",
      system: () => "Der Hub hat den Vorgang beendet",
    },
    endedYou: "Sie haben den Vorgang beendet",
    resumed: "Der Vorgang wurde fortgesetzt",
    requeued: "Zurück in der Warteschlange",
    addressChanged: (from, to) =>
      to === null
        ? "Der Kanal hat diesem Kontakt eine neue Kennung gegeben. Das Gespräch geht weiter."
        : from === null
          ? `Der Kontakt ist jetzt unter ${to} zu erreichen. Das Gespräch geht weiter.`
          : `Der Kontakt hat die Nummer von ${from} zu ${to} geändert. Das Gespräch geht weiter.`,
    takenBack: "Der Kontakt hat eine Nachricht bei sich gelöscht",
    undelivered: "Eine Nachricht wurde nicht zugestellt",
    showMessage: "Nachricht zeigen",
    unknown: "Für dieses Ereignis ist eine neuere Version von Deskbell nötig",
  },
  quote: {
    someone: "Jemand",
    unseen: "Eine Nachricht, die nicht auf diesem Rechner ist",
    label: (author, words) => `Antwort auf ${author}: ${words}`,
    show: (author, words) => `Antwort auf ${author}: ${words}. Diese Nachricht zeigen`,
    hint: "Diese Nachricht zeigen",
  },
  reaction: {
    label: "Reaktionen",
    by: (name, emoji) => (name === null ? `Sie haben mit ${emoji} reagiert` : `${name} hat mit ${emoji} reagiert`),
  },
};
