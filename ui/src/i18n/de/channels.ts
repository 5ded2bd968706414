/** German: the names of the channels. */
import type { channels as english } from "../en/channels";

export const channels: typeof english = {
  channel: {
    whatsapp: "WhatsApp",
    messenger: "Messenger",
    sms: "SMS",
    web_chat: "Web-Chat",
    x: "X",
    unknown: "Unbekannter Kanal",
  },
};
