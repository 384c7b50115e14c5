/** A tsserver process, spoken to as an editor does: requests as lines of JSON, answers and events with a header each. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cleanEnvironment, repository } from "../cli/harness.js";

interface Message {
  readonly type: "response" | "event";
  readonly request_seq?: number;
  readonly event?: string;
  readonly success?: boolean;
  readonly message?: string;
  readonly body?: unknown;
}

export interface Server {
  /** Sends a request and waits for its answer; throws what the server says if it fails. */
  readonly ask: <T>(command: string, args: object) => Promise<T>;
  /** Sends a request that has no answer. */
  readonly tell: (command: string, args: object) => void;
  /** Waits for the next event of a kind. */
  readonly event: (name: string) => Promise<void>;
  /** The server's log. */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

const tsserver = join(repository, "node_modules/typescript/lib/tsserver.js");

export function startServer(folder: string): Server {
  const logFile = join(folder, "tsserver.log");
  const args = ["--pluginProbeLocations", folder, "--logFile", logFile, "--logVerbosity", "verbose"];
  const flags = [...args, "--disableAutomaticTypingAcquisition"];
  const child = spawn(process.execPath, [tsserver, ...flags], {
    cwd: folder,
    env: cleanEnvironment(),
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting = new Map<number, (message: Message) => void>();
  let listeners: { readonly name: string; readonly done: () => void }[] = [];
  const receive = (message: Message): void => {
    if (message.type === "response") waiting.get(message.request_seq as number)?.(message);
    const heard = listeners.filter(({ name }) => message.type === "event" && name === message.event);
    listeners = listeners.filter((each) => !heard.includes(each));
    for (const { done } of heard) done();
  };
  let rest = Buffer.alloc(0);
  child.stdout.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const header = /Content-Length: (\d+)\r\n\r\n/.exec(rest.toString("latin1"));
      if (!header) return;
      const start = header.index + header[0].length;
      const end = start + Number(header[1]);
      if (rest.length < end) return;
      receive(JSON.parse(rest.subarray(start, end).toString("utf8")));
      rest = rest.subarray(end);
    }
  });
  let seq = 0;
  const send = (command: string, args: object): number => {
    child.stdin.write(`${JSON.stringify({ seq: ++seq, type: "request", command, arguments: args })}\n`);
    return seq;
  };
  return {
    ask: <T>(command: string, args: object) =>
      new Promise<T>((done, fail) => {
        waiting.set(send(command, args), ({ success, message, body }) => {
          if (success) done(body as T);
          else fail(new Error(`${command}: ${message}`));
        });
      }),
    tell: send,
    event: (name) => new Promise((done) => listeners.push({ name, done })),
    log: () => readFileSync(logFile, "utf8"),
    stop: () =>
      new Promise((done) => {
        child.on("close", () => done());
        send("exit", {});
      }),
  };
}
