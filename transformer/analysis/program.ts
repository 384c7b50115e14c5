/** What the analysis of one function asks about the rest of the program. */
import type { ClassInfo } from "../ir/class.js";
import type { ClassId, FunctionId } from "../ir/ids.js";
import type { FunctionIr } from "../ir/ir.js";
import type { Context } from "./context.js";
import type { Summary } from "./summary.js";

/** The program as lowered. */
export interface ProgramSource {
  /** The IR of a function; `null` for one that was left alone. */
  irOf(id: FunctionId): FunctionIr | null;
  classOf(id: ClassId): ClassInfo;
  /** Whether prototypes, or properties under unknown names, may change somewhere. */
  readonly tampers: boolean;
}

/** The program as analysed. */
export interface Program extends ProgramSource {
  /** What a call of the function does; `null` for one of which nothing is known. */
  summaryOf(id: FunctionId, context: Context): Summary | null;
}
