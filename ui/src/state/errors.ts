/** Errors as the screen sees them. */
import type { ErrorBody } from "../bindings/ErrorBody";
import { EngineError } from "../platform";

/** The body of an engine's error; anything else that was thrown is an internal error. */
export function errorBody(error: unknown): ErrorBody {
  return EngineError.from(error).body;
}

/** Whether the hub refused to show something: it does not exist, or the agent may not see it. */
export function isRefused(error: unknown): boolean {
  const { code } = errorBody(error);
  return code === "not_found" || code === "forbidden";
}
