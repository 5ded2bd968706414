/** German: failures that the hub and the engine report themselves. */
import { errorTexts } from "../error-texts";
import { NOT_SENT } from "./texts";

export const hub: Record<string, string> = {
  // Why the hub rejected a message: the texts of its errors, except where those say that nothing was changed.
  ...Object.fromEntries(Object.entries(errorTexts).map(([code, text]) => [`hub.${code}`, text])),
  "hub.forbidden": `Das dürfen Sie hier nicht. ${NOT_SENT}`,
  "hub.not_found": `Dieses Gespräch gibt es nicht mehr. ${NOT_SENT}`,
  "hub.malformed": `Die Nachricht konnte nicht verarbeitet werden. ${NOT_SENT}`,
  "hub.held_by_colleague": `Jemand aus dem Team bearbeitet dieses Gespräch jetzt. ${NOT_SENT}`,
  "hub.no_account": `Das Konto dieses Gesprächs ist nicht mehr eingerichtet. ${NOT_SENT}`,
  "hub.no_address": "Es gibt keine Adresse, an die diese Nachricht gehen könnte. Sie wurde nicht gesendet.",
  "hub.window_closed_meanwhile":
    "Das Zeitfenster schloss sich, bevor diese Nachricht gesendet werden konnte. Sie wurde nicht gesendet. Sie können sie senden, sobald der Kontakt wieder geschrieben hat; bis dahin ist nur eine Vorlage möglich.",
  "hub.no_reason": "Der Anbieter meldet ohne Grund, dass die Nachricht nicht zugestellt wurde.",
  "deskbell.access_ended": `Sie haben keinen Zugang mehr zu diesem Gespräch. ${NOT_SENT}`,
  "deskbell.opted_out": `Dieser Kontakt hat Nachrichten an diese Adresse abbestellt. ${NOT_SENT}`,
};
