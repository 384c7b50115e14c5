/** What the IR says of values that go where nobody follows them (S3). */
import type TS from "typescript";
import type { VariableId } from "../ir/ids.js";
import type { EscapeReason } from "../ir/ir.js";
import type { FunctionBuilder } from "./builder.js";

export interface Escape {
  readonly operands: readonly VariableId[];
  readonly reason: EscapeReason;
  readonly why: string;
}

/** Makes `operands` escape; the result is foreign. */
export function lowerEscape(
  b: FunctionBuilder,
  node: TS.Node,
  { operands, reason, why }: Escape,
): VariableId {
  const target = b.temporary();
  b.emit(node, { kind: "opaque", target, operands, reason, why });
  return target;
}
