/** Handler: takes a request of the ACS to the method that answers it. TR-069 3.7.1.2, A.3, A.4.1.
 *
 * `served` is the list of GetRPCMethods and the only way to a method: a listed method is answered, and the reverse. */
import { Fault } from "../errors.ts";
import type { Model } from "../model/session.ts";
import type { Log } from "../ports/log.ts";
import type { Message } from "../rpc/decode.ts";
import { encodeFault, encodeReply } from "../rpc/encode.ts";
import { type Args, type MethodName, methods } from "../rpc/table.ts";
import type { CwmpVersion } from "../soap/names.ts";
import * as device from "./device.ts";
import type { Done, Effect } from "./effect.ts";
import { dispatchLimits } from "./limits.ts";
import * as parameters from "./parameters.ts";

type Call = Extract<Message, { is: "call" }>;

export interface Dispatch {
  serves(method: MethodName): boolean;
  /** Carries one call out and encodes its answer. Never throws: a failure is a fault to be sent. */
  handle(call: Call, version: CwmpVersion): Promise<Handled>;
}

/** The answer as it is sent, and the work that the call leaves. */
export interface Handled {
  readonly body: Uint8Array;
  readonly effects: readonly Effect[];
}

export interface DispatchPorts {
  readonly model: Model;
  readonly log: Log;
  /** ScheduleInform calls that wait. */
  readonly scheduled: () => number;
  /** Whether a promise made now can be kept over a power cut. */
  readonly lasting: () => boolean;
  /** Why a factory reset is known to be impossible; undefined: nothing speaks against it. */
  readonly resetObstacle: () => string | undefined;
  /** Methods that other rooms answer. */
  readonly others?: Served;
}

export type Served = { readonly [M in MethodName]?: (args: Args<M>) => Promise<Done<M>> };

/** The methods with which an ACS can look at and free a device whose flash is full or read-only. None of them makes a
 * promise that would have to outlast a power cut. */
const promiseNothing: ReadonlySet<MethodName> = new Set([
  "GetRPCMethods",
  "GetParameterNames",
  "GetParameterValues",
  "GetParameterAttributes",
  "DeleteObject",
  "Reboot",
  "FactoryReset",
]);

/** Each parameter of a refused SetParameterValues with its reason; reasons hold no values. */
function reasons({ parameters }: Fault): { readonly refused?: string } {
  if (parameters.length === 0) return {};
  const told = parameters
    .slice(0, dispatchLimits.reasonsLoggedMax)
    .map(({ name, code, text }) => `${name}: ${code} ${text}`);
  if (told.length < parameters.length) told.push(`${parameters.length - told.length} more`);
  return { refused: told.join("; ") };
}

/** The fault of the error, if the section of the method lists its code; otherwise 9002. 9000 answers every method that
 * is not served. A.3, A.4. */
function owed(method: MethodName, error: unknown): Fault {
  if (!(error instanceof Fault)) return new Fault(9002);
  const codes: readonly number[] = [9000, ...methods[method].faults];
  return codes.includes(error.code) ? error : new Fault(9002, error.message, error.parameters);
}

export function dispatcher(ports: DispatchPorts): Dispatch {
  const { model } = ports;
  const served: Served = {
    GetRPCMethods: async () => device.getRpcMethods(Object.keys(served)),
    SetParameterValues: (args) => parameters.setParameterValues(model, args),
    GetParameterValues: (args) => parameters.getParameterValues(model, args),
    GetParameterNames: (args) => parameters.getParameterNames(model, args),
    SetParameterAttributes: (args) => parameters.setParameterAttributes(model, args),
    GetParameterAttributes: (args) => parameters.getParameterAttributes(model, args),
    AddObject: (args) => parameters.addObject(model, args),
    DeleteObject: (args) => parameters.deleteObject(model, args),
    Reboot: async (args) => device.reboot(args),
    FactoryReset: async () => device.factoryReset(ports.resetObstacle()),
    ScheduleInform: async (args) => device.scheduleInform(args, ports.scheduled()),
    ...ports.others,
  };

  async function handle(call: Call, version: CwmpVersion): Promise<Handled> {
    const envelope = { version, id: call.id };
    try {
      const done = await run(call);
      const body = encodeReply(call.method, done.reply as never, envelope);
      return { body, effects: done.effects ?? [] };
    } catch (error) {
      const fault = owed(call.method, error);
      ports.log(fault === error ? "info" : "error", `${call.method} is answered with fault ${fault.code}`, {
        reason: error instanceof Error ? error.message : String(error),
        ...reasons(fault),
      });
      return { body: encodeFault(fault, envelope), effects: [] };
    }
  }

  async function run(call: Call): Promise<{ readonly reply: unknown; readonly effects?: readonly Effect[] }> {
    const method = (served as Partial<Record<MethodName, (args: never) => Promise<Done<MethodName>>>>)[
      call.method
    ];
    if (method === undefined) throw new Fault(9000);
    if (!promiseNothing.has(call.method) && !ports.lasting())
      throw new Fault(9002, "The state of the device cannot be saved: its flash is full or read-only");
    return method(call.args as never);
  }

  return { serves: (method) => Object.hasOwn(served, method), handle };
}
