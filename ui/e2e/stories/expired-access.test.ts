import { expect } from "vitest";

import { breaksNoRuleInLightAndDark } from "../support/axe";
import { gone, see } from "../support/wait";
import { de } from "../support/words";
import { story } from "../support/testbed";

story(
  "WhatsApp's access expires in the middle of a shift: everybody is told, messages wait, and go out in order",
  { agents: ["Anna", "Ben"], automaticAnswer: true },
  async (world) => {
    const carla = world.customer("Carla");
    const anna = await world.desk("Anna");
    const ben = await world.desk("Ben", { words: de });
    await anna.becomesReady();
    await carla.writes("Is my bicycle ready?");
    await anna.opens("Carla");

    await world.customers.accessExpires();
    for (const text of ["Yes.", "Since nine.", "Come by!"]) await anna.writes("Carla", text);
    const told = anna.page.getByRole("alert").filter({
      hasText:
        "WhatsApp (support) cannot send: WhatsApp no longer takes this hub's access. What is written waits and goes out by itself once the access is renewed. Tell your administrator.",
    });
    await see(told);
    const gesagt = ben.page.getByRole("alert").filter({
      hasText:
        "WhatsApp (support) kann nicht senden: WhatsApp nimmt den Zugang dieses Hubs nicht mehr an. Geschriebenes wartet und geht von selbst hinaus, sobald der Zugang erneuert ist.",
    });
    await see(gesagt);
    for (const text of ["Since nine.", "Come by!"]) await anna.tickBecomes(text, "Stored by the hub");
    await breaksNoRuleInLightAndDark(anna, "an account that cannot send");

    // What Carla writes still comes in.
    await carla.writes("Hello?");
    await anna.reads("Hello?");
    expect(await carla.got()).toEqual([]);

    // The administrator puts a new access into the settings and starts the hub with them.
    await world.customers.accessIsRenewed();
    await world.hub.stop();
    await world.hub.start();
    await carla.waitsFor("Come by!");
    await gone(told);
    await gone(gesagt);
    await anna.tickBecomes("Come by!", "Delivered");
    expect(await carla.got()).toEqual(["Yes.", "Since nine.", "Come by!"]);
  },
);
