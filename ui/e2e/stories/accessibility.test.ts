import { breaksNoRule } from "../support/axe";
import { everyWayIn } from "../support/sign-in-views";
import { everyView, livelyHub } from "../support/views";
import { en } from "../support/words";
import { story } from "../support/testbed";

for (const theme of ["light", "dark"] as const) {
  story(`no view breaks a rule of accessibility, ${theme}`, livelyHub(en), async (world) => {
    const anna = await world.desk("Anna", { theme });
    await everyView(world, anna, (view) => breaksNoRule(anna, view));
  });

  story(`no way in breaks a rule of accessibility, ${theme}`, { agents: ["Anna"] }, async (world) => {
    const you = await world.practice({ theme });
    await everyWayIn(world, you, (view) => breaksNoRule(you, view));
  });
}
