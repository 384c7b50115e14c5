/** Finds the library functions without an effect row that code calls; see `missing-rows.mjs`. */
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { isLibrary, libraryEffects } from "../transformer/effects/lookup.js";
import { ownerOf } from "../transformer/effects/owner.js";
import { ProgramIndex } from "../transformer/lower/program-index.js";
import { classifyConstruction } from "../transformer/lower/site.js";
import { bindTypeScript } from "../transformer/typescript.js";

bindTypeScript(ts);

/** The sources under `place`; a folder `dist` or `lib` of a package with sources is left out. */
function sourcesOf(place: string): string[] {
  if (!existsSync(place)) return [];
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place, { withFileTypes: true }).flatMap((entry) => {
    if (/^(?:node_modules|tests?|__tests__|demo|docs|dist)$/.test(entry.name)) return [];
    const full = path.join(place, entry.name);
    if (entry.isDirectory()) return sourcesOf(full);
    return /\.[cm]?[jt]sx?$/.test(entry.name) && !/(?:\.d|[._]test|[._]spec)\.[cm]?tsx?$/.test(entry.name)
      ? [full]
      : [];
  });
}

function programOf(files: readonly string[]): ts.Program {
  return ts.createProgram(files, {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.esnext.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    types: ["node"],
    typeRoots: [path.resolve(import.meta.dirname, "../node_modules/@types")],
    allowJs: true,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  });
}

const primitive =
  ts.TypeFlags.StringLike |
  ts.TypeFlags.NumberLike |
  ts.TypeFlags.BigIntLike |
  ts.TypeFlags.BooleanLike |
  ts.TypeFlags.ESSymbolLike |
  ts.TypeFlags.Undefined |
  ts.TypeFlags.Null |
  ts.TypeFlags.Void;

function isPrimitive(type: ts.Type): boolean {
  return type.isUnion() ? type.types.every(isPrimitive) : (type.flags & primitive) !== 0;
}

/** `owner.member` of the library function that is called, if it has no row. */
function missingRow(index: ProgramIndex, node: ts.CallExpression | ts.NewExpression): string | null {
  const { checker } = index;
  if (ts.isNewExpression(node)) {
    const symbol = checker.getTypeAtLocation(node).symbol as ts.Symbol | undefined;
    const isKnown = classifyConstruction(index, node).kind !== "other";
    const isFromLibrary = symbol?.declarations?.some((each) => isLibrary(index, each));
    return isKnown || !isFromLibrary ? null : `new ${symbol?.name}`;
  }
  if (libraryEffects(index, node)) return null;
  const callee = node.expression;
  const found = checker.getSymbolAtLocation(ts.isPropertyAccessExpression(callee) ? callee.name : callee);
  const symbol = found && index.followAlias(found);
  const declaration = symbol?.declarations?.find((each) => isLibrary(index, each));
  return declaration ? `${ownerOf(declaration) ?? "?"}.${symbol?.name}` : null;
}

function handsOverObject({ checker }: ProgramIndex, node: ts.CallExpression | ts.NewExpression): boolean {
  const callee = node.expression;
  const isMethod = ts.isCallExpression(node) && ts.isPropertyAccessExpression(callee);
  const receiver = isMethod && checker.getTypeAtLocation((callee as ts.PropertyAccessExpression).expression);
  const isHolder =
    receiver && /^(?:\w*Array|Map|Set|\w*Buffer|DataView|__object|Object)$/.test(receiver.symbol?.name ?? "");
  return isHolder || (node.arguments ?? []).some((each) => !isPrimitive(checker.getTypeAtLocation(each)));
}

export function print(places: readonly string[], all: boolean): void {
  const counts = new Map<string, number>();
  let calls = 0;
  const index = ProgramIndex.of(programOf(places.flatMap(sourcesOf)));
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const name = missingRow(index, node);
      if (name && (all || handsOverObject(index, node))) {
        counts.set(name, (counts.get(name) ?? 0) + 1);
        calls++;
      }
    }
    ts.forEachChild(node, visit);
  };
  const files = places.flatMap(sourcesOf).map((each) => path.resolve(each));
  for (const name of files) {
    const file = index.program.getSourceFile(name);
    if (file) visit(file);
  }
  console.log(`${files.length} files: ${calls} calls of ${counts.size} library functions without a row`);
  for (const [name, count] of [...counts].sort((a, b) => b[1] - a[1])) console.log(`${count}\t${name}`);
}
