/** Machine: the built-in ACS, one HTTP request after the other. TR-069 3.7.2, Table 8.
 *
 *   no session   only an Inform is heard; with a login it is challenged until proven (3.4.4)
 *   in session   found by its cookie; `outstanding` is the request that the CPE owes the answer to
 *   over         the CPE has sent an empty POST without hold and our last answer was empty (3.7.2.4): the session
 *                is forgotten, and so it is after any breach of the protocol, with 400
 *
 * Never: a request of ours while an answer of ours is due; two requests outstanding; an answer that
 * breaks the schema, unless a script says so. The machine waits for nothing and draws no chance of its own. */
import type { CallMessage, Message } from "../rpc/decode.ts";
import { encodeAcsFault, encodeCall, encodeSoapFault } from "../rpc/encode.ts";
import type { Args } from "../rpc/table.ts";
import type { CwmpVersion } from "../soap/names.ts";
import { answerTo } from "./answer.ts";
import { challenge, judge, remember } from "./authenticate.ts";
import { bounded, queued, sessionOf, withDevice } from "./books.ts";
import { framingComplaints } from "./framing.ts";
import { cookieOf, deviceKey, type Heard, hear, nameOf, versionFor } from "./heard.ts";
import { acsLimits } from "./limits.ts";
import type {
  AcsDeed,
  AcsEvent,
  AcsState,
  Device,
  Manner,
  Mishap,
  Result,
  Said,
  Seen,
  Session,
  Task,
  WebRequest,
} from "./state.ts";

export interface AcsStep {
  readonly state: AcsState;
  readonly deeds: readonly AcsDeed[];
}

type Is<K extends Message["is"]> = Extract<Message, { is: K }>;
export function step(state: AcsState, manner: Manner, event: AcsEvent): AcsStep {
  switch (event.on) {
    case "request":
      return new Turn(state, manner, event).take();
    case "tasks":
      return queued(state, event);
    case "credentials":
      return { state: withDevice(state, event.device, { credentials: event.credentials }), deeds: [] };
  }
}

/** A request of the CPE, from the first look at it to the answer. */
class Turn {
  private readonly deeds: AcsDeed[] = [];
  private readonly request: WebRequest;
  private readonly heard: Heard;
  private session: Session | undefined;
  private mishap: Mishap | undefined;

  constructor(
    private state: AcsState,
    private readonly manner: Manner,
    private readonly event: Extract<AcsEvent, { on: "request" }>,
  ) {
    this.request = event.request;
    this.heard = hear(event.request);
    this.session = state.sessions.get(cookieOf(event.request) ?? "");
  }

  take(): AcsStep {
    const seen = this.seen();
    this.mishap = this.manner.script(seen);
    this.state = { ...this.state, requests: this.state.requests + 1 };
    this.note("cpe", this.heard.is === "unreadable" ? { is: "http", text: this.heard.reason } : this.heard);
    if (this.mishap?.do === "drop") this.deeds.push({ do: "drop" });
    else if (this.mishap?.do === "answer") this.raw(this.mishap);
    else this.admit(seen.what);
    return { state: this.state, deeds: this.deeds };
  }

  // -------------------------------------------------------------- events

  private deviceOf(): string | undefined {
    const { heard } = this;
    if (heard.is === "call" && heard.method === "Inform") return deviceKey(heard.args.DeviceId);
    return this.session?.device;
  }

  private seen(): Seen {
    const what = nameOf(this.heard);
    const inSession = what === "Inform" ? 0 : (this.session?.requests ?? 0);
    return { request: this.state.requests, inSession, device: this.deviceOf(), what };
  }

  private admit(what: string) {
    if (this.request.method !== "POST")
      return this.http(405, [["Allow", "POST"]], "Only POST is served here.");
    if (!this.isKnown()) return;
    if (this.session !== undefined) this.heardAgain(this.session);
    for (const text of framingComplaints(this.request, what)) this.complain(text);
    if (this.mishap?.do === "fault" && (this.heard.is === "call" || this.heard.is === "badCall")) {
      return this.fault(this.mishap.code, this.mishap.text ?? "As the script says", this.heard);
    }
    this.handle();
  }

  /** 3.4.4: whether the sender is authenticated; if not it is challenged. */
  private isKnown(): boolean {
    const { login } = this.manner;
    if (login === undefined) return true;
    const asked = this.mishap?.do === "challenge" && this.session?.authenticated === true;
    if (asked) this.change({ authenticated: false });
    if (this.session?.authenticated === true) return true;
    const { is, nonces } = asked
      ? { is: "none" as const, nonces: this.state.nonces }
      : judge(this.request, login, this.state.nonces);
    this.state = { ...this.state, nonces };
    if (is === "right") {
      if (this.session !== undefined) this.change({ authenticated: true });
      return true;
    }
    this.state = { ...this.state, nonces: remember(nonces, this.event.fresh) };
    const text = is === "wrong" ? "Wrong user name or password." : "Log in first.";
    this.http(401, [["WWW-Authenticate", challenge(login, this.event.fresh, is === "stale")]], text);
    return false;
  }

