/** The views that the first paint does not need. Loaded as one chunk by `load-lazy.svelte.ts`. */
export { default as ContactList } from "./communication/ContactList.svelte";
export { default as ContactThread } from "./communication/ContactThread.svelte";
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
