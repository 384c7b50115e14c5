import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    // Most of a test's time is one process: on two cores, one worker leaves one idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    execArgv: ["--expose-gc"],
    testTimeout: 60_000,
    // Hooks compile whole programs, too.
    hookTimeout: 60_000,
  },
});
