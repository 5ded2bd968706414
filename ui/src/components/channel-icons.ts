/** The icon of each channel: our own drawing, not the provider's logo. A new channel needs an entry here. */
import {
  AtSign,
  CircleQuestionMark,
  Globe,
  MessageCircle,
  MessageSquareText,
  MessagesSquare,
  Phone,
} from "@lucide/svelte";

import type { Channel } from "../bindings/Channel";

export interface ChannelIconDefinition {
  readonly icon: typeof Globe;
  /** A small icon inside of the first one. */
  readonly inner: typeof Globe | null;
  /** Whether it has the green of phone calls; else the neutral colour. */
  readonly green: boolean;
}

export const CHANNEL_ICONS: Readonly<Record<Channel, ChannelIconDefinition>> = {
  whatsapp: { icon: MessageCircle, inner: Phone, green: true },
  messenger: { icon: MessagesSquare, inner: null, green: false },
  sms: { icon: MessageSquareText, inner: null, green: false },
  web_chat: { icon: Globe, inner: null, green: false },
  x: { icon: AtSign, inner: null, green: false },
  unknown: { icon: CircleQuestionMark, inner: null, green: false },
};
