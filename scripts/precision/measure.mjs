/** Measures one package: the tool's verdicts on all of it, and on the sites that were labelled by hand. */
import ts from "typescript";
import { analyze } from "../../dist/transformer/index.js";
import { readLabels } from "./labels.mjs";
import { findAllocations, openProgram } from "./sites.mjs";

/**
 * @typedef {import("./labels.mjs").Label & { verdict: string, reason: string | null, firstStep: string }} JudgedLabel
 *
 * @typedef {object} Measured
 * @property {string} name
 * @property {string} version
 * @property {number} allocations expressions that allocate a buffer
 * @property {number} seen how many of them the tool has a verdict on
 * @property {Verdicts} allocationVerdicts of these
 * @property {Verdicts} verdicts of all sites, calls that give a fresh buffer among them
 * @property {Map<string, number>} reasons of kept sites
 * @property {JudgedLabel[]} labels
 *
 * @typedef {{ sites: number, freed: number, partial: number, kept: number }} Verdicts
 */

/** The reason of a site that the tool does not take for one. */
export const notSeen = "not seen";

/**
 * @param {import("./packages.mjs").MeasuredPackage} measured
 * @param {import("./prepare.mjs").OpenedPackage} opened
 * @returns {Measured}
 */
export function measurePackage({ name }, { folder, tsconfig, version }) {
  const { sites } = analyze({ tsconfig }, { typescript: ts });
  const allocations = findAllocations(openProgram(tsconfig), folder);
  const known = new Map(sites.map((site) => [placeOf(site), site]));
  const seen = allocations.flatMap((each) => known.get(placeOf(each)) ?? []);
  const labels = readLabels(name).map((label) => {
    if (!allocations.some((each) => placeOf(each) === placeOf(label))) {
      throw new Error(`${name}: the labelled site ${placeOf(label)} is not in this version of the package.`);
    }
    return judge(label, known.get(placeOf(label)));
  });
  const reasons = new Map();
  for (const { verdict, reason } of sites) {
    if (verdict === "kept") reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return {
    name,
    version,
    allocations: allocations.length,
    seen: seen.length,
    allocationVerdicts: count(seen),
    verdicts: count(sites),
    reasons,
    labels,
  };
}

/**
 * The links of a chain start at the same place: the expression tells them apart.
 *
 * @param {{ file: string, line: number, column: number, expression: string }} site
 */
function placeOf({ file, line, column, expression }) {
  return `${file}:${line}:${column} ${expression}`;
}

/**
 * @param {import("./labels.mjs").Label} label
 * @param {import("../../dist/transformer/report/report.js").SiteReport | undefined} site
 * @returns {JudgedLabel}
 */
function judge(label, site) {
  if (!site) return { ...label, verdict: "kept", reason: notSeen, firstStep: "" };
  const [step] = site.path;
  const at = step && (step.file === site.file ? `${step.line}` : `${step.file}:${step.line}`);
  return {
    ...label,
    verdict: site.verdict,
    reason: site.reason,
    firstStep: step ? `${at}: ${step.why}` : "",
  };
}

/**
 * @param {readonly { verdict: string }[]} sites
 * @returns {Verdicts}
 */
function count(sites) {
  const of = (/** @type {string} */ verdict) => sites.filter((site) => site.verdict === verdict).length;
  return { sites: sites.length, freed: of("freed"), partial: of("partial"), kept: of("kept") };
}
