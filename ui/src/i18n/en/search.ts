/** English: the search. */
export const search = {
  search: {
    label: "Search",
    field: "Search all messages",
    placeholder: "Words from any message",
    failed: "The search failed. Change the words to try again.",
    hint: "Finds messages that contain all the words, also offline. The last word may be incomplete.",
    none: (words: string) => `No message on this desktop contains “${words}”.`,
    searching: "Searching …",
    results: (count: number, more: boolean) =>
      more ? `The newest ${count} messages` : count === 1 ? "1 message" : `${count} messages`,
    more: "Show more",
    clear: "Clear the search",
    notLoaded: "This message is no longer on this desktop.",
  },
};
