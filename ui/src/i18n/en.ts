/** The English texts, by view. The German ones have the same shape. */
import { channels } from "./en/channels";
import { communication } from "./en/communication";
import { thread } from "./en/thread";
import { notifications } from "./en/notifications";
import { composer } from "./en/composer";
import { errors } from "./en/errors";
import { interaction } from "./en/interaction";
import { list } from "./en/list";
import { panel } from "./en/panel";
import { search } from "./en/search";
import { settings } from "./en/settings";
import { shell } from "./en/shell";
import { signIn } from "./en/signIn";
import { time } from "./en/time";
import { transcript } from "./en/transcript";

export const en = {
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

export type Catalogue = typeof en;
