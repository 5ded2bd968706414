/** German: failures that the WhatsApp channel reports, by code. The remedy follows each text and is not part of it. */
import { connectionFailures } from "./connection";
import { codeFailures, codeRange, NOT_SENT, NOTHING_SENT, type CodeText } from "./texts";

/** Codes of the provider with their text. */
const CODES: readonly CodeText[] = [
  [[0, 190], `WhatsApp ist nicht verbunden: Der Zugang ist abgelaufen. ${NOT_SENT}`],
  [[1, 2, 131000, 131016, 133004], `WhatsApp hat eine Störung. ${NOT_SENT}`],
  [[3, 10, 131005, ...codeRange(200, 299)], `Von dieser Nummer darf nicht gesendet werden. ${NOT_SENT}`],
  [
    [4, 80007],
    `WhatsApp begrenzt gerade unsere Anfragen. ${NOT_SENT} Versuchen Sie es in einigen Minuten noch einmal.`,
  ],
  [[33, 100], `Die Absendernummer ist nicht richtig eingerichtet. ${NOT_SENT}`],
  [[368, 131031], `WhatsApp hat dieses Geschäftskonto eingeschränkt. ${NOT_SENT}`],
  [[130403], `Dieser Kontakt ist von Ihrer Organisation gesperrt. ${NOT_SENT}`],
  [[130429], `WhatsApp ist überlastet. ${NOT_SENT} Versuchen Sie es gleich noch einmal.`],
  [[130472], "WhatsApp hat diese Werbenachricht nicht zugestellt. Senden Sie sie nicht noch einmal."],
  [[130497], `Nachrichten in dieses Land sind für dieses Konto nicht erlaubt. ${NOT_SENT}`],
  [
    [131008, 131009, 135000],
    `Diese Nachricht konnte nicht zusammengestellt werden. ${NOT_SENT} Einzelheiten stehen im Protokoll des Hubs.`,
  ],
  [[131021], `Das ist Ihre eigene Geschäftsnummer. ${NOT_SENT}`],
  [[131026], "Nicht zugestellt. Die Nummer hat vielleicht kein WhatsApp oder kann diese Nachricht nicht empfangen."],
  [[131030], `Das ist eine Testnummer: Nur eingetragene Empfänger können angeschrieben werden. ${NOT_SENT}`],
  [[131037], `Der Anzeigename der Firma ist noch nicht genehmigt. ${NOT_SENT}`],
  [[131042], `Die WhatsApp-Abrechnung hat ein Problem. ${NOT_SENT}`],
  [[131045, 133010], `Die Absendernummer ist nicht registriert. ${NOT_SENT}`],
  [
    [131047],
    "Nicht zugestellt: Der Kontakt hat seit mehr als 24 Stunden nicht geschrieben. Senden Sie eine Vorlage; frei schreiben können Sie wieder, sobald der Kontakt geschrieben hat.",
  ],
  [[131048], `WhatsApp begrenzt diese Nummer wegen Beschwerden. ${NOT_SENT}`],
  [
    [131049],
    "WhatsApp hat diese Werbenachricht zurückgehalten. Senden Sie sie in den nächsten 24 Stunden nicht noch einmal.",
  ],
  [[131050], "Der Kontakt hat Werbenachrichten abbestellt. Antworten auf eigene Fragen sind weiter möglich."],
  [[131051], "Diese Art von Nachricht unterstützt WhatsApp nicht. Sie wurde nicht zugestellt."],
  [[131052], "Der Anhang konnte nicht geholt werden. Bitten Sie den Kontakt, ihn noch einmal zu senden."],
  [[131053], `Diese Datei kann nicht gesendet werden: Art oder Größe sind nicht erlaubt. ${NOTHING_SENT}`],
  [[131055, 131063, 131064], `Diese Vorlage kann über diese Verbindung nicht gesendet werden. ${NOTHING_SENT}`],
  [
    [131056],
    `Zu viele Nachrichten an diesen Kontakt in kurzer Zeit. ${NOT_SENT} Versuchen Sie es in einigen Minuten noch einmal.`,
  ],
  [[131057], `Die Absendernummer wird gerade umgestellt. ${NOT_SENT} Versuchen Sie es in einigen Minuten noch einmal.`],
  [[131060], "Eine Nachricht ist zurzeit nicht verfügbar."],
  [[131062], `Diese Vorlage braucht die Telefonnummer des Kontakts. ${NOTHING_SENT}`],
  [
    [132000],
    `In dieser Vorlage fehlt ein Feld, oder es sind zu viele. ${NOTHING_SENT} Füllen Sie sie noch einmal aus.`,
  ],
  [[132001], `Diese Vorlage gibt es in dieser Sprache nicht mehr. ${NOTHING_SENT} Wählen Sie eine andere.`],
  [[132005], `Der ausgefüllte Text ist zu lang. ${NOTHING_SENT} Kürzen Sie ihn.`],
  [[132007], `Diese Vorlage verstößt gegen die Regeln von WhatsApp. ${NOTHING_SENT}`],
  [
    [132012],
    `In einem Feld dieser Vorlage steht etwas von der falschen Art, zum Beispiel Text statt eines Bildes. ${NOTHING_SENT} Füllen Sie sie noch einmal aus.`,
  ],
  [[132015], `Diese Vorlage ist wegen schlechter Rückmeldungen angehalten. ${NOTHING_SENT} Wählen Sie eine andere.`],
  [[132016], `Diese Vorlage ist wegen schlechter Rückmeldungen abgeschaltet. ${NOTHING_SENT} Wählen Sie eine andere.`],
  [
    [132018],
    `In einem Feld dieser Vorlage steht etwas, das nicht erlaubt ist, zum Beispiel ein Zeilenumbruch. ${NOTHING_SENT} Füllen Sie sie noch einmal aus.`,
  ],
  [[132068, 132069], `Das Formular in dieser Vorlage ist von WhatsApp gesperrt oder gebremst. ${NOTHING_SENT}`],
  [[134011], `Die Bedingungen für Zahlungen sind noch nicht angenommen. ${NOTHING_SENT}`],
];

export const whatsapp: Record<string, string> = {
  ...connectionFailures("whatsapp", "WhatsApp", "WhatsApp"),
  ...codeFailures("whatsapp", CODES),
};
