/** German: the settings. */
import type { settings as english } from "../en/settings";

export const settings: typeof english = {
  settings: {
    label: "Einstellungen",
    appearance: "Darstellung",
    language: "Sprache",
    theme: "Farben",
    system: "Wie das System",
    light: "Hell",
    dark: "Dunkel",
    density: "Dichte",
    comfortable: "Bequem",
    compact: "Kompakt",
    zoom: "Größe",
    alerts: "Hinweise",
    sound: "Ton bei Angeboten",
    soundTry: "Abspielen",
    toastWords: "Hinweise zeigen die ersten Wörter",
    toastWordsHint: "Aus: Ein Hinweis zeigt nur den Kontakt und den Kanal.",
    about: "Über diesen Rechner",
    version: "Version",
    hub: "Hub",
    signedInAs: "Angemeldet als",
    queues: "Warteschlangen",
    role: { agent: "Agent", supervisor: "Teamleitung", admin: "Administration" },
    cache: "Verläufe gespeichert für",
    cacheDays: (days) => (days === 1 ? "1 Tag" : `${days} Tage`),
    key: "Schlüssel der Verschlüsselung",
    keyStore: "Im Schlüsselbund dieses Systems",
    keyFile:
      "In einer Datei neben den Verläufen, weil dieser Rechner keinen Schlüsselbund hat. Wer Ihre Dateien lesen kann, kann die Verläufe lesen.",
    unknown: "Noch nicht verbunden",
    quit: "Deskbell beenden",
    where: "Hub",
    address: "Adresse",
    otherHubs: "Andere Hubs …",
    start: "Start",
    atLogin: "Starten, wenn ich mich an diesem Rechner anmelde",
    keys: "Tasten",
    sends: "Nachricht senden mit",
  },
  ownKeys: {
    hint: "Wählen Sie ein Kürzel und drücken Sie die neuen Tasten. Die Änderung gilt für Sie auf diesem Rechner.",
    change: (does, keys) => `${does}: ${keys}. Ändern`,
    changeHint: "Ändern",
    press: (does) => `${does}: Drücken Sie die neuen Tasten, oder Escape, um die alten zu behalten.`,
    waits: "Neue Tasten drücken …",
    now: (does, keys) => `${does}: jetzt ${keys}.`,
    kept: (does, keys) => `${does}: weiterhin ${keys}.`,
    back: (does, keys) => `${does}: ${keys} wiederherstellen`,
    reset: "Alle Standardtasten wiederherstellen",
    allDefault: "Alle Standardtasten sind wiederhergestellt.",
    taken: (keys, does) =>
      `${keys} ist schon für „${does}“ vergeben. Wählen Sie andere Tasten, oder ändern Sie zuerst jenes Kürzel.`,
    writes: (keys) =>
      `${keys} wird zum Schreiben verwendet. Kombinieren Sie Alt oder Strg mit einem Buchstaben oder einer Ziffer, oder verwenden Sie eine Funktionstaste.`,
    reserved: (keys) =>
      `${keys} wird vom System, vom Browser oder von einem anderen Teil von Deskbell verwendet. Wählen Sie andere Tasten.`,
    unfit: (_keys) =>
      "Diese Taste kann nicht in einem Kürzel verwendet werden. Verwenden Sie einen Buchstaben, eine Ziffer, einen Pfeil oder eine Funktionstaste.",
  },
};
