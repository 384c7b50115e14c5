/**
 * Why sites are kept, and the words for it: the one table that `--explain`, the page, the errors about hot code and the editor take
 * theirs from.
 */

/** Why a site was kept: a closed list. */
export const reasons = [
  "returned",
  "stored",
  "captured",
  "passed-to-unknown",
  "thrown",
  "yielded",
  "exported",
  "unsupported-syntax",
  "not-profitable",
  "aliased",
  "keep-directive",
  "not-annotated",
  "no-free-point",
] as const;
export type Reason = (typeof reasons)[number];

interface ReasonWords {
  /** The end of a sentence that begins with "it". */
  readonly phrase: string;
  /** The same where the function is named: `{owner}` stands for it. */
  readonly ownerPhrase: string;
  /** What a programmer can do about it; `null` where nothing needs doing. */
  readonly help: string | null;
}

const words: Readonly<Record<Reason, ReasonWords>> = {
  returned: {
    phrase: "is returned, and not every caller frees it",
    ownerPhrase: "is returned by {owner}",
    help: "right for what others call; a caller within the program frees it where it dies there",
  },
  stored: {
    phrase: "is stored where its end is not seen",
    ownerPhrase: "is stored where {owner} does not see it die",
    help: "keep a copy there and not the buffer itself, or store it in an object that dies",
  },
  captured: {
    phrase: "is captured by something that may live on",
    ownerPhrase: "is captured by a closure of {owner}",
    help: "pass it to the closure as an argument, or await the call that holds it",
  },
  "passed-to-unknown": {
    phrase: "is passed to a function that may keep it",
    ownerPhrase: "is passed by {owner} to a function that may keep it",
    help: "promise `@autofree noescape` where the function, type or interface is declared",
  },
  thrown: {
    phrase: "is thrown",
    ownerPhrase: "is thrown by {owner}",
    help: "throw a copy of what the handler needs",
  },
  yielded: {
    phrase: "is yielded",
    ownerPhrase: "is yielded by {owner}",
    help: "yield a copy, or fill a buffer that the caller gives",
  },
  exported: {
    phrase: "is exported",
    ownerPhrase: "is exported",
    help: "make it in a function, if it need not live as long as the module",
  },
  "unsupported-syntax": {
    phrase: "is in code that is not analysed",
    ownerPhrase: "is in syntax of {owner} that is not analysed",
    help: "move the buffer's code to a function without eval, with or `arguments`",
  },
  "not-profitable": {
    phrase: "is cheaper left to the collector",
    ownerPhrase: "is cheaper left to the collector, in {owner}",
    help: "where it is large and often made: write its elements into a `new` one, whose memory is recycled",
  },
  aliased: {
    phrase: "may be the same buffer as another one",
    ownerPhrase: "may be the same buffer as another one in {owner}",
    help: "give the new buffer a variable of its own, so that what may be another is told apart",
  },
  "keep-directive": {
    phrase: "is made by code marked '@autofree keep'",
    ownerPhrase: "is left to the collector by @autofree keep",
    help: "take the directive out",
  },
  "not-annotated": {
    phrase: "is outside of what '@autofree hot' marks",
    ownerPhrase: "is outside what @autofree marks, in {owner}",
    help: "mark the code `@autofree hot`, or compile with --mode all",
  },
  "no-free-point": {
    phrase: "has no place where it is dead and can be named",
    ownerPhrase: "has no place in {owner} where it could be freed",
    help: "give it a variable and a statement of its own",
  },
};

/**
 * Why a site is kept, as a sentence about "it".
 *
 * @example
 * reasonPhrase("thrown"); // "it is thrown"
 */
export function reasonPhrase(reason: Reason): string {
  return `it ${words[reason].phrase}`;
}

/**
 * The same as the end of a sentence, with the function around the site named.
 *
 * @param reason the reason
 * @param owner the function, as the sentence is to name it
 *
 * @example
 * ownerPhrase("thrown", "parse"); // "is thrown by parse"
 */
export function ownerPhrase(reason: Reason, owner: string): string {
  return words[reason].ownerPhrase.replace("{owner}", () => owner);
}

/**
 * What a programmer can do about a reason; `null` where nothing needs doing.
 *
 * @example
 * adviceOn("thrown"); // "throw a copy of what the handler needs"
 */
export function adviceOn(reason: Reason): string | null {
  return words[reason].help;
}
