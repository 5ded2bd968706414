import { expect } from "vitest";

import { expectAccessibleInBothThemes } from "../support/axe";
import { gone, see } from "../support/wait";
import { de } from "../support/words";
import { story } from "../support/testbed";

story(
  "the provider's access expires: every agent is told, messages wait and are sent in order",
  { agents: ["Anna", "Ben"], automaticAnswer: true },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const anna = await testbed.agent("Anna");
    const ben = await testbed.agent("Ben", { words: de });
    await anna.becomesReady();
    await carla.writes("Is my bicycle ready?");
    await anna.opens("Carla");

    await testbed.customers.accessExpires();
    for (const text of ["Yes.", "Since nine.", "Come by!"]) await anna.writes("Carla", text);
    const alert = anna.page.getByRole("alert").filter({
      hasText:
        "WhatsApp (support) cannot send: WhatsApp no longer takes this hub's access. What is written waits and goes out by itself once the access is renewed. Tell your administrator.",
    });
    await see(alert);
    const germanAlert = ben.page.getByRole("alert").filter({
      hasText:
        "WhatsApp (support) kann nicht senden: WhatsApp nimmt den Zugang dieses Hubs nicht mehr an. Nachrichten warten und werden gesendet, sobald der Zugang erneuert ist.",
    });
    await see(germanAlert);
    for (const text of ["Since nine.", "Come by!"]) await anna.tickBecomes(text, "Stored by the hub");
    await expectAccessibleInBothThemes(anna, "an account that cannot send");

    // Inbound messages still arrive.
    await carla.writes("Hello?");
    await anna.reads("Hello?");
    expect(await carla.got()).toEqual([]);

    // The administrator renews the access and restarts the hub.
    await testbed.customers.accessIsRenewed();
    await testbed.hub.stop();
    await testbed.hub.start();
    await carla.waitsFor("Come by!");
    await gone(alert);
    await gone(germanAlert);
    await anna.tickBecomes("Come by!", "Delivered");
    expect(await carla.got()).toEqual(["Yes.", "Since nine.", "Come by!"]);
  },
);
