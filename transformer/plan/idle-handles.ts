/** Takes out of a plan the handles by which nothing is freed any more. */
import type { Free, FunctionPlan, Handle } from "./plan.js";

/** Handles that nothing is freed by are not declared. */
export function withoutIdleHandles(plan: FunctionPlan): FunctionPlan {
  const used = new Set(plan.frees.flatMap(({ value }) => (value.kind === "handle" ? [value.handle] : [])));
  if (used.size === plan.handles.length) return plan;
  const handles: Handle[] = [];
  const renamed = new Map<number, number>();
  for (const handle of plan.handles) {
    if (!used.has(handle.id)) continue;
    renamed.set(handle.id, handles.length);
    handles.push({ ...handle, id: handles.length });
  }
  const frees = plan.frees.map((free): Free => {
    const { value } = free;
    return value.kind === "handle"
      ? { ...free, value: { kind: "handle", handle: renamed.get(value.handle) ?? -1 } }
      : free;
  });
  const sites = plan.sites.map((site) => ({
    ...site,
    handle: site.handle === null ? null : (renamed.get(site.handle) ?? null),
  }));
  return { ...plan, handles, frees, sites };
}
