/** The German words for signing in and out. */
import type { signIn as english } from "../en/signIn";

export const signIn: typeof english = {
  signIn: {
    title: "Anmelden",
    intro: "Wählen Sie, wo Sie arbeiten, oder geben Sie die Adresse Ihres Hubs ein.",
    remembered: "Auf diesem Rechner",
    other: "Anderer Hub",
    address: "Adresse des Hubs",
    addressHint: "Ihre Administration kennt sie, zum Beispiel desk.example.org.",
    name: "Name",
    password: "Passwort",
    show: "Passwort zeigen",
    hide: "Passwort verbergen",
    go: "Anmelden",
    going: "Anmeldung läuft …",
    back: "Zurück",
    here: "Hier sind Sie",
    signedIn: "Angemeldet",
    needsPassword: "Braucht das Passwort",
    waiting: (count) => (count === 1 ? "1 Nachricht wartet" : `${count} Nachrichten warten`),
    asAt: (agent, hub) => `${agent} bei ${hub}`,
    forget: (agent, hub) => `${agent} bei ${hub} vergessen`,
    practice: "Mit simulierten Kunden üben",
    practiceHint: "Nichts erreicht einen echten Menschen.",
    toHub: "Bei einem Hub anmelden",
    again: (agent, hub) => `${agent} ist bei ${hub} nicht mehr angemeldet.`,
    againHint: "Was Sie geschrieben haben, bleibt. Mit dem Passwort geht es weiter.",
    otherHub: "An dieser Adresse antwortet ein anderer Hub.",
    otherHubHint:
      "Von ihm wurde nichts gelesen und ihm nichts gesendet. Ihre Arbeit wartet hier, bis Ihr Hub zurück ist.",
    asNew: "Dort neu anmelden",
    clock: (time) =>
      `Die Uhr des Hubs weicht um ${time} von der dieses Rechners ab. Fenster und Zeiten gehen nach der Uhr des Hubs.`,
    signOut: "Abmelden",
    signOutTitle: "Abmelden?",
    signOutText:
      "Ihre Verläufe bleiben auf diesem Rechner und erscheinen wieder, wenn Sie sich mit Ihrem Passwort anmelden.",
    forgetTitle: "Diesen Hub vergessen?",
    forgetText: (agent, hub) =>
      `Alles, was dieser Rechner von ${agent} bei ${hub} aufhebt, wird entfernt: Verläufe, Entwürfe und der Schlüssel. Der Hub behält, was er hat.`,
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
      unreachable: "An dieser Adresse antwortet niemand. Prüfen Sie die Adresse und Ihr Netz.",
      untrusted:
        "An dieser Adresse antwortet etwas, aber sein Zertifikat ist nicht gültig. Ihr Passwort wurde nicht gesendet.",
      not_a_hub: "An dieser Adresse antwortet etwas, aber es ist kein Hub.",
      incompatible: "Dieses Deskbell und der Hub passen nicht zusammen. Eines von beiden muss aktualisiert werden.",
      other_hub: "An dieser Adresse antwortet ein anderer Hub. Ihr Passwort wurde nicht gesendet.",
      wrong_password: "Name oder Passwort ist falsch.",
      too_many_tries: "Zu viele Versuche.",
      busy: "Der Hub lässt gerade niemanden ein. Versuchen Sie es gleich noch einmal.",
      password_needed: "Hier braucht es das Passwort.",
    },
    tryIn: (time) => `Nächster Versuch in ${time}.`,
    stranded: "Das wurde nicht gesendet, weil Sie keinen Zugang mehr zu dem Gespräch haben:",
    copy: "Text kopieren",
    discard: "Verwerfen",
  },
};
