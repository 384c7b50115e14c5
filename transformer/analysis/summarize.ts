/**
 * Turns the facts of a function into its summary: what is reachable from its result and from its phantoms.
 */
import { type BindingId, brandId, type OriginId } from "../ir/ids.js";
import type { EscapeReason } from "../ir/ir.js";
import type { FunctionFacts } from "./analyze-function.js";
import { captureField } from "./captured.js";
import { type BitSet, emptySet, has, members, setOf, without } from "./node-set.js";
import { otherId, type SiteObject } from "./objects.js";
import type { State } from "./state.js";
import {
  objectKey,
  type Summary,
  type SummaryEdge,
  type SummaryEscape,
  type SummaryObject,
  type SummaryShape,
} from "./summary.js";

export function summarizeFunction(facts: FunctionFacts): Summary {
  return new Summarizer(facts).build();
}

class Summarizer {
  private readonly objects: SummaryObject[] = [];
  private readonly ids = new Map<number, number>();
  private readonly edges = new Map<string, SummaryEdge>();
  private readonly queue: number[] = [];

  constructor(private readonly facts: FunctionFacts) {}

  build(): Summary {
    const { transfer, ir } = this.facts;
    const isGenerator = ir.functionKind === "generator" || ir.functionKind === "async-generator";
    let result = isGenerator ? transfer.yielded : emptySet;
    if (!isGenerator) for (const { value } of transfer.returned) result |= value;
    this.abandonFrames();
    this.lent = this.lentObjects();
    const writes: { object: number; field: string }[] = [];
    for (const { from, field, to } of transfer.phantomStores.values()) {
      writes.push({ object: this.idOf(from), field });
      for (const id of members(to)) {
        this.addEdge(from, field, id);
        // An instance of an earlier round may have been stored there too.
        const older = this.olderOf(id);
        if (older !== null) this.addEdge(from, field, older);
      }
    }
    const closed = this.closedVariables();
    const results = this.idsOf(result);
    const held = ir.functionKind === "ordinary" ? [] : this.idsOf(transfer.heldAcross);
    const exact = isGenerator ? null : this.exactResult();
    for (let next = this.queue.pop(); next !== undefined; next = this.queue.pop()) this.expand(next);
    const escapes: SummaryEscape[] = members(transfer.escapedPhantoms).map((id) => {
      const cause = transfer.causes.get(id);
      const reason: EscapeReason = cause?.reason ?? "passed-to-unknown";
      return { object: this.idOf(id), reason, why: cause?.why ?? "escapes" };
    });
    const coerced = members(transfer.coercedPhantoms).map((id) => this.idOf(id));
    // Views matter only of what the caller can come to.
    const viewed = members(transfer.viewed).filter(
      (id) => this.ids.has(id) || transfer.objects.get(id).kind === "phantom",
    );
    const viewedIds = viewed.map((id) => this.idOf(id));
    const searched = [...transfer.searched].map(([id, inField]) => ({ object: this.idOf(id), inField }));
    const restParameter = ir.hasRest ? ir.parameters.length - 1 : -1;
    return {
      objects: this.objects,
      edges: [...this.edges.values()],
      writes,
      escapes,
      coerced,
      viewed: viewedIds,
      held,
      searched,
      closed,
      result: results,
      exact: exact === null ? null : this.idOf(exact),
      restParameter,
    };
  }

  /**
   * Objects that the function made and stored in what the caller holds. The caller sees them also when the function
   * ends in an exception, so what they were given on any path counts, and what escaped on any path.
   */
  private lent: BitSet = emptySet;

  /** The one object made here that every return gives. */
  private exactResult(): number | null {
    const { transfer } = this.facts;
    let exact: number | null = null;
    for (const { known } of transfer.returned) {
      if (known?.kind !== "object" || known.id === null || (exact !== null && exact !== known.id))
        return null;
      exact = known.id;
    }
    if (exact === null || transfer.objects.get(exact).kind !== "site") return null;
    return has(this.exit.escaped | this.exit.lent, exact) || this.olderOf(exact) !== null ? null : exact;
  }

  /** Frames that still run where the function returns: all but that of the promise that it always returns (F3). */
  private abandonFrames(): void {
    const { transfer, ir } = this.facts;
    const returned = ir.functionKind === "ordinary" ? this.exactResult() : null;
    const state = this.exit.copy();
    if (returned !== null) state.running = without(state.running, returned);
    transfer.abandonFrames(state, transfer.returned[0]?.origin ?? brandId<OriginId>(0));
  }

  /** What closed variables may hold at the end, which an exception may be too. */
  private closedVariables(): { binding: BindingId; values: number[] }[] {
    const { transfer, ir } = this.facts;
    return [...transfer.closedStores].map(([binding, given]) => {
      const own = ir.variables.find((each) => each.binding === binding);
      const held = own
        ? this.exit.get(own.id)
        : setOf(transfer.objects.phantom({ kind: "binding", binding }, []));
      let all = given | held;
      for (const id of members(given)) {
        const older = this.olderOf(id);
        if (older !== null) all |= setOf(older);
      }
      return { binding, values: this.idsOf(all) };
    });
  }

