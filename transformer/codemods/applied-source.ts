/** One source while its frees are written: which parts are left out by now, and whom to blame for an error. */
import type TS from "typescript";
import { UserError } from "../diagnostics.js";
import type { Edits, SiteEdit } from "../emit/edits.js";
import { releaseRuntime } from "../emit/runtime-import.js";
import { ts } from "../typescript.js";
import { counterpartOf } from "./site-text.js";
import type { SourceProject } from "./source-project.js";
import { stripApplied } from "./strip-applied.js";
import { applyEdits } from "./text-edits.js";
import { type Manner, manners, type Part, type PlacedEdit, writeFrees } from "./write-frees.js";

export interface AppliedSourceInput {
  readonly file: TS.SourceFile;
  readonly edits: Edits;
  readonly checker: TS.TypeChecker;
  /** What notes call it. */
  readonly name: string;
}

/** An edit, with where its text stands when all are carried out. */
type Laid = PlacedEdit & { readonly from: number; readonly to: number };

export class AppliedSource {
  readonly fileName: string;
  private readonly file: TS.SourceFile;
  private readonly edits: Edits;
  private readonly name: string;
  private readonly manners = new Map<Part, Manner>();
  private readonly reasons = new Map<Part, string>();
  /** The types of rewritten sites before. */
  private readonly types: ReadonlyMap<SiteEdit, string>;
  /** What stands for a part in notes. */
  private readonly nodes: ReadonlyMap<Part, TS.Node>;
  private laid: readonly Laid[] = [];
  private written: string;

  constructor({ file, edits, checker, name }: AppliedSourceInput) {
    this.fileName = file.fileName;
    this.file = file;
    this.edits = edits;
    this.name = name;
    this.written = file.text;
    this.nodes = nodesOfParts(edits);
    const rewritten = [...edits.sites].filter(([, { form }]) => form !== "other");
    this.types = new Map(rewritten.map(([node, edit]) => [edit, typeText(checker, node)]));
  }

  /** Writes it anew, if it isn't as it should be by now. */
  writeInto(project: SourceProject): void {
    let text = this.write();
    if (!this.isUndone(text)) {
      this.leaveOutWhatStays();
      text = this.write();
    }
    if (text === this.written) return;
    this.written = text;
    project.replace(this.fileName, text);
  }

  /** Finds the part to blame for an error at a place of the written text; says whether there is one. */
  blame(at: number, why: string): boolean {
    const within = this.laid.filter(({ from, to }) => from <= at && at < to);
    const direct = within.find(({ part }) => part !== null)?.part ?? null;
    if (!direct && within.length > 0) {
      this.refuseImport(why);
      return true;
    }
    const part = direct ?? this.narrowestAround(at);
    if (part) this.escalate(part, why);
    return part !== null;
  }

  /** Blames every part. */
  blameAll(why: string): void {
    for (const { part } of this.laid) if (part) this.escalate(part, why);
  }

  /** Leaves out the sites whose type changed; says whether none did. */
  compareTypes(program: TS.Program, checker: TS.TypeChecker): boolean {
    const file = program.getSourceFile(this.fileName);
    const starts = new Map<number, SiteEdit>();
    for (const { from, part } of this.laid) {
      const edit = part as SiteEdit;
      if (this.types.has(edit) && ![...starts.values()].includes(edit)) starts.set(from, edit);
    }
    let isSettled = true;
    const visit = (node: TS.Node): void => {
      const edit = ts.isCallExpression(node) ? starts.get(node.getStart(file)) : undefined;
      if (edit && ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
        const [before, after] = [this.types.get(edit), typeText(checker, node)];
        if (before !== after) {
          this.escalate(edit, `its type would be ${after}, not ${before}`);
          isSettled = false;
        }
      }
      ts.forEachChild(node, visit);
    };
    if (file && starts.size > 0) visit(file);
    return isSettled;
  }

