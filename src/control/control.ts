/** Handler: the control socket's protocol. One JSON line asks, one JSON line answers, then the connection ends.
 *
 *   {"do":"get","paths":["InternetGatewayDevice.DeviceInfo."]}
 *   {"ok":true,"result":[{"name":…,"value":…,"type":…}]}
 *   {"ok":false,"error":"Invalid parameter name: X","code":9005,"parameters":[]}
 *
 * The agent answers every line; `code` is a CPE fault of Table 65, or "refused", "malformed", "internal". */
import { Fault, type FaultCode, faultCodes, Malformed, type ParameterFault, Refused } from "../errors.ts";
import type { Described } from "../model/explain.ts";
import type { Profile } from "../model/profiles.ts";
import type { OptionReport } from "../options/report.ts";
import type { Edit } from "../ports/config.ts";
import type { Status } from "./status.ts";
import type { DownloadWish, TransferTold, TransferWish } from "./transfers.ts";

/** The services of the running agent for the command line. The engine implements them; the client calls them. */
export interface Control {
  /** @throws Fault 9005 */
  get(
    paths: readonly string[],
  ): Promise<readonly { readonly name: string; readonly value: string; readonly type: string }[]>;
  /** All that there is to say of parameters. @throws Fault 9005 */
  describe(paths: readonly string[]): Promise<readonly Described[]>;
  /** The edits that `set` would make; nothing is written. @throws Fault as SetParameterValues would answer */
  rehearse(pairs: readonly { readonly name: string; readonly value: string }[]): Promise<readonly Edit[]>;
  /** The profiles of the data model that is served, each with the parameters that it lacks. */
  profiles(): Promise<readonly Profile[]>;
  /** All or none. @throws Fault as SetParameterValues would answer */
  set(pairs: readonly { readonly name: string; readonly value: string }[]): Promise<void>;
  /** @throws Fault 9005 */
  names(
    path: string,
    nextLevel: boolean,
  ): Promise<readonly { readonly name: string; readonly writable: boolean }[]>;
  status(): Promise<Status>;
  /** Every Option that the configuration names. */
  options(): Promise<readonly OptionReport[]>;
  /** Starts a session now; resolves when it has begun. @throws Refused with the reason and the next step */
  inform(): Promise<void>;
  /** Takes in the events that wait on disk. */
  events(): Promise<void>;
  transfers(): Promise<readonly TransferTold[]>;
  /** Begins a transfer; @returns its number. @throws Fault as Download would answer */
  transfer(wish: TransferWish): Promise<number>;
  /** Asks the ACS for a file, in a session that begins now. @throws Fault 9003 */
  requestDownload(wish: DownloadWish): Promise<void>;
}

export type Request =
  | { readonly do: "get"; readonly paths: readonly string[] }
  | { readonly do: "describe"; readonly paths: readonly string[] }
  | { readonly do: "rehearse"; readonly pairs: readonly { readonly name: string; readonly value: string }[] }
  | { readonly do: "profiles" }
  | { readonly do: "set"; readonly pairs: readonly { readonly name: string; readonly value: string }[] }
  | { readonly do: "names"; readonly path: string; readonly nextLevel: boolean }
  | { readonly do: "status" }
  | { readonly do: "options" }
  | { readonly do: "inform" }
  | { readonly do: "events" }
  | { readonly do: "transfers" }
  | { readonly do: "transfer"; readonly wish: TransferWish }
  | { readonly do: "requestDownload"; readonly wish: DownloadWish };

type Json = Readonly<Record<string, unknown>>;

function record(value: unknown): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Malformed("Cannot read request: expected an object");
  }
  return value as Json;
}

/** A field of its own, not one that every object has. */
function field(of: Json, key: string): unknown {
  return Object.hasOwn(of, key) ? of[key] : undefined;
}

function text(of: Json, key: string): string {
  const value = field(of, key);
  if (typeof value !== "string") throw new Malformed(`Cannot read request: expected a string in "${key}"`);
  return value;
}

function list(of: Json, key: string): readonly unknown[] {
  const value = field(of, key);
  if (!Array.isArray(value)) throw new Malformed(`Cannot read request: expected a list in "${key}"`);
  return value;
}

const pathsOf = (of: Json): readonly string[] =>
  list(of, "paths").map((path, index) => text({ [index]: path }, String(index)));

const pairsOf = (of: Json) =>
  list(of, "pairs")
    .map(record)
    .map((pair) => ({ name: text(pair, "name"), value: text(pair, "value") }));

