/**
 * Takes the promises out of the declarations that a program emits although it breaks one of them.
 *
 * The program itself then relies on none. Another project, which knows these declarations only and is built all the same by `-b`,
 * would.
 */
import type TS from "typescript";
import { errorCodes } from "./directive-errors.js";

/** Whether one of these errors is that a promise is not kept, or can't be shown to be. */
export function breaksPromises(errors: readonly TS.Diagnostic[]): boolean {
  return errors.some(({ code }) => code === errorCodes.broken || code === errorCodes.notChecked);
}

/** Writes as `write` does, but declarations without their promises. */
export function withdrawPromises(write: TS.WriteFileCallback): TS.WriteFileCallback {
  return (name, text, ...rest) => {
    const isDeclaration = /\.d\.([^./\\]+\.)?[cm]?ts$/.test(name);
    write(
      name,
      isDeclaration ? text.replace(/@autofree(?=[ \t]+(noescape|fresh)\b)/g, "(broken)") : text,
      ...rest,
    );
  };
}
