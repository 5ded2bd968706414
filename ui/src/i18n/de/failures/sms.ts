/** German: failures that the SMS channel reports, by code. The remedy follows each text and is not part of it. */
import { connectionFailures } from "./connection";
import { codeFailures, type CodeText, NOT_SENT } from "./texts";

/** Codes of the provider with their text. */
const CODES: readonly CodeText[] = [
  [[20003], `SMS ist nicht verbunden. ${NOT_SENT}`],
  [[20404], `Das SMS-Konto ist nicht richtig eingerichtet. ${NOT_SENT}`],
  [[20429], `Zu viele Nachrichten in kurzer Zeit. ${NOT_SENT} Versuchen Sie es gleich noch einmal.`],
  [[21201, 21211], `Diese Telefonnummer ist nicht gültig. ${NOT_SENT}`],
  [[21408], `SMS in dieses Land sind für dieses Konto abgeschaltet. ${NOT_SENT}`],
  [[21603, 21604, 21606], `Die Absendernummer ist nicht für SMS eingerichtet. ${NOT_SENT}`],
  [[21608], `Das ist ein Testkonto: Nur bestätigte Nummern können angeschrieben werden. ${NOT_SENT}`],
  [
    [21610],
    `Der Kontakt hat Textnachrichten abbestellt (STOP). ${NOT_SENT} Sie können wieder schreiben, sobald er START gesendet hat.`,
  ],
  [[21612, 21614, 21635], `Diese Nummer kann keine SMS empfangen. ${NOT_SENT}`],
  [[21617], `Diese Nachricht ist zu lang für SMS. ${NOT_SENT} Kürzen Sie sie.`],
  [
    [30001],
    `Beim SMS-Anbieter warten zu viele Nachrichten. ${NOT_SENT} Versuchen Sie es in einigen Minuten noch einmal.`,
  ],
  [[30002], `Das SMS-Konto ist gesperrt. ${NOT_SENT}`],
  [
    [30003],
    "Nicht zugestellt: Das Telefon ist aus oder nicht erreichbar. Senden Sie die Nachricht später noch einmal.",
  ],
  [[30004], "Nicht zugestellt: Der Kontakt oder sein Netz blockiert diese Nummer."],
  [[30005], "Nicht zugestellt: Diese Nummer ist unbekannt oder nicht mehr in Betrieb."],
  [[30006], "Nicht zugestellt: Diese Nummer kann keine SMS empfangen."],
  [
    [30007],
    "Nicht zugestellt: Das Netz hält diese Nachricht für Spam. Ändern Sie den Text oder seine Links; passiert es noch einmal, sagen Sie Ihrer Administration Bescheid.",
  ],
  [[30008], "Nicht zugestellt: Das Netz nennt keinen Grund. Senden Sie die Nachricht noch einmal."],
  [[30034], `Die Absendernummer ist nicht für Nachrichten in die USA registriert. ${NOT_SENT}`],
  [[53660, 57012], `Der SMS-Anbieter nimmt die Antworten dieses Hubs nicht an. ${NOT_SENT}`],
];

export const sms: Record<string, string> = {
  ...connectionFailures("sms", "Der SMS-Anbieter", "dem SMS-Anbieter"),
  "sms.opted_out":
    "Der Kontakt hat Textnachrichten abbestellt (STOP). Sie können wieder schreiben, sobald er START gesendet hat.",
  "sms.no_templates": `Über SMS können keine Vorlagen gesendet werden. ${NOT_SENT}`,
  ...codeFailures("sms", CODES),
};
