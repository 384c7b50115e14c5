/** A buffer that becomes local variables, as data: where it is born, and what each use of it does. */
import type TS from "typescript";
import type { BufferType } from "../ir/effect.js";

/** A typed array's type: its elements are numbers or bigints, converted when they are stored. */
export type ElementsType = Exclude<BufferType, "ArrayBuffer" | "Buffer">;

/** A buffer may have so many elements. */
export const most = 16;

export interface Birth {
  readonly type: ElementsType;
  readonly symbol: TS.Symbol;
  readonly declaration: TS.VariableDeclaration;
  readonly statement: TS.VariableStatement;
  /** The block that sees the name. */
  readonly scope: TS.Block;
  readonly length: number;
  /** What the elements begin with, each with whether it must be converted; `null` for zeros. */
  readonly elements: readonly StoredValue[] | null;
}

export interface StoredValue {
  readonly value: TS.Expression;
  /** It may be no value of the buffer yet, and storing it converts it. */
  readonly converts: boolean;
}

export interface ScalarBuffer extends Birth {
  readonly uses: readonly ScalarUse[];
}

/** A use of the buffer; `node` is what is replaced. */
export type ScalarUse =
  /** `v.length`, `v.byteLength` */
  | { readonly kind: "length"; readonly node: TS.Expression; readonly value: number }
  /** `v[0]` */
  | { readonly kind: "read"; readonly node: TS.Expression; readonly at: number }
  /** `v[0] = e` */
  | {
      readonly kind: "store";
      readonly node: TS.BinaryExpression;
      readonly at: number;
      readonly converts: boolean;
    }
  /** `v[0] += e` */
  | {
      readonly kind: "update";
      readonly node: TS.BinaryExpression;
      readonly at: number;
      readonly converts: boolean;
    }
  /** `v[0]++` */
  | {
      readonly kind: "step";
      readonly node: TS.PrefixUnaryExpression | TS.PostfixUnaryExpression;
      readonly at: number;
      readonly converts: boolean;
    };

export function isBigIntType(type: ElementsType): boolean {
  return type === "BigInt64Array" || type === "BigUint64Array";
}
