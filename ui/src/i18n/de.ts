/** The German texts, by view. */
import { channels } from "./de/channels";
import { communication } from "./de/communication";
import { thread } from "./de/thread";
import { notifications } from "./de/notifications";
import { composer } from "./de/composer";
import { errors } from "./de/errors";
import { interaction } from "./de/interaction";
import { list } from "./de/list";
import { panel } from "./de/panel";
import { search } from "./de/search";
import { settings } from "./de/settings";
import { shell } from "./de/shell";
import { signIn } from "./de/signIn";
import { time } from "./de/time";
import { transcript } from "./de/transcript";
import type { Catalogue } from "./en";

export const de: Catalogue = {
  ...channels,
  ...shell,
  ...list,
  ...search,
  ...interaction,
  ...transcript,
  ...composer,
  ...panel,
  ...notifications,
  ...thread,
  ...communication,
  ...settings,
  ...errors,
  ...signIn,
  ...time,
};
