/** German: the header of a conversation. */
import type { interaction as english } from "../en/interaction";

export const interaction: typeof english = {
  interaction: {
    none: "Kein Gespräch geöffnet",
    noneHint: "Wählen Sie eines aus der Liste, oder warten Sie auf den nächsten Kunden.",
    loading: "Der Verlauf wird geladen …",
    empty: "Noch keine Nachrichten.",
    header: "Gespräch",
    end: "Beenden",
    endHint: "Diesen Vorgang beenden",
    done: "Erledigt",
    doneHint: "Diesen beendeten Vorgang abschließen",
    waiting: (time) => `Wartet ${time}`,
    waitingLabel: (contact, time) => `${contact} wartet seit ${time}`,
    window: (time) => `Zeitfenster ${time}`,
    windowLabel: (time) => `Sie können noch ${time} frei schreiben`,
    windowClosed: "Zeitfenster zu",
    noAddress: "Keine Telefonnummer mitgeteilt",
    state: {
      queued: "In der Warteschlange",
      offered: "Wird angeboten",
      active: "Aktiv",
      ended: "Beendet",
      done: "Erledigt",
    },
    heldBy: (name) => `Bei ${name}`,
    someone: "jemand aus dem Team",
  },
  undo: {
    label: "Vorgang beendet",
    ended: "Beendet.",
    undo: "Rückgängig",
    announce: (keys) => `Beendet. ${keys} macht es rückgängig.`,
  },
};
