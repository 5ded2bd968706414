/** English: the names of the channels. */
import type { Channel } from "../../bindings/Channel";

export const channels = {
  channel: {
    whatsapp: "WhatsApp",
    messenger: "Messenger",
    sms: "SMS",
    web_chat: "Web chat",
    x: "X",
    unknown: "Unknown channel",
  } satisfies Record<Channel, string>,
};
