/** German: failures of the connection to a provider, which every channel reports. */
import { NOT_SENT } from "./texts";

/** Texts by reason. `provider` starts a sentence; `dative` follows "zwischen diesem Hub und". */
export function connectionFailures(channel: string, provider: string, dative: string): Record<string, string> {
  return {
    [`${channel}.unexplained`]: `Nicht zugestellt. ${provider} nennt keinen Grund.`,
    [`${channel}.unreachable`]: `${provider} war nicht zu erreichen. ${NOT_SENT}`,
    [`${channel}.redirect`]: `${provider} hat die Anfrage umgeleitet. ${NOT_SENT}`,
    [`${channel}.timeout`]: `${provider} hat die Nachricht nicht rechtzeitig erhalten. Sie wurde nicht gesendet.`,
    [`${channel}.busy`]: `${provider} war überlastet. ${NOT_SENT}`,
    [`${channel}.no_access`]: `${provider} nimmt den Zugang dieses Hubs nicht mehr an. Nachrichten warten und werden gesendet, sobald der Zugang erneuert ist.`,
    [`${channel}.barred`]: `Etwas zwischen diesem Hub und ${dative} blockiert die Verbindung. Nachrichten warten und werden gesendet, sobald sie wieder besteht.`,
    [`${channel}.barred_alone`]: `Etwas zwischen diesem Hub und ${dative} blockiert diese Nachricht. ${NOT_SENT}`,
    [`${channel}.not_a_number`]: `Die Adresse dieses Kontakts ist keine Telefonnummer. ${NOT_SENT}`,
  };
}