const readers: Readonly<Record<Request["do"], (of: Json) => Request>> = {
  get: (of) => ({ do: "get", paths: pathsOf(of) }),
  describe: (of) => ({ do: "describe", paths: pathsOf(of) }),
  rehearse: (of) => ({ do: "rehearse", pairs: pairsOf(of) }),
  profiles: () => ({ do: "profiles" }),
  set: (of) => ({ do: "set", pairs: pairsOf(of) }),
  names: (of) => ({ do: "names", path: text(of, "path"), nextLevel: field(of, "nextLevel") === true }),
  status: () => ({ do: "status" }),
  options: () => ({ do: "options" }),
  inform: () => ({ do: "inform" }),
  events: () => ({ do: "events" }),
  transfers: () => ({ do: "transfers" }),
  transfer: (of) => {
    const wish = record(field(of, "wish"));
    return {
      do: "transfer",
      wish: {
        direction: text(wish, "direction") === "upload" ? "upload" : "download",
        fileType: text(wish, "fileType"),
        url: text(wish, "url"),
        username: text(wish, "username"),
        password: text(wish, "password"),
        targetFileName: text(wish, "targetFileName"),
      },
    };
  },
  requestDownload: (of) => {
    const wish = record(field(of, "wish"));
    const args = list(wish, "args").map(record);
    return {
      do: "requestDownload",
      wish: {
        fileType: text(wish, "fileType"),
        args: args.map((arg) => ({ name: text(arg, "name"), value: text(arg, "value") })),
      },
    };
  },
};

/** @throws Malformed for every other line */
function parseRequest(line: string): Request {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // Also a nesting so deep that the parser gives up.
    throw new Malformed("Cannot read request: expected one line of JSON");
  }
  const of = record(value);
  const verb = text(of, "do");
  if (!Object.hasOwn(readers, verb)) {
    throw new Malformed(`Cannot read request: expected one of ${Object.keys(readers).join(", ")} in "do"`);
  }
  return readers[verb as Request["do"]](of);
}

async function perform(control: Control, request: Request): Promise<unknown> {
  switch (request.do) {
    case "get":
      return control.get(request.paths);
    case "describe":
      return control.describe(request.paths);
    case "rehearse":
      return control.rehearse(request.pairs);
    case "profiles":
      return control.profiles();
    case "set":
      return control.set(request.pairs);
    case "names":
      return control.names(request.path, request.nextLevel);
    case "status":
      return control.status();
    case "options":
      return control.options();
    case "inform":
      return control.inform();
    case "events":
      return control.events();
    case "transfers":
      return control.transfers();
    case "transfer":
      return control.transfer(request.wish);
    case "requestDownload":
      return control.requestDownload(request.wish);
  }
}

function failure(error: unknown): Json {
  if (error instanceof Fault) {
    return { ok: false, error: error.message, code: error.code, parameters: error.parameters };
  }
  if (error instanceof Refused) return { ok: false, error: error.message, code: "refused" };
  if (error instanceof Malformed) return { ok: false, error: error.message, code: "malformed" };
  return { ok: false, error: "The agent failed to answer; its log tells more.", code: "internal" };
}

/** The agent's side: a line in, a line out, without the line end. Never throws.
 * @param surprised gets an error that is none of ours, for the log */
export async function answer(
  control: Control,
  line: string,
  surprised: (error: unknown) => void,
): Promise<string> {
  try {
    const result = await perform(control, parseRequest(line));
    return JSON.stringify({ ok: true, result: result ?? null });
  } catch (error) {
    const told = failure(error);
    if (told.code === "internal") surprised(error);
    return JSON.stringify(told);
  }
}

function isFaultCode(code: unknown): code is FaultCode {
  return typeof code === "number" && Object.hasOwn(faultCodes, code);
}

function reply(line: string): unknown {
  let of: Json;
  try {
    of = record(JSON.parse(line));
  } catch {
    throw new Refused("The agent's answer does not parse: is it of another version? Restart it.");
  }
  if (of.ok === true) return of.result;
  const error = String(of.error);
  if (!isFaultCode(of.code)) throw new Refused(error);
  throw new Fault(of.code, error, (of.parameters ?? []) as readonly ParameterFault[]);
}

/** The command line's side: an error of the agent is thrown here.
 * @param exchange carries a line to the agent and its answer back; throws Refused */
export function clientOf(exchange: (line: string) => Promise<string>): Control {
  const ask = async (request: Request) => reply(await exchange(JSON.stringify(request)));
  // The agent is this same program: its answer has the type that Control declares.
  return {
    get: (paths) => ask({ do: "get", paths }) as ReturnType<Control["get"]>,
    describe: (paths) => ask({ do: "describe", paths }) as ReturnType<Control["describe"]>,
    rehearse: (pairs) => ask({ do: "rehearse", pairs }) as ReturnType<Control["rehearse"]>,
    profiles: () => ask({ do: "profiles" }) as ReturnType<Control["profiles"]>,
    set: (pairs) => ask({ do: "set", pairs }) as Promise<void>,
    names: (path, nextLevel) => ask({ do: "names", path, nextLevel }) as ReturnType<Control["names"]>,
    status: () => ask({ do: "status" }) as Promise<Status>,
    options: () => ask({ do: "options" }) as ReturnType<Control["options"]>,
    inform: () => ask({ do: "inform" }) as Promise<void>,
    events: () => ask({ do: "events" }) as Promise<void>,
    transfers: () => ask({ do: "transfers" }) as ReturnType<Control["transfers"]>,
    transfer: (wish) => ask({ do: "transfer", wish }) as Promise<number>,
    requestDownload: (wish) => ask({ do: "requestDownload", wish }) as Promise<void>,
  };
}