  private handle() {
    const { heard } = this;
    if (heard.is === "unreadable") return this.breach(heard.reason);
    if (heard.is === "call" && heard.method === "Inform") return this.open(heard);
    if (this.session === undefined) {
      const lost =
        cookieOf(this.request) === undefined ? "without a session cookie" : "of a session that is over";
      return this.breach(
        `3.7.1.1: ${nameOf(heard) || "an empty POST"} ${lost}; a session begins with an Inform`,
      );
    }
    switch (heard.is) {
      case "call":
      case "badCall":
      case "soapFault":
        return this.asked(heard);
      case "reply":
      case "fault":
        return this.answered(heard);
      case "empty":
        return this.silent();
    }
  }

  // -------------------------------------------------------------- the five things that can come

  private open(inform: Extract<CallMessage, { method: "Inform" }>): void {
    if (this.session !== undefined) this.complain("3.7: a second Inform in one session");
    const key = deviceKey(inform.args.DeviceId);
    const before = sessionOf(this.state, key);
    if (before !== undefined) this.end(before, false);
    const device = this.remember(key, inform.args);
    const events = inform.args.Event.map((event) => event.EventCode);
    const tasks = this.manner.plan({ device, events, inform: inform.args, fresh: this.event.fresh });
    this.session = {
      id: this.event.fresh,
      device: key,
      version: versionFor(inform.version),
      heardAt: this.event.now,
      requests: 1,
      authenticated: true,
      outstanding: undefined,
      tasks,
      hold: false,
      silent: false,
    };
    this.change({});
    this.deeds.push({ do: "opened", device: key, events });
    this.reply(inform);
  }

  private remember(key: string, inform: Args<"Inform">): Device {
    const known = this.state.devices.get(key);
    const named = (ending: string) => inform.ParameterList.find(({ Name }) => Name.endsWith(ending));
    const url = named(".ManagementServer.ConnectionRequestURL");
    const first = inform.ParameterList[0]?.Name ?? "InternetGatewayDevice.";
    const device: Device = {
      key,
      id: inform.DeviceId,
      root: first.slice(0, first.indexOf(".") + 1) || "InternetGatewayDevice.",
      sessions: (known?.sessions ?? 0) + 1,
      connectionRequestURL: url?.Value ?? known?.connectionRequestURL ?? "",
      credentials: known?.credentials,
      tasks: known?.tasks ?? [],
    };
    this.state = { ...this.state, devices: bounded(this.state.devices, key, device, acsLimits.devicesMax) };
    return device;
  }

  private asked(call: Is<"call"> | Is<"badCall"> | Is<"soapFault">) {
    const { outstanding, hold } = this.session!;
    if (outstanding !== undefined) {
      return this.breach(`3.7.1.2: ${nameOf(call)} instead of the answer to ${outstanding.task.method}`);
    }
    if (hold) return this.breach(`3.7.1.3: ${nameOf(call)} while HoldRequests is true`);
    if (call.is === "call") return this.reply(call);
    if (call.is === "badCall") return this.fault(call.fault.code - 1000, call.fault.message, call);
    const { id, code, text } = call;
    const body = encodeSoapFault(code, { id, version: this.version() }, text);
    this.respond(500, body, { is: "http", text: `SOAP fault ${code}` });
  }

  private answered(answer: Is<"reply"> | Is<"fault">) {
    const { outstanding } = this.session!;
    if (outstanding === undefined) return this.breach(`3.7.1.3: ${nameOf(answer)} to no request`);
    const { task, id } = outstanding;
    if (answer.id !== id) return this.breach(`3.5: the ID of ${nameOf(answer)} is not that of the request`);
    if (answer.is === "reply" && answer.method !== task.method) {
      return this.breach(`3.7.1.2: ${nameOf(answer)} to ${task.method}`);
    }
    this.change({ outstanding: undefined });
    this.settle(
      task,
      answer.is === "reply"
        ? ({ is: "reply", method: answer.method, args: answer.args } as Result)
        : { is: "fault", code: answer.code, text: answer.text, parameters: answer.parameters },
    );
    this.next();
  }

  private silent() {
    const { outstanding, hold } = this.session!;
    if (outstanding !== undefined)
      return this.breach(`3.7.1.2: an empty POST instead of the answer to ${outstanding.task.method}`);
    if (!hold) this.change({ silent: true });
    this.next();
  }

  // -------------------------------------------------------------- messages

  /** Table 8, no request of the CPE outstanding. */
  private next() {
    const session = this.session!;
    const waiting = this.state.devices.get(session.device)?.tasks ?? [];
    const task = session.tasks[0] ?? waiting[0];
    if (task === undefined) return this.nothing();
    if (session.tasks.length > 0) this.change({ tasks: session.tasks.slice(1) });
    else this.state = withDevice(this.state, session.device, { tasks: waiting.slice(1) });
    const id = String(this.state.nextId);
    this.state = { ...this.state, nextId: this.state.nextId + 1 };
    this.change({ outstanding: { id, task } });
    const hold = this.holds() || task.hold;
    const body = encodeCall(task.method, task.args, {
      id,
      version: session.version,
      holdRequests: hold || undefined,
    });
    this.respond(200, body, { is: "asked", method: task.method, args: task.args, hold }, hold);
  }

