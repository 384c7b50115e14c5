/** Why an object escaped: what the report's path of reasons is made of. */
import type { OriginId } from "../ir/ids.js";
import type { EscapeReason } from "../ir/ir.js";

export interface EscapeCause {
  readonly reason: EscapeReason;
  readonly origin: OriginId;
  readonly why: string;
  /** The object through which this one escaped, if it was not named itself. */
  readonly via: number | null;
}
