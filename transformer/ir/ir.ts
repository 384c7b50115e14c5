/**
 * The intermediate representation: a control-flow graph of instructions over variables.
 *
 * # Idea
 * Every expression value gets a variable (a temporary, where the source names none), so an instruction is a
 * flat record whose operands are variables: `t3 = load t1.buffer`. Expressions that carry no object (numbers,
 * strings) shrink to `constant` and `compute`. All control flow is edges between basic blocks; the only
 * implicit edge is the exceptional one, from anywhere inside a block to its `handler`.
 *
 * # Points
 * A `point` instruction stands where the emit pass can insert a statement: before each statement of a list, at
 * its end, and between the evaluation of a returned or assigned expression and the return or assignment.
 * Whatever the analysis proves about the state at a point is true of a statement inserted there.
 *
 * # Invariants (checked by `verify.ts`)
 * - I1 Every block ends in one terminator, and every target exists.
 * - I2 Every operand names a variable of the function.
 * - I3 Every point stands in exactly one block, once.
 * - I4 A temporary is assigned before it is read, on every path, within its function.
 * - I5 What the lowering did not understand is an `opaque` instruction: its operands escape (S3).
 *
 * # Example
 * `const t = new Float64Array(n); t.fill(1); return t[0];` lowers to
 * ```
 * b0: point p0
 *     t2 = allocate #0 Float64Array
 *     t = copy t2
 *     point p1
 *     t3 = call fill(this t, t4)
 *     point p2
 *     t5 = load t.[]
 *     point p3
 *     return t5
 * ```
 */
import type { Contract } from "./contract.js";
import type { BufferType, Effect } from "./effect.js";
import type {
  BindingId,
  BlockId,
  ClassId,
  FunctionId,
  OriginId,
  PointId,
  RegionId,
  SiteId,
  VariableId,
} from "./ids.js";

/** A field of an object: a property name, an element at a number, or something not known before run time. */
export type Field =
  | { readonly kind: "named"; readonly name: string }
  | { readonly kind: "element" }
  | { readonly kind: "any" };

export interface Argument {
  readonly variable: VariableId;
  readonly spread: boolean;
}

/** What a method of that name does, by the type of the buffer that it is called on. */
export interface LateMethod {
  readonly name: string;
  readonly rows: ReadonlyMap<BufferType, readonly Effect[]>;
}

/** What a call calls. */
export type Callee =
  | {
      readonly kind: "library";
      readonly name: string;
      readonly effects: readonly Effect[];
      /** For a method of buffers or containers, the shapes of objects that it belongs to; `null` for all others. */
      readonly receiver: readonly ("buffer" | "array")[] | null;
      /** The type of what it makes like its receiver, where the analysis knows more of that than the types. */
      readonly made?: BufferType;
    }
  /** One of these functions of the program, and nothing else; `captures` are the variables that they use. */
  | {
      readonly kind: "functions";
      readonly name: string;
      readonly targets: readonly FunctionId[];
      readonly captures: readonly VariableId[];
    }
  /**
   * The value of a variable: a closure or a method, where the analysis knows which. Where it doesn't, one of `declared`:
   * all functions that the declared type of the receiver admits, if they can be told. `isMade`: the value is their closure, which a
   * call has made that is over; so the variables that it captures are those that the value remembers.
   */
  | {
      readonly kind: "value";
      readonly variable: VariableId;
      readonly name: string;
      readonly declared: readonly FunctionId[] | null;
      readonly isMade: boolean;
      /** What the declaration of the callee promises, where it is none of the functions that are known. */
      readonly contract: Contract | null;
      /** A method in JavaScript, whose types don't tell the receiver's: what it is where that is a buffer. */
      readonly late: LateMethod | null;
    }
  /** `new C(…)` of a class of the program. */
  | { readonly kind: "class"; readonly name: string; readonly class: ClassId }
  | { readonly kind: "unknown"; readonly name: string; readonly contract: Contract | null };

/** A value that decides what a function does: absent, a flag, a name. Numbers rarely do and are not told apart. */
export type Literal = string | boolean | null | undefined;

/** What a condition tests; its branch goes to the first target if it holds, else to the second. */
export type Test =
  | { readonly kind: "truthy" | "nullish" | "undefined"; readonly variable: VariableId }
  | { readonly kind: "equals"; readonly variable: VariableId; readonly literal: Literal };