  private nothing() {
    const session = this.session!;
    const last = session.silent;
    this.respond(204, new Uint8Array(0), { is: "empty" }, false, last);
    if (last) this.end(session, true);
  }

  private reply(call: CallMessage): void {
    const hold = this.holds();
    const options = { id: call.id, version: this.version(), holdRequests: hold || undefined };
    const { reply, body } = answerTo(call, options);
    this.respond(200, body, { is: "answered", method: call.method, args: reply }, hold);
  }

  private fault(code: number, text: string, call: Is<"call"> | Is<"badCall">): void {
    const version = this.session?.version ?? versionFor(call.version);
    this.respond(200, encodeAcsFault(code, text, { id: call.id, version }), { is: "refused", code, text });
  }

  /** 3.7.2.4: 400 without SOAP, and the session is over. */
  private breach(text: string): void {
    this.complain(text);
    this.http(400, [], text);
    if (this.session !== undefined) this.end(this.session, false);
  }

  private http(status: number, headers: WebRequest["headers"], text: string): void {
    const body = new TextEncoder().encode(`${text}\n`);
    this.send(status, [["Content-Type", "text/plain; charset=utf-8"], ...headers], body, {
      is: "http",
      text,
    });
  }

  private raw(mishap: Extract<Mishap, { do: "answer" }>): void {
    const body = new TextEncoder().encode(mishap.body ?? "");
    this.send(mishap.status, mishap.headers ?? [], body, { is: "http", text: "as the script says" });
  }

  private respond(status: number, body: Uint8Array, said: Said, hold = false, last = false): void {
    if (this.session !== undefined) this.change({ hold });
    const type = body.length > 0 ? ([["Content-Type", 'text/xml; charset="utf-8"']] as const) : [];
    const isNew = this.session?.requests === 1 && said.is === "answered";
    const cookie = isNew ? ([["Set-Cookie", `session=${this.session!.id}; Path=/; HttpOnly`]] as const) : [];
    this.send(status, [...type, ...cookie], body, said, last);
  }

  private send(
    status: number,
    headers: WebRequest["headers"],
    body: Uint8Array,
    said: Said,
    last = false,
  ): void {
    const length = status === 204 ? [] : ([["Content-Length", String(body.length)]] as const);
    const { mishap } = this;
    this.note("acs", said, { status, body, last });
    this.deeds.push({
      do: "respond",
      response: { status, headers: [...headers, ...length], body },
      delayMs: mishap?.do === "delay" ? mishap.ms : 0,
      cutAt: mishap?.do === "cut" ? mishap.bytes : undefined,
      close: mishap?.do === "close",
    });
  }

  // -------------------------------------------------------------- keeping the books

  private version(): CwmpVersion {
    return this.session?.version ?? "cwmp-1-1";
  }

  private holds(): boolean {
    return this.mishap?.do === "hold";
  }

  private change(change: Partial<Session>): void {
    this.session = { ...this.session!, ...change };
    this.state = {
      ...this.state,
      sessions: bounded(this.state.sessions, this.session.id, this.session, acsLimits.sessionsMax),
    };
  }

  private heardAgain(session: Session): void {
    this.change({ requests: session.requests + 1, heardAt: this.event.now });
  }

  private settle(task: Task, result: Result): void {
    const { device, tasks } = this.session!;
    this.deeds.push({ do: "settled", device, task, result });
    const { credentials } = task;
    if (credentials !== undefined && result.is === "reply") {
      this.state = withDevice(this.state, device, { credentials });
      this.deeds.push({ do: "agreed", device, credentials });
    }
    const next = task.after(result);
    if (next.length > 0) this.change({ tasks: [...next, ...tasks].slice(0, acsLimits.tasksMax) });
  }

  /** Forgets a session. Tasks that it had not asked yet wait for the next session; tasks that it had asked are lost. */
  private end(session: Session, clean: boolean): void {
    const sessions = new Map(this.state.sessions);
    sessions.delete(session.id);
    this.state = { ...this.state, sessions };
    const waiting = this.state.devices.get(session.device)?.tasks ?? [];
    const tasks = [...session.tasks, ...waiting].slice(0, acsLimits.tasksMax);
    this.state = withDevice(this.state, session.device, { tasks });
    if (session.outstanding !== undefined) {
      this.deeds.push({
        do: "settled",
        device: session.device,
        task: session.outstanding.task,
        result: { is: "lost" },
      });
    }
    this.deeds.push({ do: "over", device: session.device, clean });
    this.session = undefined;
  }

  private complain(text: string): void {
    this.deeds.push({ do: "complain", device: this.deviceOf(), text });
  }

  private note(
    from: "cpe" | "acs",
    said: Said,
    more: { status?: number; body?: Uint8Array; last?: boolean } = {},
  ): void {
    const { status, body = this.request.body, last = false } = more;
    const device = this.deviceOf();
    const session = this.session?.id;
    this.deeds.push({
      do: "record",
      entry: { at: this.event.now, from, device, session, status, said, body, last },
    });
  }
}