  /** A line for each part that was left out. */
  notes(): readonly string[] {
    const leftOut = [...this.manners].filter(([, manner]) => manner === "left-out");
    const lines = leftOut.map(([part]) => this.note(part, this.reasons.get(part) ?? ""));
    for (const [node, edit] of this.edits.sites) {
      if (edit.form !== "other" && !counterpartOf(this.file, node, edit))
        lines.push(this.note(edit, "the runtime has no call of this form"));
    }
    return lines;
  }

  private note(part: Part, why: string): string {
    const node = this.nodes.get(part) ?? this.file;
    const { line, character } = ts.getLineAndCharacterOfPosition(this.file, node.getStart(this.file));
    const what = "form" in part ? "the allocation is left as it is" : "a free is left out";
    return `${this.name}:${line + 1}:${character + 1} ${what}: ${why}`;
  }

  private write(): string {
    const { file, edits } = this;
    const { edits: placed, unwritten } = writeFrees({ file, edits, manners: this.manners });
    for (const part of unwritten) this.leaveOut(part, "the value can't be taken out of its statement");
    let shift = 0;
    this.laid = placed.map((edit) => {
      const from = edit.start + shift;
      shift += edit.text.length - (edit.end - edit.start);
      return { ...edit, from, to: from + edit.text.length };
    });
    return applyEdits(file.text, placed);
  }

  private isUndone(text: string): boolean {
    const file = ts.createSourceFile(this.fileName, text, this.file.languageVersion, true);
    return applyEdits(text, stripApplied(file)) === this.file.text;
  }

  /** Leaves out each part by which stripping would not give the source back. */
  private leaveOutWhatStays(): void {
    const parts = [...this.nodes.keys()].filter((part) => this.manners.get(part) !== "left-out");
    const before = new Map(parts.map((part) => [part, this.manners.get(part)]));
    for (const part of parts) this.manners.set(part, "left-out");
    for (const part of parts) {
      const manner = before.get(part);
      if (manner) this.manners.set(part, manner);
      else this.manners.delete(part);
      if (this.isUndone(this.write())) continue;
      this.leaveOut(part, "it could not be taken out again");
    }
  }

  private leaveOut(part: Part, why: string): void {
    this.manners.set(part, "left-out");
    this.reasons.set(part, why);
  }

  private escalate(part: Part, why: string): void {
    const next = manners[manners.indexOf(this.manners.get(part) ?? "plain") + 1];
    this.manners.set(part, "frees" in part && next ? next : "left-out");
    this.reasons.set(part, why);
  }

  private narrowestAround(at: number): Part | null {
    const hulls = new Map<Part, { from: number; to: number }>();
    for (const { part, from, to } of this.laid) {
      if (part) hulls.set(part, { from: hulls.get(part)?.from ?? from, to });
    }
    const around = [...hulls].filter(([, { from, to }]) => from <= at && at < to);
    around.sort(([, a], [, b]) => a.to - a.from - (b.to - b.from));
    return around[0]?.[0] ?? null;
  }

  /** The import itself is wrong: the whole file is left alone, or nothing can be applied at all. */
  private refuseImport(why: string): void {
    if (/Cannot find module/.test(why)) {
      throw new UserError(
        `the applied sources import "${releaseRuntime}", which the compiler cannot find from '${this.name}'. Run: npm install ts-autofree`,
      );
    }
    for (const part of this.nodes.keys()) {
      this.leaveOut(part, why);
    }
  }
}

function nodesOfParts({ sites, before, atEnd, inElse, afterValue }: Edits): ReadonlyMap<Part, TS.Node> {
  const nodes = new Map<Part, TS.Node>();
  for (const [node, edit] of sites) {
    if (edit.handle) nodes.set(edit.handle, node);
    nodes.set(edit, node);
  }
  for (const map of [before, atEnd, inElse, afterValue])
    for (const [node, part] of map) nodes.set(part, node);
  return nodes;
}

function typeText(checker: TS.TypeChecker, node: TS.Node): string {
  return checker.typeToString(checker.getTypeAtLocation(node), undefined, ts.TypeFormatFlags.NoTruncation);
}
