/** The German words for the composer. */
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
    notKept: "Zu lang für einen Entwurf: Kürzen Sie, sonst ist es weg, wenn Deskbell schließt.",
    left: (count) => (count === 1 ? "Noch 1 Zeichen" : `Noch ${count} Zeichen`),
    tooLong: (_over, written) => `${written} Zeichen zu lang: WhatsApp nimmt höchstens 4.096.`,
    choice: {
      label: "Zu lang für eine Nachricht. Was soll damit geschehen?",
      tooMuch: "Das ist zu viel zum Senden. Kürzen Sie es.",
      split: (count) => `Als ${count} Nachrichten senden`,
      shorten: "Kürzen",
    },
    windowClosed: (time) =>
      `Das 24-Stunden-Fenster schloss sich ${time}. Sie können wieder schreiben, sobald der Kontakt geschrieben hat.`,
    neverWrote: "Dieser Kontakt hat hier noch nie geschrieben; freier Text darf nicht gesendet werden.",
    heldBy: (name) => `${name} bearbeitet dieses Gespräch. Sie können mitlesen.`,
    waitsInQueue: "Dieses Gespräch wartet in der Warteschlange. Wer es annimmt, kann schreiben.",
    reopens: "Dieser Vorgang ist beendet. Wenn Sie etwas senden, geht er weiter.",
    begins: "Niemand bearbeitet dieses Gespräch. Wenn Sie etwas senden, beginnt ein neuer Vorgang bei Ihnen.",
    offline: "Keine Verbindung: Was Sie senden, wartet hier und geht von selbst hinaus.",
    notStored: "Das wurde nicht gespeichert und also nicht gesendet. Es steht wieder im Feld.",
    copied: "Der Text steht im Nachrichtenfeld.",
  },
  emoji: {
    open: "Emoji",
    label: "Ein Emoji wählen",
    search: "Emoji suchen",
    none: (words) => `Kein Emoji heißt „${words}“.`,
    groups: {
      faces: "Gesichter",
      hands: "Hände und Menschen",
      hearts: "Herzen und Feste",
      things: "Dinge",
      nature: "Natur, Essen und Wetter",
      signs: "Zeichen",
    },
  },
};