/** Why an object escapes: a closed list, which the report uses too. */
export type EscapeReason =
  | "returned"
  | "stored"
  | "captured"
  | "passed-to-unknown"
  | "thrown"
  | "yielded"
  | "exported"
  | "unsupported-syntax";

interface Base {
  readonly origin: OriginId;
}

export type Instruction =
  /** A value that is no object, or no object that anybody tracks. */
  | (Base & {
      readonly kind: "constant";
      readonly target: VariableId;
      /** Which value it is, where that may decide something. */
      readonly value: { readonly literal: Literal } | null;
    })
  /** A function of the program that captures nothing: a declared one, by its name. */
  | (Base & { readonly kind: "code"; readonly target: VariableId; readonly function: FunctionId })
  /** A value from outside the function: a global, a module's variable, an import. */
  | (Base & { readonly kind: "foreign"; readonly target: VariableId })
  | (Base & { readonly kind: "copy"; readonly target: VariableId; readonly source: VariableId })
  /** An operator. `coerces`: operands that are objects may run their own `valueOf`. */
  | (Base & {
      readonly kind: "compute";
      readonly target: VariableId;
      readonly operands: readonly VariableId[];
      readonly coerces: boolean;
    })
  /** Birth of a buffer over new storage; the operands (length, elements to copy) are borrowed. */
  | (Base & {
      readonly kind: "allocate";
      readonly target: VariableId;
      readonly site: SiteId;
      readonly operands: readonly VariableId[];
    })
  /** Birth of an object or array whose fields are stored by the instructions after it. */
  | (Base & { readonly kind: "object"; readonly target: VariableId; readonly site: SiteId })
  | (Base & {
      readonly kind: "closure";
      readonly target: VariableId;
      readonly site: SiteId;
      readonly function: FunctionId;
      readonly captures: readonly VariableId[];
    })
  | (Base & {
      readonly kind: "load";
      readonly target: VariableId;
      readonly base: VariableId;
      readonly field: Field;
    })
  | (Base & {
      readonly kind: "store";
      readonly base: VariableId;
      readonly field: Field;
      readonly value: VariableId;
    })
  | (Base & {
      readonly kind: "call";
      readonly target: VariableId;
      readonly callee: Callee;
      readonly receiver: VariableId | null;
      readonly arguments: readonly Argument[];
      readonly construct: boolean;
      readonly site: SiteId;
    })
  /** The element of an iterable at `position`, or any one of them (`null`). In a loop's head, also opening it, and asking it in vain. */
  | (Base & {
      readonly kind: "iterate";
      readonly target: VariableId;
      readonly iterable: VariableId;
      readonly position: number | null;
    })
  /** Code of an iterable's own runs that may give no element: it is opened, or asked for one that it doesn't have. */
  | (Base & { readonly kind: "run-iterator"; readonly iterable: VariableId })
  /** The `return` call on leaving a loop early. */
  | (Base & { readonly kind: "close-iterator"; readonly iterable: VariableId })
  /** `implicit`: of what an async function returns or a `for await` goes over, where nobody writes it. */
  | (Base & {
      readonly kind: "await";
      readonly target: VariableId;
      readonly source: VariableId;
      readonly implicit: boolean;
      /** The site of the call that is awaited as soon as it has returned, which bears what the `await` gives. */
      readonly site?: SiteId;
    })
  /** A generator is suspended before its body begins. */
  | (Base & { readonly kind: "suspend" })
  | (Base & { readonly kind: "yield"; readonly target: VariableId; readonly source: VariableId | null })
  /** A new binding of a captured variable begins: an iteration's own `let`. */
  | (Base & { readonly kind: "declare"; readonly variable: VariableId; readonly keepsValue: boolean })
  /** The variable was tested and refers to no object on this path: it is null, undefined, false, 0 or "". */
  | (Base & { readonly kind: "absent"; readonly variable: VariableId })
  /** Something not understood: the operands escape, the result is foreign. */
  | (Base & {
      readonly kind: "opaque";
      readonly target: VariableId;
      readonly operands: readonly VariableId[];
      readonly reason: EscapeReason;
      readonly why: string;
    })
  | (Base & { readonly kind: "point"; readonly point: PointId });

