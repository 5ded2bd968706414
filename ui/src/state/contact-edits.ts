/** Edits of a contact: what a form changes, conflicts with changes by others, and their resolution. Pure. */
import type { Contact } from "../bindings/Contact";
import type { ContactEdit } from "../bindings/ContactEdit";
import type { ContactField } from "../bindings/ContactField";

/** One value in the form. */
export interface FormValue {
  /** The value when the form was opened; null for one that the agent added. */
  readonly was: string | null;
  readonly value: string;
}

export interface FormAttribute extends FormValue {
  readonly key: string;
}

/** A contact as the form holds it. */
export interface ContactForm {
  readonly name: string;
  readonly attributes: readonly FormAttribute[];
  readonly phones: readonly FormValue[];
  readonly emails: readonly FormValue[];
}

/** The form for a contact. */
export function formOf(contact: Contact): ContactForm {
  const rows = (values: readonly string[]): FormValue[] => values.map((value) => ({ was: value, value }));
  return {
    name: contact.name,
    attributes: contact.attributes.map(({ key, value }) => ({ key, was: value, value })),
    phones: rows(contact.phones),
    emails: rows(contact.emails),
  };
}

/** What the form changes of the contact that it was opened with. */
export function editsOf(original: Contact, form: ContactForm): ContactEdit[] {
  const edits: ContactEdit[] = [];
  const add = (field: ContactField, was: string | null, value: string): void => {
    const becomes = value.trim() === "" ? null : value.trim();
    if (was !== becomes) edits.push({ field, was, becomes });
  };
  // Without a name the contact gets the channel's name again.
  if (form.name.trim() !== original.name && (form.name.trim() !== "" || original.named))
    add({ field: "name" }, original.name, form.name);
  for (const { key, was, value } of form.attributes) {
    if (key.trim() !== "") add({ field: "attribute", key: key.trim() }, was, value);
  }
  for (const { was, value } of form.phones) add({ field: "phone" }, was, value);
  for (const { was, value } of form.emails) add({ field: "email" }, was, value);
  return edits;
}

/** A name that two attributes of the form have; null if there is none. */
export function findDuplicateAttribute(form: ContactForm): string | null {
  const keys = form.attributes.filter(({ value }) => value.trim() !== "").map(({ key }) => key.trim());
  return keys.find((key, at) => key !== "" && keys.indexOf(key) < at) ?? null;
}

/** An edit of a field that was changed by somebody else since the form was opened. */
export interface Conflict {
  readonly edit: ContactEdit;
  /** The current value; null if it was removed. */
  readonly theirs: string | null;
}

/** The edits that conflict with the current contact. */
export function findConflicts(edits: readonly ContactEdit[], now: Contact): Conflict[] {
  return edits.flatMap((edit) => {
    const theirs = currentValue(edit, now);
    if (theirs === edit.becomes || theirs === edit.was) return [];
    return [{ edit, theirs }];
  });
}

function currentValue(edit: ContactEdit, now: Contact): string | null {
  const { field } = edit;
  switch (field.field) {
    case "name":
      return now.name;
    case "attribute":
      return now.attributes.find((one) => one.key === field.key)?.value ?? null;
    case "phone":
      return currentEntry(now.phones, edit);
    case "email":
      return currentEntry(now.emails, edit);
    case "unknown":
      return null;
  }
}

/** The entry of a list that an edit is about: unchanged, changed in the same way, or removed. */
function currentEntry(values: readonly string[], { was, becomes }: ContactEdit): string | null {
  if (was !== null && values.includes(was)) return was;
  if (becomes !== null && values.includes(becomes)) return becomes;
  return null;
}

/** The edits that remain after the conflicts were resolved; of the conflicting ones those in `mine`. */
export function resolveConflicts(
  edits: readonly ContactEdit[],
  now: Contact,
  mine: ReadonlySet<ContactEdit>,
): ContactEdit[] {
  const conflicts = new Map(findConflicts(edits, now).map((conflict) => [conflict.edit, conflict]));
  return edits.flatMap((edit) => {
    const conflict = conflicts.get(edit);
    if (!conflict) return currentValue(edit, now) === edit.becomes ? [] : [edit];
    return mine.has(edit) && conflict.theirs !== edit.becomes ? [{ ...edit, was: conflict.theirs }] : [];
  });
}
