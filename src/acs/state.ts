/** Table: the state of the built-in ACS and the tasks that it accepts. TR-069 3.7.2.
 *
 * This ACS is small and honest: it follows 3.7.2 exactly unless its script says otherwise, and notes every breach of
 * the specification by a CPE as a `complaint`. */
import type { Header } from "../ports/net.ts";
import type { FaultMessage, Message } from "../rpc/decode.ts";
import type { DeviceIdStruct } from "../rpc/messages.ts";
import type { Args, MethodName, Reply } from "../rpc/table.ts";
import type { CwmpVersion } from "../soap/names.ts";

// ---------------------------------------------------------------- HTTP as values

export interface WebRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

export interface WebResponse {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

// ---------------------------------------------------------------- requests to a device

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** The outcome of a task. */
export type Result<M extends MethodName = MethodName> =
  | { [N in M]: { readonly is: "reply"; readonly method: N; readonly args: Reply<N> } }[M]
  | Pick<FaultMessage, "is" | "code" | "text" | "parameters">
  /** The session ended before the answer: whether the device did it is not known. */
  | { readonly is: "lost" };

/** A request that waits for its device. `ask` makes one. */
export interface Task {
  readonly method: MethodName;
  readonly args: Args<MethodName>;
  /** HoldRequests true on this request (3.7.2.2). */
  readonly hold: boolean;
  /** The name of the asker. Listeners for results recognize their own tasks by it. */
  readonly origin: string;
  /** The credentials of Connection Requests, in force once the device has done this task. */
  readonly credentials: Credentials | undefined;
  /** The tasks that follow from the result, put before all that wait already. A pure function. */
  readonly after: (result: Result) => readonly Task[];
}

export interface TaskMore<M extends MethodName> {
  readonly hold?: boolean;
  readonly origin?: string;
  readonly credentials?: Credentials;
  readonly after?: (result: Result<M>) => readonly Task[];
}

export function ask<M extends MethodName>(method: M, args: Args<M>, more: TaskMore<M> = {}): Task {
  const { hold = false, origin = "", credentials, after = () => [] } = more;
  // The reply to a method is of that method: the machine sees to it before it calls `after`.
  return { method, args: args as Args<MethodName>, hold, origin, credentials, after: after as Task["after"] };
}

/** The facts of a session that a device opens. */
export interface Opened {
  readonly device: Device;
  readonly events: readonly string[];
  readonly inform: Args<"Inform">;
  /** Chance for this session, hexadecimal digits. */
  readonly fresh: string;
}

/** The tasks of a session that has just been opened. They are sent before the tasks that wait for the device. */
export type Plan = (opened: Opened) => readonly Task[];

// ---------------------------------------------------------------- how it misbehaves

/** A request as a script sees it. */
export interface Seen {
  /** HTTP requests before this one, of all devices. */
  readonly request: number;
  /** HTTP requests before this one in its session; 0 for an Inform. */
  readonly inSession: number;
  readonly device: string | undefined;
  /** "Inform", "GetRPCMethodsResponse", "Fault", "" for an empty POST. */
  readonly what: string;
}

export type Mishap =
  /** A literal HTTP answer; the session stays as it was. */
  | {
      readonly do: "answer";
      readonly status: number;
      readonly headers?: readonly Header[];
      readonly body?: string;
    }
  /** A SOAP fault to a request of the CPE (A.5.2). */
  | { readonly do: "fault"; readonly code: number; readonly text?: string }
  /** 401 with a new nonce (3.4.4), also in the middle of a session. Only where a login is asked for. */
  | { readonly do: "challenge" }
  /** The connection closes without an answer; nothing has been heard. */
  | { readonly do: "drop" }
  /** As it should be, but the connection closes after so many bytes of the body. */
  | { readonly do: "cut"; readonly bytes: number }
  /** As it should be, but later. */
  | { readonly do: "delay"; readonly ms: number }
  /** As it should be, and the connection closes after it. */
  | { readonly do: "close" }
  /** As it should be, with HoldRequests true (3.7.2.2) if the answer is an envelope. */
  | { readonly do: "hold" };

export type Script = (seen: Seen) => Mishap | undefined;

/** A script that names a mishap, or none, for each request in turn. */
export function inTurn(...mishaps: readonly (Mishap | undefined)[]): Script {
  return (seen) => mishaps[seen.request];
}

// ---------------------------------------------------------------- state

export interface Login {
  readonly username: string;
  readonly password: string;
  readonly scheme: "digest" | "basic";
}

export interface Device {
  /** OUI-ProductClass-SerialNumber. */
  readonly key: string;
  readonly id: DeviceIdStruct;
  /** "InternetGatewayDevice." or "Device." */
  readonly root: string;
  readonly sessions: number;
  /** As its last Inform reported. */
  readonly connectionRequestURL: string;
  /** The credentials of Connection Requests, once they have been set. */
  readonly credentials: Credentials | undefined;
  /** Oldest first. */
  readonly tasks: readonly Task[];
}

export interface Session {
  /** Value of its cookie. */
  readonly id: string;
  readonly device: string;
  readonly version: CwmpVersion;
  /** When its last request was received: UTC milliseconds. */
  readonly heardAt: number;
  readonly requests: number;
  /** False: a challenge waits for its answer. */
  readonly authenticated: boolean;
  readonly outstanding: { readonly id: string; readonly task: Task } | undefined;
  /** Tasks of the plan and tasks that follow from answers. They are sent before the device's own tasks. */
  readonly tasks: readonly Task[];
  /** HoldRequests of the last answer. */
  readonly hold: boolean;
  /** An empty POST was received while hold was false: the CPE asks nothing more (3.7.2.4). */
  readonly silent: boolean;
}

export interface AcsState {
  readonly devices: ReadonlyMap<string, Device>;
  readonly sessions: ReadonlyMap<string, Session>;
  /** Nonce to the highest count that it served; oldest first. */
  readonly nonces: ReadonlyMap<string, number>;
  readonly requests: number;
  /** Number of its next ID header. */
  readonly nextId: number;
}

export const emptyState: AcsState = {
  devices: new Map(),
  sessions: new Map(),
  nonces: new Map(),
  requests: 0,
  nextId: 1,
};

/** The manner of this ACS, fixed at its start. */
export interface Manner {
  readonly login: Login | undefined;
  readonly plan: Plan;
  readonly script: Script;
}

// ---------------------------------------------------------------- events and deeds

export type AcsEvent =
  /** @param fresh 32 hexadecimal digits that nobody can guess */
  | { readonly on: "request"; readonly request: WebRequest; readonly now: number; readonly fresh: string }
  | { readonly on: "tasks"; readonly device: string; readonly tasks: readonly Task[]; readonly now: number }
  | { readonly on: "credentials"; readonly device: string; readonly credentials: Credentials };

/** A message as the conversation shows it. */
export type Said =
  | Message
  | {
      readonly is: "asked";
      readonly method: MethodName;
      readonly args: Args<MethodName>;
      readonly hold: boolean;
    }
  | { readonly is: "answered"; readonly method: MethodName; readonly args: Reply<MethodName> }
  | { readonly is: "refused"; readonly code: number; readonly text: string }
  | { readonly is: "empty" }
  | { readonly is: "http"; readonly text: string }
  | { readonly is: "connectionRequest"; readonly url: string; readonly outcome: string };

/** A message of the conversation. */
export interface Entry {
  readonly at: number;
  readonly from: "cpe" | "acs";
  readonly device: string | undefined;
  readonly session: string | undefined;
  /** Of an answer. */
  readonly status: number | undefined;
  readonly said: Said;
  /** As it was on the wire. */
  readonly body: Uint8Array;
  /** The last of a session that ended as it should. */
  readonly last: boolean;
}

export type AcsDeed =
  | {
      readonly do: "respond";
      readonly response: WebResponse;
      readonly delayMs: number;
      /** Close the connection after so many bytes of the body. */
      readonly cutAt: number | undefined;
      readonly close: boolean;
    }
  | { readonly do: "drop" }
  | { readonly do: "record"; readonly entry: Entry }
  | { readonly do: "complain"; readonly device: string | undefined; readonly text: string }
  | { readonly do: "opened"; readonly device: string; readonly events: readonly string[] }
  | { readonly do: "settled"; readonly device: string; readonly task: Task; readonly result: Result }
  /** The device has taken credentials for Connection Requests. */
  | { readonly do: "agreed"; readonly device: string; readonly credentials: Credentials }
  | { readonly do: "over"; readonly device: string; readonly clean: boolean }
  /** Tasks wait and no session is open: a Connection Request would bring one. */
  | { readonly do: "ring"; readonly device: string };
