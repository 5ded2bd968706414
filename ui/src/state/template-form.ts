/** Finding and filling in notifications. Pure. */
import type { Contact } from "../bindings/Contact";
import type { Template } from "../bindings/Template";
import { fold } from "./dispositions";

/** The templates that contain all the words, of a category and a language if one is given; those that can be sent first. */
export function choose(
  templates: readonly Template[],
  { words, category, language }: { words: string; category: string | null; language: string | null },
): Template[] {
  const wanted = fold(words)
    .split(/\s+/u)
    .filter((word) => word !== "");
  return templates
    .filter(
      (one) => (category === null || one.category === category) && (language === null || one.language === language),
    )
    .filter((one) => {
      const text = fold(
        [one.name.replaceAll("_", " "), one.name, one.header ?? "", one.body, one.footer ?? ""].join(" "),
      );
      return wanted.every((word) => text.includes(word));
    })
    .sort(
      (one, other) =>
        Number(one.unsendable !== null) - Number(other.unsendable !== null) ||
        (one.name < other.name ? -1 : Number(one.name > other.name)),
    );
}

/** What is known of a contact, by the names that variables may have. */
export function prefill(template: Template, contact: Contact | null): string[] {
  return template.variables.map(({ name }) => (contact === null ? "" : (known(contact, name) ?? "")));
}

const NAMES = new Set([
  "name",
  "full_name",
  "fullname",
  "customer",
  "customer_name",
  "contact_name",
  "client_name",
  "kunde",
  "kundenname",
]);
const FIRST_NAMES = new Set(["first_name", "firstname", "vorname"]);

function known(contact: Contact, variable: string): string | undefined {
  const key = plain(variable);
  const attribute = contact.attributes.find((one) => plain(one.key) === key);
  if (attribute) return attribute.value;
  if (NAMES.has(key)) return contact.name;
  if (FIRST_NAMES.has(key)) return contact.name.split(/\s+/u)[0];
  if (key === "phone" || key === "telefon") return contact.phones[0];
  return key === "email" || key === "mail" ? contact.emails[0] : undefined;
}

function plain(name: string): string {
  return fold(name).replace(/[\s.-]+/gu, "_");
}

/** A piece of a template: words, or a variable by its place in the list. */
export type Piece = { readonly text: string } | { readonly variable: number };

/** A template's line in pieces. `place` is where it stands; the same name in both places is two variables. */
export function pieces(template: Template, text: string, place: "header" | "body"): Piece[] {
  const result: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(/\{\{\s*([^{}]+?)\s*\}\}/gu)) {
    const variable = template.variables.findIndex((one) => one.place === place && one.name === match[1]);
    if (variable < 0) continue;
    if (match.index > at) result.push({ text: text.slice(at, match.index) });
    result.push({ variable });
    at = match.index + match[0].length;
  }
  if (at < text.length) result.push({ text: text.slice(at) });
  return result;
}

/** How a line reads with these values; an empty one stays as the template names it. */
export function filled(template: Template, text: string, place: "header" | "body", values: readonly string[]): string {
  return pieces(template, text, place)
    .map((piece) =>
      "text" in piece
        ? piece.text
        : values[piece.variable]?.trim() || `{{${template.variables[piece.variable]?.name ?? ""}}}`,
    )
    .join("");
}

/** How the whole notification reads. */
export function reads(template: Template, values: readonly string[]): string {
  const header = template.header === null ? null : filled(template, template.header, "header", values);
  return [header, filled(template, template.body, "body", values), template.footer]
    .filter((line) => line !== null)
    .join("\n");
}

/** What was filled into a template to read so; null where the words are not the template's any more. */
export function valuesIn(
  template: Template,
  sent: { readonly header: string | null; readonly body: string },
): string[] | null {
  const values = template.variables.map(() => "");
  for (const place of ["header", "body"] as const) {
    const parts = pieces(template, template[place] ?? "", place);
    const line = sent[place] ?? "";
    let at = 0;
    /** The variable whose value begins there. */
    let open: number | null = null;
    for (const piece of parts) {
      if ("variable" in piece) {
        // One right behind another: what is there is the later one's.
        if (open !== null) values[open] = "";
        open = piece.variable;
        continue;
      }
      const { text } = piece;
      const ends = piece === parts.at(-1);
      const next = open === null ? at : ends ? line.length - text.length : line.indexOf(text, at);
      if (next < at || !line.startsWith(text, next)) return null;
      if (open !== null) values[open] = line.slice(at, next);
      open = null;
      at = next + text.length;
    }
    if (open !== null) values[open] = line.slice(at);
    else if (at !== line.length) return null;
  }
  return values;
}

/** The longest value, in characters, as the provider takes it. */
export const LONGEST_VALUE = 1024;

/** What is wrong with a value; null if nothing is. */
export function faultOf(value: string): "empty" | "lines" | "long" | null {
  if (value.trim() === "") return "empty";
  if (/[\n\r\t]/u.test(value)) return "lines";
  return Array.from(value).length > LONGEST_VALUE ? "long" : null;
}
