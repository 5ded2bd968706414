import { expectAccessible } from "../support/axe";
import { visitSignInViews } from "../support/sign-in-views";
import { visitViews, populatedHub } from "../support/views";
import { en } from "../support/words";
import { story } from "../support/testbed";

for (const theme of ["light", "dark"] as const) {
  story(`every view is accessible, ${theme}`, populatedHub(en), async (testbed) => {
    const anna = await testbed.agent("Anna", { theme });
    await visitViews(testbed, anna, (view) => expectAccessible(anna, view));
  });

  story(`every state of signing in is accessible, ${theme}`, { agents: ["Anna"] }, async (testbed) => {
    const you = await testbed.practice({ theme });
    await visitSignInViews(testbed, you, (view) => expectAccessible(you, view));
  });
}
