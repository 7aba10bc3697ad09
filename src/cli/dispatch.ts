/** Handler: argv to outcome. Work beyond the running agent is handed in by the composition root. */
import { Fault, Refused } from "../errors.ts";
import type { Outcome } from "./command.ts";
import { type Parsed, parse } from "./parse.ts";
import { runCommand } from "./run.ts";
import { complaint } from "./words.ts";
import type { World } from "./world.ts";

/** The agent starts without the other commands. */
const tableFor = async (first: string | undefined) =>
  first === "run" ? { run: runCommand } : (await import("./table.ts")).commands;

/** Loaded where it is asked for: the agent starts without the help of the commands. */
const help = () => import("./help.ts");

/** @param argv the words after the program's name */
export async function dispatch(argv: readonly string[], world: World): Promise<Outcome> {
  const parsed = parse(argv, await tableFor(argv[0]));
  if (parsed.is === "usage") {
    return {
      exit: 2,
      err: argv.length === 0 ? (await help()).overview() : complaint(undefined, parsed.text),
    };
  }
  if (parsed.is === "help") {
    const { helpText, overview } = await help();
    return { exit: 0, out: parsed.of === undefined ? overview() : helpText(parsed.of) };
  }
  try {
    if (parsed.name === "run") return await world.run(parsed.options);
    const { handlers } = await import("./handlers.ts");
    // The table pairs every name with its handler; the compiler cannot follow that through the union.
    const handler = handlers[parsed.name] as (call: Parsed, world: World) => Promise<Outcome>;
    return await handler(parsed, world);
  } catch (error) {
    if (error instanceof Refused) return { exit: 1, err: complaint(parsed.name, error.message) };
    if (error instanceof Fault) return { exit: 1, err: complaint(parsed.name, faultText(error)) };
    const refusal = systemRefusal(error);
    if (refusal !== undefined) return { exit: 1, err: complaint(parsed.name, refusal) };
    throw error;
  }
}

/** The message of the operating system for an operation that it refused: a file that may not be read is no defect of
 * this program. */
function systemRefusal(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return undefined;
  return `${error.message}. Check the path and its permissions.`;
}

const advice: Readonly<Partial<Record<number, string>>> = {
  9005: "List the names: cwmpd names [PATH]. An object's name ends with a dot.",
  9006: "See the present value: cwmpd get PATH.",
  9008: "cwmpd names PATH marks the parameters that can be changed with rw.",
};

/** The fault that the ACS would get, for people: its code, and each parameter with its own code. */
function faultText(fault: Fault): string {
  const parts = fault.parameters.map((p) => `\n  ${p.name}: ${p.text} (${p.code})`);
  const next = advice[fault.parameters[0]?.code ?? fault.code];
  return `${fault.message} (fault ${fault.code})${parts.join("")}${next === undefined ? "" : `\n${next}`}`;
}
