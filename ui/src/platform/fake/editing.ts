/** How the scripted hub takes changes of a contact. */
import type { Contact } from "../../bindings/Contact";
import type { ContactEdit } from "../../bindings/ContactEdit";
import { EngineError } from "../types";

export const refuse = (
  code: "number_invalid" | "number_ours" | "number_taken" | "stale" | "not_found",
  message: string,
): EngineError => new EngineError({ code, message });

export function normal(number: string): string {
  const digits = number.replace(/[^\d+]/gu, "");
  if (!/^\+\d{8,15}$/u.test(digits))
    throw refuse(
      "number_invalid",
      "This is no phone number that can exist. Write it with the country code, such as +34 600 555 018.",
    );
  return digits;
}

export function changed(contact: Contact, { field, was, becomes }: ContactEdit): Contact {
  const stale = (): never => {
    throw refuse("stale", "Somebody changed this contact meanwhile.");
  };
  const list = (values: readonly string[]): string[] => {
    if (was !== null && !values.includes(was)) stale();
    const rest = values.filter((value) => value !== was);
    return becomes === null ? rest : [...rest, becomes];
  };
  switch (field.field) {
    case "name":
      return contact.name === was ? { ...contact, name: becomes ?? contact.name, named: becomes !== null } : stale();
    case "attribute": {
      const now = contact.attributes.find((one) => one.key === field.key)?.value ?? null;
      if (now !== was) stale();
      const rest = contact.attributes.filter((one) => one.key !== field.key);
      const attributes = becomes === null ? rest : [...rest, { key: field.key, value: becomes }];
      return { ...contact, attributes: attributes.sort((one, other) => (one.key < other.key ? -1 : 1)) };
    }
    case "phone":
      return { ...contact, phones: list(contact.phones).map((phone) => (phone === becomes ? normal(phone) : phone)) };
    case "email":
      return { ...contact, emails: list(contact.emails) };
    case "unknown":
      return contact;
  }
}