export type Terminator =
  | { readonly kind: "jump"; readonly target: BlockId }
  /** One of several targets: a condition, a switch, the end of a `finally`. */
  | { readonly kind: "branch"; readonly targets: readonly BlockId[]; readonly test: Test | null }
  | { readonly kind: "return"; readonly value: VariableId | null; readonly origin: OriginId }
  /** To the block's handler if it has one, else out of the function; what is thrown has escaped before. */
  | { readonly kind: "throw"; readonly origin: OriginId };

export interface Block {
  readonly id: BlockId;
  readonly instructions: readonly Instruction[];
  readonly terminator: Terminator;
  /** Where an exception raised anywhere in this block goes inside the function; `null`: out of it. */
  readonly handler: BlockId | null;
}

export type VariableKind = "temporary" | "local" | "parameter" | "outer";

export interface Variable {
  readonly id: VariableId;
  readonly name: string;
  readonly kind: VariableKind;
  /** The program-wide identity of a declared variable. */
  readonly binding: BindingId | null;
  /** Some closure uses it. */
  readonly captured: boolean;
  /** Some function other than the declaring one assigns it. */
  readonly assignedElsewhere: boolean;
  /** Only local functions that are called by name assign it beside the declaring one: see `lower/closed-variables.ts`. */
  readonly closed: boolean;
  /** How often the source assigns it, its initialiser included. */
  readonly assignments: number;
  /** The statement list in which it is declared, for a block-scoped one that a statement there can name. */
  readonly region: RegionId | null;
}

/** How a site makes its buffer: `new X(length)`, `new X(source)`, `X.from(source)`, `x.slice(…)`, or another way. */
export type BufferForm = "length" | "copy" | "from" | "map" | "slice" | "promised" | "other";

export type SiteKind =
  | {
      readonly kind: "buffer";
      readonly type: BufferType;
      readonly form: BufferForm;
      /** The number of elements, where the source says it as a number. */
      readonly length?: number | null;
    }
  | { readonly kind: "object" }
  | { readonly kind: "array" }
  | { readonly kind: "closure" }
  | { readonly kind: "call" };

export interface Site {
  readonly id: SiteId;
  readonly site: SiteKind;
  readonly origin: OriginId;
  /** The statement that holds it: region and index there. */
  readonly region: RegionId;
  readonly index: number;
  /** The expression can be wrapped in an assignment: it is not a link inside an optional chain. */
  readonly canBeNamed: boolean;
  /** A call that the source doesn't write: of a field's initialiser. It is no row of the report. */
  readonly implicit: boolean;
  /** A call that is awaited as soon as it has returned: its value is what the `await` gives. */
  readonly awaited: boolean;
  /** A directive or an option asks to leave it alone. */
  readonly keep: "keep-directive" | "not-annotated" | null;
}

/** Where in a statement list a point stands. */
export type PointKind =
  /** Before statement `index` of the region (the one after the last: the end of the list). */
  | "statement"
  /** Between the value of statement `index` and its return. */
  | "return-value"
  /** Between the right-hand side of the assignment that statement `index` is, and the assignment. */
  | "assigned-value";

export interface Point {
  readonly id: PointId;
  readonly kind: PointKind;
  readonly region: RegionId;
  readonly index: number;
  /** For a value: the statement (or arrow body) whose value it is, which a label may wrap. */
  readonly origin: OriginId;
  /** Control leaves the region right after (return, break, continue). */
  readonly leaves: boolean;
}

/** A statement list, with the list that encloses it. */
export interface Region {
  readonly id: RegionId;
  readonly parent: { readonly region: RegionId; readonly index: number } | null;
  /** A variable can be declared here for the statements of the list: not in a `case`, not among parameters. */
  readonly takesDeclarations: boolean;
}

/** How a function is called and what its result means. */
export type FunctionKind = "ordinary" | "async" | "generator" | "async-generator";

export interface FunctionIr {
  readonly id: FunctionId;
  readonly name: string;
  readonly functionKind: FunctionKind;
  /** The raw parameters, before defaults and destructuring. */
  readonly parameters: readonly VariableId[];
  /** The last of {@link parameters} collects the rest. */
  readonly hasRest: boolean;
  /** JavaScript, so that types say little of what it is given. */
  readonly isUntyped: boolean;
  /** The receiver, where the function uses its own. */
  readonly receiver: VariableId | null;
  readonly variables: readonly Variable[];
  readonly blocks: readonly Block[];
  readonly entry: BlockId;
  readonly sites: readonly Site[];
  readonly points: readonly Point[];
  readonly regions: readonly Region[];
}
