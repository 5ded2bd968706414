import { openPlatform } from "./platform";
import { start } from "./start";

await start(openPlatform());
