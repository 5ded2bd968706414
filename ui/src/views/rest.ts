/** What no first picture shows: every view behind a conversation, a choice or a key. Read in as one, by `arriving`. */
export { default as PeopleList } from "./communication/PeopleList.svelte";
export { default as Talk } from "./communication/Talk.svelte";
export { default as Composer } from "./composer/Composer.svelte";
export { default as Sheets } from "./contact/Sheets.svelte";
export { default as ConversationList } from "./conversations/ConversationList.svelte";
export { default as Header } from "./interaction/Header.svelte";
export { default as Transcript } from "./interaction/Transcript.svelte";
export { default as UndoEnd } from "./interaction/UndoEnd.svelte";
export { default as SidePanel } from "./panel/SidePanel.svelte";
export { default as SearchView } from "./search/SearchView.svelte";
export { default as SettingsView } from "./settings/SettingsView.svelte";
export { default as QuitDialog } from "./shell/QuitDialog.svelte";
export { default as ShortcutSheet } from "./shell/ShortcutSheet.svelte";
export { default as SignInView } from "./signin/SignInView.svelte";
