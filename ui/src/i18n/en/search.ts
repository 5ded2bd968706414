/** The English words for the search. */
export const search = {
  search: {
    label: "Search",
    field: "Search all messages",
    placeholder: "Words from any message",
    failed: "The search could not be carried out. Change the words to try again.",
    hint: "Finds messages that contain all the words, also without a connection. The last word may be unfinished.",
    none: (words: string) => `No message on this desktop contains “${words}”.`,
    searching: "Searching …",
    results: (count: number, more: boolean) =>
      more ? `The newest ${count} messages` : count === 1 ? "1 message" : `${count} messages`,
    more: "Show more",
    clear: "Clear the search",
    notLoaded: "This message is no longer on this desktop.",
  },
};
