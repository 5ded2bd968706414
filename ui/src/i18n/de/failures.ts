/** German: why a message was not delivered, by reason. The English texts are those of the hub and of its channels. */
import { hub } from "./failures/hub";
import { sms } from "./failures/sms";
import { whatsapp } from "./failures/whatsapp";

export const failures: Record<string, string> = { ...hub, ...whatsapp, ...sms };
