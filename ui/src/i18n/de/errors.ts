/** The German words for what did not work. */
import type { errors as english } from "../en/errors";
import { failures } from "./failures";

export const errors: typeof english = {
  errors: {
    incompatible:
      "Dieses Deskbell und der Hub passen nicht zusammen. Ihre Administration muss eines von beiden aktualisieren.",
    unauthorized: "Der Hub erkennt Ihre Anmeldung nicht an. Melden Sie sich neu an.",
    other_hub: "An dieser Adresse antwortet ein anderer Hub. Nichts wurde gelesen und nichts gesendet.",
    forbidden: "Das dürfen Sie hier nicht. Es wurde nichts geändert.",
    not_found: "Das gibt es nicht mehr. Es wurde nichts geändert.",
    malformed: "Das konnte nicht verarbeitet werden. Es wurde nichts geändert.",
    too_large: "Das ist zu lang. Es wurde nicht gesendet.",
    rate_limited: "Das war zu schnell hintereinander. Versuchen Sie es gleich noch einmal.",
    offer_gone: "Dieses Angebot gibt es nicht mehr: Jemand anders war schneller, oder die Zeit war um.",
    window_closed: "Das 24-Stunden-Fenster ist geschlossen. Es wurde nichts gesendet.",
    disposition_missing: "Wählen Sie zuerst ein Ergebnis. Der Vorgang ist noch nicht erledigt.",
    held_by_colleague: "Jemand aus dem Team bearbeitet dieses Gespräch. Es wurde nichts geändert.",
    stale: "Jemand hat das inzwischen geändert. Sehen Sie noch einmal hin und entscheiden Sie Feld für Feld.",
    draft_stale: "Seit Sie das geschrieben haben, hat jemand aus dem Team etwas gesagt. Es wurde nicht gesendet.",
    number_invalid:
      "Diese Telefonnummer kann es nicht geben. Schreiben Sie sie mit Landesvorwahl, etwa +49 171 5550142.",
    number_ours: "Das ist eine unserer eigenen Nummern.",
    number_taken: "Diese Nummer gehört auf diesem Konto schon zu einem anderen Kontakt.",
    template_gone: "WhatsApp genehmigt diese Vorlage nicht mehr. Sie wurde nicht gesendet.",
    unavailable: "Das geht gerade nicht. Es wurde nichts geändert; versuchen Sie es gleich noch einmal.",
    offline: "Dafür fehlt die Verbindung zum Hub. Es wurde nichts geändert; versuchen Sie es, wenn sie wieder steht.",
    unanswered:
      "Die Verbindung brach ab, bevor der Hub geantwortet hat. Vielleicht ist es geschehen: Sehen Sie nach, bevor Sie es wiederholen.",
    internal: "In Deskbell ist etwas schiefgegangen. Es wurde nichts geändert; versuchen Sie es noch einmal.",
  },
  failures,
  unnamedFailure: (code) => `Nicht zugestellt. WhatsApp meldet den Code ${code}; mehr steht im Protokoll des Hubs.`,
};
