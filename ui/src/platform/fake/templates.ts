/** The notifications of the scripted engine. */
import type { Template } from "../../bindings/Template";

const template = (name: string, category: string, body: string, some: Partial<Template> = {}): Template => ({
  account: "account-1",
  name,
  language: "en_US",
  category,
  header: null,
  body,
  footer: null,
  buttons: [],
  variables: [],
  unsendable: null,
  ...some,
});

const body = (name: string, example: string): Template["variables"][number] => ({ place: "body", name, example });

export const TEMPLATES: readonly Template[] = [
  template("delivery_date", "UTILITY", "Hello {{first_name}}, your order {{order}} comes on {{date}}.", {
    header: "Your delivery",
    footer: "Oak & Sons, Valencia",
    buttons: ["That suits me", "Another day, please"],
    variables: [body("first_name", "Ana"), body("order", "20 118"), body("date", "Thursday")],
  }),
  template("delivery_date", "UTILITY", "Hola {{first_name}}, su pedido {{order}} llega el {{date}}.", {
    language: "es",
    footer: "Oak & Sons, Valencia",
    variables: [body("first_name", "Ana"), body("order", "20 118"), body("date", "jueves")],
  }),
  template("appointment_reminder", "UTILITY", "We expect you on {{1}} at {{2}}.", {
    variables: [body("1", "Monday"), body("2", "10:00")],
  }),
  template(
    "answer_waiting",
    "UTILITY",
    "Hello {{name}}, we have an answer to your question. Write to us, and we go on.",
    { variables: [body("name", "Ana Silva")] },
  ),
  template("spring_catalogue", "MARKETING", "Our spring catalogue is here, {{1}}!", {
    variables: [body("1", "Ana")],
    unsendable: "media_header",
  }),
  template("track_parcel", "UTILITY", "Your parcel is on its way.", {
    buttons: ["Track"],
    unsendable: "button_variable",
  }),
  template("shop_opens", "MARKETING", "Our new shop opens on Saturday. We look forward to seeing you!", {
    footer: "Reply STOP to hear no more",
  }),
];
