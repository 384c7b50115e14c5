/**
 * Finds the JavaScript that runs for what the program imports from `node_modules`, where the compiler has read declarations only.
 *
 * # Idea
 * The compiler resolves a module name once more, without declarations, in the mode of the import: what it finds then is the file
 * that Node loads for it (`exports` with its conditions, `main`, extensions).
 *
 * # Invariants
 * - D1 What an import gets is the file that Node would load for the format that the importing file is emitted in.
 *
 * # Example
 * `import FFT from "fft.js"`: declared in `fft.js/lib/fft.d.ts`, runs `fft.js/lib/fft.js`.
 */
import type TS from "typescript";
import { ts } from "../../typescript.js";
import { isAnalysedFile } from "../syntax.js";

/** By importing file and module name, the file that runs. */
export type DependencyFiles = ReadonlyMap<string, string>;

export const importKey = (file: TS.SourceFile, name: string): string => `${file.fileName}\0${name}`;

/** The compiler's option that leaves declarations out of sight; it has no type, since editors alone use it. */
export const withoutDeclarations = { noDtsResolution: true } as const;

export function findDependencyFiles(program: TS.Program): DependencyFiles {
  const found = new Map<string, string>();
  const options: TS.CompilerOptions = {
    ...resolutionOf(program.getCompilerOptions()),
    ...withoutDeclarations,
    allowJs: true,
  };
  for (const file of program.getSourceFiles()) {
    if (!isAnalysedFile(program, file)) continue;
    for (const name of moduleNames(file)) {
      if (!isDeclaredElsewhere(program, name)) continue;
      const mode = ts.getModeForUsageLocation(file, name, options);
      const { resolvedModule } = ts.resolveModuleName(
        name.text,
        file.fileName,
        options,
        ts.sys,
        undefined,
        undefined,
        mode,
      );
      const path = resolvedModule?.resolvedFileName;
      if (path && isScript(path)) found.set(importKey(file, name.text), path);
    }
  }
  return found;
}

/** How the program resolves modules. */
export function resolutionOf(options: TS.CompilerOptions): TS.CompilerOptions {
  const { module, moduleResolution, customConditions, resolvePackageJsonExports, baseUrl, paths } = options;
  return {
    ...(module === undefined ? {} : { module }),
    ...(moduleResolution === undefined ? {} : { moduleResolution }),
    ...(customConditions === undefined ? {} : { customConditions }),
    ...(resolvePackageJsonExports === undefined ? {} : { resolvePackageJsonExports }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(paths === undefined ? {} : { paths }),
  };
}

const isScript = (path: string): boolean => /\.[cm]?js$/.test(path);

function moduleNames(file: TS.SourceFile): TS.StringLiteral[] {
  return file.statements.flatMap((statement) => {
    const isModule = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement);
    const name = isModule ? statement.moduleSpecifier : undefined;
    return name && ts.isStringLiteral(name) ? [name] : [];
  });
}

/** Whether a module is known by declarations in `node_modules`, other than those of Node itself. */
function isDeclaredElsewhere(program: TS.Program, name: TS.StringLiteral): boolean {
  return declarationsOf(program.getTypeChecker(), name) !== null;
}

/** The declaration file of a dependency that a module name means. */
export function declarationsOf(checker: TS.TypeChecker, name: TS.Expression): TS.SourceFile | null {
  const file = checker.getSymbolAtLocation(name)?.declarations?.find(ts.isSourceFile);
  if (!file?.isDeclarationFile || !/[\\/]node_modules[\\/]/.test(file.fileName)) return null;
  return /[\\/]node_modules[\\/]@types[\\/]node[\\/]/.test(file.fileName) ? null : file;
}
