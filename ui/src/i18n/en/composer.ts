/** The English words for the composer. */
export const composer = {
  composer: {
    label: (contact: string) => `Message to ${contact}`,
    placeholder: "Write a message",
    placeholderReopens: "Write to take the ended interaction up again",
    placeholderBegins: "Write to begin a new interaction",
    send: "Send",
    hint: "Enter sends, Shift+Enter begins a new line",
    hintCtrl: "Ctrl+Enter sends, Enter begins a new line",
    notKept: "Too long to be kept as a draft: shorten it, or it is lost when Deskbell closes.",
    left: (count: number) => (count === 1 ? "1 character left" : `${count} characters left`),
    tooLong: (over: number, written: string) =>
      over === 1
        ? "1 character too long: WhatsApp takes 4,096 at most."
        : `${written} characters too long: WhatsApp takes 4,096 at most.`,
    choice: {
      label: "Too long for one message. What shall be done with it?",
      tooMuch: "This is too much to send. Shorten it.",
      split: (count: number) => `Send as ${count} messages`,
      shorten: "Shorten it",
    },
    windowClosed: (time: string) =>
      `The 24-hour window closed ${time}. You can write again once the contact has written.`,
    neverWrote: "This contact has never written here, so no free text may be sent.",
    heldBy: (name: string) => `${name} is handling this conversation. You can read along.`,
    waitsInQueue: "This conversation waits in the queue. Whoever takes it can write.",
    reopens: "This interaction has ended. Sending a message reopens it.",
    begins: "Nobody is handling this conversation. Sending a message begins a new interaction with you.",
    offline: "No connection: what you send waits here and goes out by itself.",
    notStored: "This was not stored, so it was not sent. It is back in the box.",
    copied: "The text is in the message box.",
  },
  emoji: {
    open: "Emoji",
    label: "Choose an emoji",
    search: "Search emoji",
    none: (words: string) => `No emoji is called “${words}”.`,
    groups: {
      faces: "Faces",
      hands: "Hands and people",
      hearts: "Hearts and feasts",
      things: "Things",
      nature: "Nature, food and weather",
      signs: "Signs",
    },
  },
};