  private lentObjects(): BitSet {
    const { transfer } = this.facts;
    let frontier = emptySet;
    for (const { to } of transfer.phantomStores.values()) frontier |= to;
    for (const given of transfer.closedStores.values()) frontier |= given;
    let seen = emptySet;
    while (frontier !== emptySet) {
      seen |= frontier;
      let next = emptySet;
      for (const id of members(frontier)) {
        for (const held of transfer.ownStores.get(id)?.values() ?? []) next |= held;
        next |= this.exit.contents(id) | this.exit.capturedBy(id, transfer.objects);
        const older = this.olderOf(id);
        if (older !== null) next |= setOf(older);
      }
      frontier = next & ~seen;
    }
    return seen;
  }

  /** The object for a site's earlier instances, if there may be any. */
  private olderOf(id: number): number | null {
    const { objects } = this.facts.transfer;
    const object = objects.get(id);
    if (object.kind !== "site" || object.age === "older") return null;
    return (
      objects.ofSite(object.site).find((each) => each.age === "older" && each.part === object.part)?.id ??
      null
    );
  }

  private get exit(): State {
    return this.facts.exit;
  }

  private idsOf(set: BitSet): number[] {
    return [...new Set(members(set).map((id) => this.idOf(id)))];
  }

  private idOf(id: number): number {
    const known = this.ids.get(id);
    if (known !== undefined) return known;
    const object = this.objectOf(id);
    const key = objectKey(object);
    // `other` and what has become unknown share one entry.
    const same = object.kind === "other" ? this.objects.findIndex((each) => objectKey(each) === key) : -1;
    const index = same >= 0 ? same : this.objects.push(object) - 1;
    this.ids.set(id, index);
    if (object.kind === "fresh") this.queue.push(id);
    return index;
  }

  private objectOf(id: number): SummaryObject {
    const object = this.facts.transfer.objects.get(id);
    if (object.kind === "code") return object;
    if (object.kind === "phantom") return { kind: "phantom", root: object.root, path: object.path };
    const isLent = has(this.lent, id);
    const escaped = isLent ? this.facts.transfer.escapedEver : this.exit.escaped;
    if (object.kind === "other" || has(escaped, id)) return { kind: "other" };
    const { site, part } = object;
    const isKept =
      this.facts.ir.sites[site]?.keep === "keep-directive" ||
      (this.facts.transfer.madeAt.get(`${site}.${part}`)?.some((each) => each.isKept) ?? false);
    const madeAt = { function: this.facts.ir.id, site, part, isKept };
    return {
      kind: "fresh",
      shape: shapeOf(object, has(this.facts.transfer.inexact, id)),
      many: object.age === "older" || (isLent && this.olderOf(id) !== null),
      madeAt,
      origin: this.facts.transfer.origins.get(`${object.site}.${object.part}`) ?? madeAt,
    };
  }

  /**
   * Adds what a fresh object's fields hold; a closure's captured variables are fields of its own. Those of enclosing functions too: who
   * calls this one may let go of the closure that it is, and with it of what remembers them.
   */
  private expand(id: number): void {
    for (const [field, set] of this.exit.fields.get(id) ?? []) {
      for (const held of members(set)) this.addEdge(id, field, held);
    }
    const everStored = has(this.lent, id) ? this.facts.transfer.ownStores.get(id) : undefined;
    for (const [field, set] of everStored ?? []) {
      for (const held of members(set)) this.addEdge(id, field, held);
    }
    const object = this.facts.transfer.objects.get(id);
    if (object.kind !== "site" || object.shape.kind !== "closure") return;
    for (const { binding, variable } of object.shape.captures) {
      const own = variable === null ? undefined : this.facts.ir.variables[variable];
      if (!own) continue;
      let held = this.exit.get(own.id);
      if (own.assignedElsewhere) held |= setOf(otherId);
      if (own.kind === "outer")
        held |= setOf(this.facts.transfer.objects.phantom({ kind: "binding", binding }, []));
      for (const each of members(held)) this.addEdge(id, captureField(binding), each);
    }
  }

  private addEdge(from: number, field: string, to: number): void {
    const edge = { from: this.idOf(from), field, to: this.idOf(to) };
    if (this.objects[edge.from]?.kind === "other") return;
    this.edges.set(`${edge.from}.${field}=${edge.to}`, edge);
  }
}

function shapeOf(object: SiteObject, mayBeNodeBuffer: boolean): SummaryShape {
  if (object.shape.kind === "buffer" && mayBeNodeBuffer) return { kind: "buffer", type: "Buffer" };
  if (object.shape.kind !== "closure") return object.shape;
  return {
    kind: "closure",
    function: object.shape.function,
    captures: object.shape.captures.map((each) => each.binding),
  };
}
