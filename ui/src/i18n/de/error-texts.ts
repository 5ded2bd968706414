/** German: the hub's and the engine's errors, by code. */
import type { ErrorCode } from "../../bindings/ErrorCode";

export const errorTexts: Record<ErrorCode, string> = {
  incompatible:
    "Diese Version von Deskbell passt nicht zum Hub. Ihre Administration muss eines von beiden aktualisieren.",
  unauthorized: "Der Hub hat Ihre Sitzung abgelehnt. Melden Sie sich neu an.",
  other_hub: "An dieser Adresse antwortet ein anderer Hub. Nichts wurde gelesen und nichts gesendet.",
  forbidden: "Das dürfen Sie hier nicht. Es wurde nichts geändert.",
  not_found: "Das gibt es nicht mehr. Es wurde nichts geändert.",
  malformed: "Das konnte nicht verarbeitet werden. Es wurde nichts geändert.",
  too_large: "Das ist zu lang. Es wurde nicht gesendet; kürzen Sie den Text.",
  rate_limited: "Zu viele Anfragen in kurzer Zeit. Versuchen Sie es in einer Minute noch einmal.",
  offer_gone: "Dieses Angebot gibt es nicht mehr: Jemand anders war schneller, oder die Zeit war um.",
  window_closed:
    "Das Zeitfenster für freien Text ist geschlossen. Es wurde nichts gesendet; senden Sie eine Vorlage, oder warten Sie, bis der Kontakt schreibt.",
  disposition_missing: "Wählen Sie zuerst ein Ergebnis. Der Vorgang ist noch nicht erledigt.",
  held_by_colleague: "Jemand aus dem Team bearbeitet dieses Gespräch. Es wurde nichts geändert.",
  stale: "Jemand anders hat das inzwischen geändert. Prüfen Sie die Änderungen und entscheiden Sie Feld für Feld.",
  draft_stale: "Seit Sie das geschrieben haben, hat jemand aus dem Team geantwortet. Es wurde nicht gesendet.",
  number_invalid: "Das ist keine gültige Telefonnummer. Schreiben Sie sie mit Landesvorwahl, etwa +49 171 5550142.",
  number_ours: "Das ist eine unserer eigenen Nummern.",
  number_taken: "Diese Nummer gehört auf diesem Konto schon zu einem anderen Kontakt.",
  template_gone: "Diese Vorlage ist nicht mehr genehmigt. Sie wurde nicht gesendet.",
  unavailable: "Das geht gerade nicht. Es wurde nichts geändert; versuchen Sie es gleich noch einmal.",
  offline: "Dafür fehlt die Verbindung zum Hub. Es wurde nichts geändert; versuchen Sie es, wenn sie wieder steht.",
  unanswered:
    "Die Verbindung brach ab, bevor der Hub geantwortet hat. Vielleicht ist es geschehen: Sehen Sie nach, bevor Sie es wiederholen.",
  internal: "In Deskbell ist etwas schiefgegangen. Es wurde nichts geändert; versuchen Sie es noch einmal.",
};
