/** Changing a contact: what differs, what somebody else changed meanwhile, and what is to become of it. Pure. */
import type { Contact } from "../bindings/Contact";
import type { ContactEdit } from "../bindings/ContactEdit";
import type { ContactField } from "../bindings/ContactField";

/** One row of the form. */
export interface Row {
  /** What the agent saw; null for a row they added. */
  readonly was: string | null;
  readonly value: string;
}

export interface AttributeRow extends Row {
  readonly key: string;
}

/** A contact as it stands in the form. */
export interface ContactForm {
  readonly name: string;
  readonly attributes: readonly AttributeRow[];
  readonly phones: readonly Row[];
  readonly emails: readonly Row[];
}

export function formOf(contact: Contact): ContactForm {
  const rows = (values: readonly string[]): Row[] => values.map((value) => ({ was: value, value }));
  return {
    name: contact.name,
    attributes: contact.attributes.map(({ key, value }) => ({ key, was: value, value })),
    phones: rows(contact.phones),
    emails: rows(contact.emails),
  };
}

/** What the form changes of what the agent saw. */
export function editsOf(seen: Contact, form: ContactForm): ContactEdit[] {
  const edits: ContactEdit[] = [];
  const add = (field: ContactField, was: string | null, value: string): void => {
    const becomes = value.trim() === "" ? null : value.trim();
    if (was !== becomes) edits.push({ field, was, becomes });
  };
  // A name is given back to the channel when nothing is left of it.
  if (form.name.trim() !== seen.name && (form.name.trim() !== "" || seen.named))
    add({ field: "name" }, seen.name, form.name);
  for (const { key, was, value } of form.attributes) {
    if (key.trim() !== "") add({ field: "attribute", key: key.trim() }, was, value);
  }
  for (const { was, value } of form.phones) add({ field: "phone" }, was, value);
  for (const { was, value } of form.emails) add({ field: "email" }, was, value);
  return edits;
}

/** The name that two attributes of the form have, if there is one. */
export function nameOfTwo(form: ContactForm): string | null {
  const keys = form.attributes.filter(({ value }) => value.trim() !== "").map(({ key }) => key.trim());
  return keys.find((key, at) => key !== "" && keys.indexOf(key) < at) ?? null;
}

/** A field that somebody else changed while it was being edited. */
export interface Conflict {
  readonly edit: ContactEdit;
  /** What it is now; null if it is gone. */
  readonly theirs: string | null;
}

/** Which of the edits no longer meet what the agent saw. */
export function conflictsOf(edits: readonly ContactEdit[], now: Contact): Conflict[] {
  return edits.flatMap((edit) => {
    const theirs = valueNow(edit, now);
    if (theirs === edit.becomes || theirs === edit.was) return [];
    return [{ edit, theirs }];
  });
}

function valueNow(edit: ContactEdit, now: Contact): string | null {
  const { field } = edit;
  switch (field.field) {
    case "name":
      return now.name;
    case "attribute":
      return now.attributes.find((one) => one.key === field.key)?.value ?? null;
    case "phone":
      return listed(now.phones, edit);
    case "email":
      return listed(now.emails, edit);
    case "unknown":
      return null;
  }
}

/** Of a list, an entry is what it was, what it is to become, or gone. */
function listed(values: readonly string[], { was, becomes }: ContactEdit): string | null {
  if (was !== null && values.includes(was)) return was;
  if (becomes !== null && values.includes(becomes)) return becomes;
  return null;
}

/** The edits that are left once each conflict is decided; `mine` holds those that the agent insists on. */
export function decided(edits: readonly ContactEdit[], now: Contact, mine: ReadonlySet<ContactEdit>): ContactEdit[] {
  const disputed = new Map(conflictsOf(edits, now).map((conflict) => [conflict.edit, conflict]));
  return edits.flatMap((edit) => {
    const conflict = disputed.get(edit);
    if (!conflict) return valueNow(edit, now) === edit.becomes ? [] : [edit];
    return mine.has(edit) && conflict.theirs !== edit.becomes ? [{ ...edit, was: conflict.theirs }] : [];
  });
}
