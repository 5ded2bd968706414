/** German: the composer. */
import type { composer as english } from "../en/composer";

export const composer: typeof english = {
  composer: {
    label: (contact) => `Nachricht an ${contact}`,
    placeholder: "Nachricht schreiben",
    placeholderReopens: "Schreiben nimmt den beendeten Vorgang wieder auf",
    placeholderBegins: "Schreiben beginnt einen neuen Vorgang",
    send: "Senden",
    hint: "Eingabe sendet, Umschalt+Eingabe beginnt eine neue Zeile",
    hintCtrl: "Strg+Eingabe sendet, Eingabe beginnt eine neue Zeile",
    notStoredAsDraft: "Zu lang für einen Entwurf. Der Text geht beim Schließen von Deskbell verloren; kürzen Sie ihn.",
    left: (count) => (count === 1 ? "Noch 1 Zeichen" : `Noch ${count} Zeichen`),
    tooLong: (_over, written, channel, max) => `${written} Zeichen zu lang: ${channel} erlaubt höchstens ${max}.`,
    segments: (count, max, channel) => `${count} von ${max} ${channel}`,
    tooManySegments: (count, max, channel) => `${count} ${channel}: Eine Nachricht darf höchstens ${max} haben.`,
    choice: {
      label: "Zu lang für eine Nachricht. Wie soll sie gesendet werden?",
      tooMuch: "Das ist zu lang zum Senden. Kürzen Sie den Text.",
      split: (count) => `Als ${count} Nachrichten senden`,
      shorten: "Kürzen",
    },
    windowClosed: (hours, time) =>
      `Das ${hours}-Stunden-Fenster schloss sich ${time}. Sie können wieder schreiben, sobald der Kontakt geschrieben hat.`,
    neverWrote: "Dieser Kontakt hat hier noch nie geschrieben; freier Text darf nicht gesendet werden.",
    optedOut:
      "Dieser Kontakt hat Nachrichten hier abbestellt. Sie können wieder schreiben, sobald der Kontakt geschrieben hat.",
    heldBy: (name) => `${name} bearbeitet dieses Gespräch. Sie können mitlesen.`,
    waitsInQueue: "Dieses Gespräch wartet in der Warteschlange. Wer es annimmt, kann schreiben.",
    reopens: "Dieser Vorgang ist beendet. Wenn Sie etwas senden, geht er weiter.",
    begins: "Niemand bearbeitet dieses Gespräch. Wenn Sie etwas senden, beginnt ein neuer Vorgang bei Ihnen.",
    offline: "Keine Verbindung: Nachrichten warten hier und werden gesendet, sobald sie wieder besteht.",
    notStored: "Die Nachricht wurde nicht gespeichert und nicht gesendet. Ihr Text steht wieder im Nachrichtenfeld.",
    copied: "Der Text steht im Nachrichtenfeld.",
  },
  emoji: {
    open: "Emoji",
    label: "Ein Emoji wählen",
    search: "Emoji suchen",
    none: (words) => `Kein Emoji passt zu „${words}“.`,
    groups: {
      faces: "Gesichter",
      hands: "Hände und Menschen",
      hearts: "Herzen und Feste",
      things: "Dinge",
      nature: "Natur, Essen und Wetter",
      signs: "Symbole",
    },
  },
};
