/**
 * Makes incremental builds emit a file again when what is made of it changes, though its own text did not (S7).
 *
 * The compiler emits a file again when the file's version differs from the one of the last build, or when the
 * declared shape of what it imports does. Neither sees that a function in another file began to keep its argument.
 * So a digest of the transformed file is folded into the version of each file that is transformed at all.
 */
import { createHash } from "node:crypto";
import type TS from "typescript";
import { mayHaveContracts } from "./lower/contract-directives.js";
import { breaksPromises } from "./withdraw-promises.js";

type Versioned = TS.SourceFile & { version?: string };

/** Versions as the compiler made them. */
const plainVersions = new WeakMap<TS.SourceFile, string>();

/** Whether the compiler compares the files of a program with those of an earlier build. */
export function isVersioned(program: TS.Program): boolean {
  return program.getSourceFiles().some((file: Versioned) => file.version !== undefined);
}

/** Folds what `transformSourceFile` makes of each file of a program into that file's version. */
export function stampVersions(request: {
  readonly ts: typeof TS;
  readonly program: TS.Program;
  readonly transformSourceFile: (context: TS.TransformationContext, file: TS.SourceFile) => TS.SourceFile;
  /** Our own errors, which a change in another file may bring or take away as well. */
  readonly errors: readonly TS.Diagnostic[];
}): void {
  const { ts, program, transformSourceFile, errors } = request;
  const printer = ts.createPrinter();
  const isBroken = breaksPromises(errors);
  for (const file of program.getSourceFiles() as readonly Versioned[]) {
    if (file.isDeclarationFile || file.version === undefined || file.fileName.endsWith(".json")) continue;
    const plain = plainVersions.get(file) ?? file.version;
    plainVersions.set(file, plain);
    const { transformed, dispose } = ts.transform(
      file,
      [(context) => (original) => transformSourceFile(context, original)],
      program.getCompilerOptions(),
    );
    const [result = file] = transformed;
    const told = errors
      .filter((each) => each.file === file)
      .map((each) => [each, ...(each.relatedInformation ?? [])].map(tellingOf).join("\n"));
    const withdrawn = isBroken && mayHaveContracts(file) ? ["its declarations promise nothing"] : [];
    const text = [...(result === file ? [] : [printer.printFile(result)]), ...told, ...withdrawn].join("\n");
    file.version = text === "" ? plain : `${plain}-${digestOf(text)}`;
    dispose();
  }
}

function tellingOf({ file, start, messageText }: TS.DiagnosticRelatedInformation): string {
  return `${file?.fileName} ${start} ${messageText}`;
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
