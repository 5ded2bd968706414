/** English: messages, system lines and delivery states. */
export const transcript = {
  transcript: {
    label: (contact: string) => `Transcript with ${contact}`,
    today: "Today",
    yesterday: "Yesterday",
    unread: "New",
    newBelow: (count: number) =>
      count === 0 ? "To the newest message" : count === 1 ? "1 new message" : `${count} new messages`,
    toBottom: "Go to the newest message",
    older: "Loading older messages …",
    begin: "Your transcript starts here.",
    late: "Arrived late",
    lateHint: (time: string) => `Written at ${time}, arrived later`,
    you: "You",
    elsewhere: "Sent from the phone",
    from: (author: string, time: string) => `${author}, ${time}`,
    announce: (contact: string, words: string) => `${contact}: ${words}`,
  },
  placeholder: {
    image: "a picture",
    video: "a video",
    audio: "an audio message",
    voice: "a voice message",
    document: "a document",
    sticker: "a sticker",
    location: "a location",
    contacts: "a contact card",
    reaction: "a reaction",
    order: "an order",
    interactive: "an answer to a list of options",
    button: "an answer to a button",
    unsupported: "a message that the channel does not deliver",
  } as Record<string, string>,
  placeholderOther: (what: string) => `a message of type “${what}”`,
  placeholderLine: (what: string) => `Sent ${what}. Deskbell cannot show it yet.`,
  unknownContent: "This message needs a newer version of Deskbell.",
  delivery: {
    queued: "Waits on this desktop for the connection",
    held: "Held back: the window has closed",
    send_when_open: "Waits until the contact has written",
    refused: "Refused",
    stored: "Stored by the hub",
    posting: "Being handed to the provider",
    accepted: "Accepted by the provider",
    sent: "Sent",
    delivered: "Delivered",
    read: "Read",
    played: "Played",
    unknown: "Not known whether it was delivered",
    failed: "Not delivered",
  },
  deliverySince: (state: string, time: string) => `${state} ${time}`,
  unknownDelivery:
    "The connection broke while this was being sent. It may have been delivered: ask the contact before you write it again.",
  outgoing: {
    retry: "Try again",
    discard: "Discard",
    held: "The messaging window closed before this could be sent. It was not sent.",
    refused: "The hub rejected this message. It was not sent.",
    queued: "Sent as soon as the connection is back.",
  },
  remedy: {
    write_again: "Write again",
    send_again: "Send again",
    send_notification: "Send a Notification",
    wait_for_contact: "Wait until the contact writes.",
    confirm_address: "Confirm the number with the contact another way.",
    tell_administrator: "Tell your administrator.",
    nothing: "",
  },
  notice: {
    taken: (name: string) => `${name} accepted this conversation`,
    takenYou: "You accepted this conversation",
    endedBy: {
      agent: (name: string | null) => (name ? `${name} ended the interaction` : "The interaction was ended"),
      contact: (name: string | null) => `${name ?? "The contact"} ended the interaction`,
      idle: (_name: string | null) => "Ended after a long silence",
      system: (_name: string | null) => "The hub ended the interaction",
    },
    endedYou: "You ended the interaction",
    resumed: "The interaction was resumed",
    requeued: "Returned to the queue",
    addressChanged: (from: string | null, to: string | null) =>
      to === null
        ? "The channel gave this contact a new id. The conversation continues."
        : from === null
          ? `The contact can now be reached at ${to}. The conversation continues.`
          : `The contact changed their number from ${from} to ${to}. The conversation continues.`,
    takenBack: "The contact deleted a message on their side",
    undelivered: "A message was not delivered",
    showMessage: "Show the message",
    unknown: "This event needs a newer version of Deskbell",
  },
  quote: {
    someone: "Someone",
    unseen: "A message that is not on this desktop",
    label: (author: string, words: string) => `In reply to ${author}: ${words}`,
    show: (author: string, words: string) => `In reply to ${author}: ${words}. Show that message`,
    hint: "Show that message",
  },
  reaction: {
    label: "Reactions",
    /** Without a name: oneself. */
    by: (name: string | null, emoji: string) =>
      name === null ? `You reacted with ${emoji}` : `${name} reacted with ${emoji}`,
  },
};
