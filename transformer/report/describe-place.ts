/**
 * Describes the sites at a place that the user names: `--explain src/fft.ts:40` or `src/fft.ts:40:15`.
 *
 * A line without a site is refused, and the message names the nearest.
 */
import { resolve } from "node:path";
import { UserError } from "../diagnostics.js";
import type { ExplainedPlace } from "../options.js";
import type { ProgramPlan } from "../plan/program-plan.js";
import { describeSite, type SiteDescription } from "./describe-site.js";
import type { Report, SiteReport } from "./report.js";
import { placeText, relativePath } from "./source-place.js";

export interface DescribePlaceInput {
  readonly plan: ProgramPlan;
  readonly report: Report;
  readonly root: string;
  /** The files of the program, as the report names them. */
  readonly files: readonly string[];
  readonly place: ExplainedPlace;
}

/**
 * The descriptions of the sites of a line, or of the one at a column.
 *
 * @param input the plans, the report of them, and the place; its file is named from the root or from the current folder
 * @returns `null` where the program does not have the file
 * @throws UserError when the file has no site there
 */
export function describePlace({
  plan,
  report,
  root,
  files,
  place,
}: DescribePlaceInput): SiteDescription[] | null {
  const { line, column } = place;
  const names = [relativePath(root, resolve(place.file)), place.file.replace(/^\.\//, "")];
  const file = names.find((each) => files.includes(each));
  if (file === undefined) return null;
  const here = report.sites.filter((site) => site.file === file);
  const found = here.filter((site) => site.line === line && (column === null || site.column === column));
  if (found.length === 0) throw noSiteThere(here, { ...place, file });
  return found.map((site) => describeSite({ plan, root, site }));
}

function noSiteThere(sites: readonly SiteReport[], { file, line, column }: ExplainedPlace): UserError {
  const distance = (site: SiteReport): number =>
    Math.abs(site.line - line) * 1e4 + Math.abs(site.column - (column ?? 0));
  const [nearest] = [...sites].sort((a, b) => distance(a) - distance(b));
  const place = `${file}:${line}${column === null ? "" : `:${column}`}`;
  if (!nearest)
    return new UserError(`there is no allocation site at ${place}: ${file} has none. Name another file.`);
  const { expression } = nearest;
  return new UserError(
    `there is no allocation site at ${place}. The nearest is \`${expression}\`. Use: --explain ${placeText(nearest)}`,
  );
}

/** The error for a file that no program has. */
export function noSuchFile({ file }: ExplainedPlace): UserError {
  return new UserError(
    `--explain names '${file}', which is not a file of what is compiled. Name it from the project's folder or the current one; under -b add --force, so that projects that are up to date are built too.`,
  );
}
