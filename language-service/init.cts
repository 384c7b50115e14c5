/**
 * The entry that an editor's tsserver loads with `require`. It must not fail: whatever is wrong leaves the editor without this
 * plugin's help, and a line in the server's log.
 */
import type TS from "typescript/lib/tsserverlibrary.js";

import type Plugin = require("./plugin.js");

function init(modules: { typescript: typeof TS }): TS.server.PluginModule {
  let plugin: typeof Plugin;
  try {
    // An ES module: Node 20.19, 22.12 and newer can require it.
    plugin = require("./plugin.js");
  } catch (error) {
    return { create: (info) => withoutPlugin(info, error) };
  }
  return { create: (info) => plugin.createService(modules.typescript, info) };
}

function withoutPlugin(info: TS.server.PluginCreateInfo, error: unknown): TS.LanguageService {
  const remedy = `Node ${process.version} must be 20.19 or newer, 22.12 or newer for 22`;
  info.project.projectService.logger.info(`ts-autofree: not loaded (${remedy}): ${error}`);
  return info.languageService;
}

export = init;
