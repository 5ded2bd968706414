/** German: signing in and out. */
import type { signIn as english } from "../en/signIn";

export const signIn: typeof english = {
  signIn: {
    title: "Anmelden",
    intro: "Wählen Sie, wo Sie arbeiten, oder geben Sie die Adresse Ihres Hubs ein.",
    remembered: "Auf diesem Rechner",
    other: "Anderer Hub",
    address: "Adresse des Hubs",
    addressHint: "Fragen Sie Ihre Administration. Sie sieht aus wie desk.example.org.",
    name: "Name",
    password: "Passwort",
    show: "Passwort zeigen",
    hide: "Passwort verbergen",
    go: "Anmelden",
    going: "Anmeldung läuft …",
    back: "Zurück",
    here: "Gerade geöffnet",
    signedIn: "Angemeldet",
    needsPassword: "Passwort erforderlich",
    waiting: (count) => (count === 1 ? "1 Nachricht wartet" : `${count} Nachrichten warten`),
    asAt: (agent, hub) => `${agent} bei ${hub}`,
    forget: (agent, hub) => `${agent} bei ${hub} vergessen`,
    practice: "Mit simulierten Kunden üben",
    practiceHint: "Nichts erreicht einen echten Menschen.",
    toHub: "Bei einem Hub anmelden",
    again: (agent, hub) => `${agent} ist bei ${hub} nicht mehr angemeldet.`,
    againHint: "Ihre Nachrichten und Entwürfe sind gespeichert. Geben Sie das Passwort ein, um fortzufahren.",
    otherHub: "An dieser Adresse antwortet ein anderer Hub.",
    otherHubHint:
      "Von ihm wurde nichts gelesen und ihm nichts gesendet. Ihre Nachrichten warten hier, bis Ihr Hub wieder da ist.",
    asNew: "Dort neu anmelden",
    clock: (time) =>
      `Die Uhr des Hubs weicht um ${time} von der dieses Rechners ab. Zeitfenster und Zeiten richten sich nach der Uhr des Hubs.`,
    signOut: "Abmelden",
    signOutTitle: "Abmelden?",
    signOutText: "Ihre Verläufe bleiben auf diesem Rechner und erscheinen wieder, wenn Sie sich anmelden.",
    forgetTitle: "Diesen Hub vergessen?",
    forgetText: (agent, hub) =>
      `Alles, was dieser Rechner von ${agent} bei ${hub} gespeichert hat, wird entfernt: Verläufe, Entwürfe und der Schlüssel. Auf dem Hub wird nichts entfernt.`,
    forgetIt: "Vergessen",
    unsent: (count) =>
      count === 1 ? "1 Nachricht hat den Hub nicht erreicht." : `${count} Nachrichten haben den Hub nicht erreicht.`,
    active: (count) => (count === 1 ? "1 Vorgang ist noch aktiv." : `${count} Vorgänge sind noch aktiv.`),
    unsaved: (count) =>
      count === 1
        ? "1 Notiz ist nicht gespeichert und ginge verloren."
        : `${count} Notizen sind nicht gespeichert und gingen verloren.`,
    cancel: "Abbrechen",
    refused: {
      not_an_address: "Das ist keine Adresse eines Hubs. Sie sieht aus wie desk.example.org.",
      not_secure: "Diese Adresse beginnt mit http://, Ihr Passwort wäre unterwegs lesbar. Verwenden Sie https://.",
      unreachable: "Diese Adresse antwortet nicht. Prüfen Sie die Adresse und Ihr Netz.",
      untrusted: "Der Server an dieser Adresse hat kein gültiges Zertifikat. Ihr Passwort wurde nicht gesendet.",
      not_a_hub: "Der Server an dieser Adresse ist kein Hub.",
      incompatible: "Diese Version von Deskbell passt nicht zum Hub. Eines von beiden muss aktualisiert werden.",
      other_hub: "An dieser Adresse antwortet ein anderer Hub. Ihr Passwort wurde nicht gesendet.",
      wrong_password: "Name oder Passwort ist falsch.",
      too_many_tries: "Zu viele Versuche.",
      busy: "Der Hub nimmt gerade keine Anmeldungen an. Versuchen Sie es gleich noch einmal.",
      password_needed: "Das Passwort ist erforderlich.",
    },
    tryIn: (time) => `Nächster Versuch in ${time}.`,
    orphaned: "Diese Nachricht wurde nicht gesendet, weil Sie keinen Zugang mehr zu dem Gespräch haben:",
    copy: "Text kopieren",
    discard: "Verwerfen",
  },
};
