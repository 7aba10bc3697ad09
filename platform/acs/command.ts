/** Adapter: `cwmpd acs`, the built-in ACS on a terminal or a pipe. */
import fs from "node:fs";
import readline from "node:readline";
import { Acs, type News } from "../../src/acs/acs.ts";
import { narrate, narrateComplaint } from "../../src/acs/narrate.ts";
import { consoleHelp, origin, readOrder, stunOrder } from "../../src/acs/orders.ts";
import { showResult } from "../../src/acs/show.ts";
import type { Credentials, Device, Login, Task } from "../../src/acs/state.ts";
import { tour } from "../../src/acs/tour.ts";
import type { Outcome } from "../../src/cli/command.ts";
import type { Arguments } from "../../src/cli/table.ts";
import { Refused } from "../../src/errors.ts";
import { writeEndpoint } from "../../src/nat/endpoint.ts";
import type { Chance } from "../../src/ports/chance.ts";
import { type AcsServer, parseListen, serveAcs } from "./server.ts";
import { type StunResponder, serveStun } from "./stun.ts";

/** The terminal or the pipes that it talks over. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly write: (text: string) => void;
  readonly colours: boolean;
  /** Resolves when it is to end. */
  readonly stopped: Promise<void>;
}

/** The complaint about the options, before anything is tried; undefined: there is none. */
function misuse({ username, "password-file": file, listen }: Arguments<"acs">): string | undefined {
  if ((username === undefined) !== (file === undefined)) return "--username and --password-file go together.";
  try {
    parseListen(listen);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function loginOf({ username, "password-file": file }: Arguments<"acs">): Login | undefined {
  if (username === undefined || file === undefined) return undefined;
  try {
    const password = fs.readFileSync(file, "utf8").split(/\r?\n/)[0]!;
    return { username, password, scheme: "digest" };
  } catch (error) {
    throw new Refused(
      `Cannot read the password from ${file}: ${(error as { code?: string }).code ?? error}.`,
    );
  }
}

/** Serves until a signal stops it. @throws Refused */
export async function runAcs(
  options: Arguments<"acs">,
  chance: Chance,
  terminal: Terminal,
): Promise<Outcome> {
  const wrong = misuse(options);
  if (wrong !== undefined) return { exit: 2, err: `cwmpd acs: ${wrong}\nTry: cwmpd acs --help\n` };
  const login = loginOf(options);
  const say = (...lines: readonly string[]) => terminal.write(lines.map((line) => `${line}\n`).join(""));
  const talk = new Talk(say, terminal.colours);
  const acs = new Acs({
    chance,
    ...(login && { login }),
    plan: tour,
  });
  talk.acs = acs;
  acs.listen((news) => talk.hear(news));
  const server = await serveAcs({
    listen: options.listen,
    acs,
    log: (_, what, fields) => say(`${what}${fields ? ` ${JSON.stringify(fields)}` : ""}`),
    connected: (device, url, outcome) => talk.connected(device, url, outcome),
  });
  talk.server = server;
  talk.stun = await serveStun(server.host, (at) =>
    say(`A device takes UDP Connection Requests at ${writeEndpoint(at)}`),
  );
  say(
    `ACS listens at ${server.url}`,
    ...(talk.stun === undefined ? [] : [`STUN responder listens at ${writeEndpoint(talk.stun.at)}`]),
    `Point a device there: cwmpd run --root DIR --acs-url ${server.url}`,
    "Commands: type help",
  );
  const lines = readline.createInterface({ input: terminal.input, terminal: false });
  const quit = new Promise<void>((resolve) => lines.on("line", (line) => talk.obey(line, resolve)));
  await Promise.race([quit, terminal.stopped]);
  lines.close();
  talk.stun?.close();
  await server.close();
  return { exit: 0 };
}

/** The conversation on the terminal. An order given before any device has called waits for the first one. */
class Talk {
  acs!: Acs;
  server: AcsServer | undefined;
  stun: StunResponder | undefined;
  private chosen: string | undefined;
  private readonly early: string[] = [];

  constructor(
    private readonly say: (...lines: readonly string[]) => void,
    private readonly colours: boolean,
  ) {}

  private get device(): Device | undefined {
    return this.chosen === undefined ? undefined : this.acs.device(this.chosen);
  }

  hear(news: News) {
    switch (news.do) {
      case "record":
        return this.say(...narrate(news.entry, { colours: this.colours }));
      case "complain":
        return this.say(narrateComplaint(news.text, { colours: this.colours }));
      case "opened":
        return this.met(news.device);
      case "settled":
        // The types that a set asks for first are of interest only where that fails.
        if (news.task.origin === origin || (news.task.origin !== "" && news.result.is !== "reply")) {
          this.say(...showResult(news.result));
        }
        return undefined;
      case "agreed":
        return this.agreed(news.device, news.credentials);
      case "over":
        return news.clean ? undefined : this.say("! The session ended before its time.");
      default:
        return undefined;
    }
  }

  private met(key: string) {
    this.chosen ??= key;
    if (this.chosen !== key) return;
    for (const line of this.early.splice(0)) this.obey(line, () => {});
  }

  private agreed(key: string, who: Credentials) {
    const url = this.acs.device(key)?.connectionRequestURL || "URL";
    this.say(`Connection Requests to ${key}: curl --digest -u ${who.username}:${who.password} ${url}`);
  }

  connected(key: string, url: string, outcome: string) {
    const entry = {
      at: Date.now(),
      from: "acs",
      device: key,
      session: undefined,
      status: undefined,
      said: { is: "connectionRequest", url, outcome },
      body: new Uint8Array(0),
      last: false,
    } as const;
    this.say(...narrate(entry, { colours: this.colours }));
  }

  obey(line: string, quit: () => void) {
    const order = readOrder(line, this.device);
    switch (order.is) {
      case "nothing":
        return;
      case "quit":
        return quit();
      case "help":
        return this.say(consoleHelp.trimEnd());
      case "wrong":
        return this.say(order.text);
      case "devices":
        return this.list();
      case "use":
        return this.use(order.device);
      case "connect":
        return this.connect();
      case "udp":
        if (this.stun === undefined) return this.say("The ACS has no STUN responder here.");
        return void this.stun.request(this.device?.credentials).then((outcome) => this.say(`= ${outcome}`));
      case "stun":
        if (this.stun === undefined) return this.say("The ACS has no STUN responder here.");
        return this.put(line, this.device === undefined ? [] : [stunOrder(this.device, this.stun.at)]);
      case "tasks":
        return this.put(line, order.tasks);
    }
  }

  /** Asks the device, or waits for the first that calls. */
  private put(line: string, tasks: readonly Task[]) {
    if (this.chosen === undefined) {
      this.early.push(line);
      return this.say("No device has called yet: this waits for the first that does.");
    }
    if (this.device?.credentials === undefined) this.say("It waits for the device's next call.");
    return this.acs.queue(this.chosen, tasks, Date.now());
  }

  private list() {
    const { devices } = this.acs;
    if (devices.length === 0) return this.say("No device has called yet.");
    for (const { key, sessions, tasks } of devices) {
      const mark = key === this.chosen ? "*" : " ";
      this.say(`${mark} ${key}  ${sessions} sessions, ${tasks.length} commands waiting`);
    }
  }

  private use(key: string) {
    if (this.acs.device(key) === undefined) return this.say(`No device ${key} has called. See: devices`);
    this.chosen = key;
  }

  private connect() {
    if (this.chosen === undefined || this.server === undefined) return this.say("No device has called yet.");
    void this.server.connect(this.chosen).then((outcome) => this.say(`= ${outcome}`));
  }
}
