/** Port: ubus, the device's own way of asking its services. Over its socket, one connection kept; by the `ubus` program
 * where there is no socket. A missing answer does not mean that there is nothing. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Exec } from "./exec.ts";
import { factsLimits } from "./limits.ts";
import { Connection, type Reply } from "./ubus/connection.ts";
import { ubusLimits } from "./ubus/limits.ts";
import { statuses } from "./ubus/messages.ts";
import type { Table } from "./ubus/values.ts";

export type Answer =
  | { readonly is: "said"; readonly value: Table }
  /** The fact cannot exist here: no ubus, no such object, no such method. */
  | { readonly is: "absent" }
  /** The object is there and has not answered. */
  | { readonly is: "failed"; readonly why: string };

export interface Ubus {
  /** Never rejects. */
  call(object: string, method: string, args?: Table): Promise<Answer>;
  close(): void;
}

/** The sockets of ubusd: of current releases and of older ones. */
const sockets = ["var/run/ubus/ubus.sock", "var/run/ubus.sock"];

/** @param root "/" on the device */
export function openUbus(root: string, exec: Exec): Ubus {
  const paths = sockets.map((name) => join(root, name));
  let current: Connection | undefined;
  let coming: Promise<Connection | undefined> | undefined;
  /** Objects that have let a question go by, and until when they are not asked again: a session has many questions. */
  const stuck = new Map<string, number>();
  const printed = new Map<string, Printed>();

  /** @returns `none`: there is no socket; undefined: nobody answers at the one that is there */
  async function connected(): Promise<Connection | "none" | undefined> {
    if (current?.open) return current;
    const path = paths.find((one) => existsSync(one));
    if (path === undefined) return "none";
    coming ??= Connection.to(path).finally(() => {
      coming = undefined;
    });
    current = await coming;
    return current;
  }

  async function ask(object: string, method: string, args: Table): Promise<Answer> {
    const there = await connected();
    if (there === "none") return byProgram(exec, printed, object, method, args);
    if (there === undefined) return noAnswer;
    const reply = await there.call(object, method, args);
    if (reply.is !== "lost") return understood(reply);
    // ubusd has been started anew: another connection, other numbers.
    const again = await connected();
    return again === "none" || again === undefined
      ? noAnswer
      : understood(await again.call(object, method, args));
  }

  return {
    async call(object, method, args = {}) {
      const until = stuck.get(object);
      if (until !== undefined && performance.now() < until) return { is: "failed", why: "no answer in time" };
      const answer = await ask(object, method, args);
      if (answer.is === "failed" && answer.why === late)
        stuck.set(object, performance.now() + ubusLimits.stuckMs);
      else stuck.delete(object);
      return answer;
    },
    close() {
      current?.close();
      current = undefined;
    },
  };
}

interface Printed {
  readonly text: string;
  readonly answer: Answer;
}

const late = "no answer in time";
const noAnswer: Answer = { is: "failed", why: "ubusd does not respond" };

function understood(reply: Reply): Answer {
  if (reply.is === "late") return { is: "failed", why: late };
  if (reply.is === "lost") return { is: "failed", why: "the connection to ubusd was lost" };
  if (reply.status === statuses.ok) return { is: "said", value: reply.value };
  if (reply.status === statuses.notFound || reply.status === statuses.noMethod) return { is: "absent" };
  return { is: "failed", why: reply.status === statuses.timeout ? late : `status ${reply.status}` };
}

/** Calls the program `ubus`. Its exit code is the status; its output is JSON.
 * @param known the last answers, by their text: most questions get the same one again and again */
async function byProgram(
  exec: Exec,
  known: Map<string, Printed>,
  object: string,
  method: string,
  args: Table,
): Promise<Answer> {
  const given = Object.keys(args).length === 0 ? [] : [JSON.stringify(args)];
  const argv = ["ubus", "-S", "-t", "2", "call", object, method, ...given];
  const result = await exec(argv, factsLimits.askMsMax);
  if (result.is === "failed") {
    if (result.why === "missing") return { is: "absent" };
    return { is: "failed", why: result.why === "timeout" ? late : result.why };
  }
  if (result.code === statuses.notFound || result.code === statuses.noMethod) return { is: "absent" };
  if (result.code !== 0) return { is: "failed", why: `status ${result.code}` };
  const question = argv.join(" ");
  const last = known.get(question);
  if (last?.text === result.stdout) return last.answer;
  try {
    const value: unknown = JSON.parse(result.stdout);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      const answer = { is: "said", value: value as Table } as const;
      known.set(question, { text: result.stdout, answer });
      return answer;
    }
  } catch {
    // No answer either.
  }
  return { is: "failed", why: "its answer is no JSON object" };
}
