/** English: the composer. */
export const composer = {
  composer: {
    label: (contact: string) => `Message to ${contact}`,
    placeholder: "Write a message",
    placeholderReopens: "Write to resume the ended interaction",
    placeholderBegins: "Write to start a new interaction",
    send: "Send",
    hint: "Enter sends, Shift+Enter starts a new line",
    hintCtrl: "Ctrl+Enter sends, Enter starts a new line",
    notStoredAsDraft: "Too long to be saved as a draft. It is lost when Deskbell closes; shorten it.",
    left: (count: number) => (count === 1 ? "1 character left" : `${count} characters left`),
    tooLong: (over: number, written: string, channel: string, max: string) =>
      `${over === 1 ? "1 character" : `${written} characters`} too long: ${channel} allows ${max} at most.`,
    segments: (count: string, max: string, channel: string) => `${count} of ${max} ${channel}`,
    tooManySegments: (count: string, max: string, channel: string) =>
      `${count} ${channel}: one message may have at most ${max}.`,
    choice: {
      label: "Too long for one message. How should it be sent?",
      tooMuch: "This is too long to send. Shorten it.",
      split: (count: number) => `Send as ${count} messages`,
      shorten: "Shorten it",
    },
    windowClosed: (hours: string, time: string) =>
      `The ${hours}-hour window closed ${time}. You can write again once the contact has written.`,
    neverWrote: "This contact has never written here, so no free text may be sent.",
    optedOut: "This contact has opted out of messages here. You can write again once the contact has written.",
    heldBy: (name: string) => `${name} is handling this conversation. You can read it.`,
    waitsInQueue: "This conversation is waiting in the queue. The agent who accepts it can write.",
    reopens: "This interaction has ended. Sending a message reopens it.",
    begins: "Nobody is handling this conversation. Sending a message starts a new interaction with you.",
    offline: "No connection: messages are queued here and sent when it is back.",
    notStored: "The message was not stored or sent. Its text is back in the composer.",
    copied: "The text is in the composer.",
  },
  emoji: {
    open: "Emoji",
    label: "Choose an emoji",
    search: "Search emoji",
    none: (words: string) => `No emoji matches “${words}”.`,
    groups: {
      faces: "Faces",
      hands: "Hands and people",
      hearts: "Hearts and celebrations",
      things: "Things",
      nature: "Nature, food and weather",
      signs: "Symbols",
    },
  },
};
