/**
 * The language service with verdicts added: errors and suggestions, hover, inlay hints, quick fixes.
 *
 * What an editor asks is answered by the service below first. Whatever fails here is logged, and that answer stands.
 */
import { dirname } from "node:path";
import type TS from "typescript/lib/tsserverlibrary.js";
import { checkTypeScriptVersion } from "../transformer/diagnostics.js";
import { bindTypeScript } from "../transformer/typescript.js";
import { findFixes, fixableCodes } from "./fixes.js";
import { Schedule } from "./schedule.js";
import { buildOptions, readSettings, type Settings } from "./settings.js";
import {
  type FileVerdicts,
  findVerdicts,
  hoverText,
  keptSuggestions,
  type SiteVerdictText,
  siteAt,
} from "./verdicts.js";

/**
 * Decorates the language service of a project.
 *
 * @param typescript the compiler that the server runs
 * @param info the project, as tsserver hands it to plugins
 */
export function createService(typescript: typeof TS, info: TS.server.PluginCreateInfo): TS.LanguageService {
  const log = (text: string): void => info.project.projectService.logger.info(`ts-autofree: ${text}`);
  try {
    checkTypeScriptVersion(typescript.version, null);
    return decorate(typescript, info, log);
  } catch (error) {
    log(`off: ${error instanceof Error ? error.message : error}`);
    return info.languageService;
  }
}

interface Session {
  readonly service: TS.LanguageService;
  readonly settings: Settings;
  readonly root: string;
  /** Does work that must not fail: otherwise `fallback` stands. */
  readonly guarded: <T>(what: string, fallback: T, work: () => T) => T;
  /** The verdicts of a file, with the program that they are of. */
  readonly ask: (fileName: string) => Asked | null;
}

interface Asked {
  readonly program: TS.Program;
  readonly file: TS.SourceFile;
  readonly verdicts: FileVerdicts;
}

function decorate(
  typescript: typeof TS,
  info: TS.server.PluginCreateInfo,
  log: (text: string) => void,
): TS.LanguageService {
  const { project, languageService: service } = info;
  const settings = readSettings(info.config);
  const config = project.getCompilerOptions().configFilePath;
  const root = typeof config === "string" ? dirname(config) : project.getCurrentDirectory();
  const schedule = new Schedule(settings, {
    analyze: (program) => {
      bindTypeScript(typescript);
      return findVerdicts(program, buildOptions(program.getCompilerOptions().plugins, root), root);
    },
    currentProgram: () => (project.isClosed() ? undefined : service.getProgram()),
    announce: () => project.refreshDiagnostics(),
    log,
    now: () => performance.now(),
    later: (work, milliseconds) => {
      const timer = setTimeout(() => guarded("later", undefined, work), milliseconds);
      return () => clearTimeout(timer);
    },
  });
  function guarded<T>(what: string, fallback: T, work: () => T): T {
    try {
      return work();
    } catch (error) {
      log(`${what} failed: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
      return fallback;
    }
  }
  const ask = (fileName: string): Asked | null => {
    const program = service.getProgram();
    const file = program?.getSourceFile(fileName);
    const verdicts = program && schedule.verdictsOf(program, fileName);
    return program && file && verdicts ? { program, file, verdicts } : null;
  };
  log(`on, for ${root}`);
  const session = { service, settings, root, guarded, ask };
  return {
    ...service,
    ...diagnosticMethods(session),
    ...displayMethods(session),
    ...fixMethods(session),
    dispose: () => {
      schedule.close();
      service.dispose();
    },
  };
}

type Methods = Partial<TS.LanguageService>;

function diagnosticMethods({ service, settings, guarded, ask }: Session): Methods {
  return {
    getSemanticDiagnostics: (fileName) => {
      const own = service.getSemanticDiagnostics(fileName);
      return guarded("getSemanticDiagnostics", own, () => [
        ...own,
        ...(ask(fileName)?.verdicts.errors ?? []),
      ]);
    },
    getSuggestionDiagnostics: (fileName) => {
      const own = service.getSuggestionDiagnostics(fileName);
      return guarded("getSuggestionDiagnostics", own, () => {
        const asked = ask(fileName);
        if (!asked) return own;
        const kept = settings.suggestions ? keptSuggestions(asked.file, asked.verdicts) : [];
        return [...own, ...([...asked.verdicts.suspects, ...kept] as TS.DiagnosticWithLocation[])];
      });
    },
  };
}

function displayMethods({ service, settings, root, guarded, ask }: Session): Methods {
  return {
    getQuickInfoAtPosition: (fileName, position, ...rest) => {
      const own = service.getQuickInfoAtPosition(fileName, position, ...rest);
      return guarded("getQuickInfoAtPosition", own, () => {
        const asked = ask(fileName);
        const site = asked && siteAt(asked.verdicts, position);
        return site ? withText(own, site, hoverText(site, root)) : own;
      });
    },
    provideInlayHints: (fileName, span, preferences) => {
      const own = service.provideInlayHints(fileName, span, preferences);
      if (!settings.hints) return own;
      return guarded("provideInlayHints", own, () => {
        const sites = ask(fileName)?.verdicts.sites ?? [];
        const seen = sites.filter(({ end }) => end >= span.start && end <= span.start + span.length);
        return [...own, ...seen.map(hintOf)];
      });
    },
  };
}

function withText(own: TS.QuickInfo | undefined, site: SiteVerdictText, text: string): TS.QuickInfo {
  if (!own) {
    const textSpan = { start: site.start, length: site.end - site.start };
    const displayParts = [{ kind: "text", text }];
    return { kind: "" as TS.ScriptElementKind, kindModifiers: "", textSpan, displayParts };
  }
  const before = own.documentation ?? [];
  const gap = before.length > 0 ? "\n\n" : "";
  return { ...own, documentation: [...before, { kind: "text", text: `${gap}${text}` }] };
}

function hintOf({ end, kind, reason }: SiteVerdictText): TS.InlayHint {
  const texts = { freed: "freed", partial: "freed in part", scalar: "scalar", kept: `kept: ${reason}` };
  const text = texts[kind];
  return { text, position: end, kind: "Type" as TS.InlayHintKind, whitespaceBefore: true };
}

function fixMethods({ service, guarded, ask }: Session): Methods {
  return {
    getSupportedCodeFixes: (fileName) => [
      ...service.getSupportedCodeFixes(fileName),
      ...fixableCodes.map(String),
    ],
    getCodeFixesAtPosition: (fileName, start, end, codes, ...rest) => {
      const own = service.getCodeFixesAtPosition(fileName, start, end, codes, ...rest);
      const ours = codes.filter((code) => fixableCodes.includes(code));
      if (ours.length === 0) return own;
      return guarded("getCodeFixesAtPosition", own, () => {
        const asked = ask(fileName);
        return asked ? [...own, ...ours.flatMap((code) => findFixes({ ...asked, start, end, code }))] : own;
      });
    },
  };
}
