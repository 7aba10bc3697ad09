/** A gateway whose every word is kept, to be validated when the file of tests is through; and the words of an ACS in
 * short. */
import { afterAll } from "vitest";
import { ask, type Mishap, type Result, type Seen, type Task } from "../../src/acs/state.ts";
import { Malformed } from "../../src/errors.ts";
import { decode, type Message } from "../../src/rpc/decode.ts";
import type { Args, MethodName } from "../../src/rpc/table.ts";
import { validate } from "../soap/validate.ts";
import { Gateway, type GatewayOptions } from "./gateway.ts";

export const root = "InternetGatewayDevice.";
export const management = `${root}ManagementServer.`;
export const wanIp = `${root}WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.`;
export const device = "0017A4-Gateway-S1";
export const hour = 3_600_000;

export interface Post {
  /** On the clock that never jumps. */
  readonly at: number;
  readonly url: string;
  readonly address: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
  /** undefined: the POST was empty, or a fault of SOAP alone. */
  readonly said: Message | undefined;
}

function understood(body: Uint8Array): Message | undefined {
  try {
    return body.length > 0 ? decode(body, { serves: () => true }) : undefined;
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

const spoken: Uint8Array[] = [];
afterAll(() => {
  validate(spoken.splice(0));
});

export class Household extends Gateway {
  readonly posts: Post[] = [];
  /** What the ACS does instead of what it should. */
  mishap: (seen: Seen) => Mishap | undefined = () => undefined;
  private readonly results = new Map<Task, Result>();

  constructor(options: GatewayOptions = {}) {
    super({
      ...options,
      acs: { script: (seen) => this.mishap(seen), ...options.acs },
      sent: (request, { scheme, host, port, address }) => {
        const { body, headers, path } = request;
        if (body.length > 0) spoken.push(body);
        this.posts.push({
          at: this.clock.time.mono,
          url: `${scheme}://${host}:${port}${path}`,
          address,
          headers: new Map(headers.map(([name, value]) => [name.toLowerCase(), value])),
          text: new TextDecoder().decode(body),
          said: understood(body),
        });
      },
    });
    this.acs.listen((news) => {
      if (news.do === "settled") this.results.set(news.task, news.result);
    });
  }

  /** Switched on, and its first session is over. */
  async settle(): Promise<this> {
    await this.start();
    await this.rest();
    this.forget();
    return this;
  }

  forget(): void {
    this.posts.length = 0;
    this.conversation.length = 0;
  }

  /** The ACS asks for a session and puts these tasks. @returns what came of each; undefined: it was never asked */
  async asked(...tasks: readonly Task[]): Promise<(Result | undefined)[]> {
    this.acs.queue(device, tasks, this.clock.time.wall);
    this.engine.connectionRequest();
    await this.rest();
    return tasks.map((task) => this.results.get(task));
  }

  async asks<M extends MethodName>(method: M, args: Args<M>): Promise<Result | undefined> {
    const [result] = await this.asked(ask(method, args));
    return result;
  }

  /** SetParameterValues of strings, or of `[value, type]`. */
  sets(values: Readonly<Record<string, string | readonly [string, string]>>, key = "k") {
    return this.asks("SetParameterValues", setting(values, key));
  }

  async value(name: string): Promise<string | undefined> {
    const result = await this.asks("GetParameterValues", { ParameterNames: [name] });
    return result?.is === "reply" && result.method === "GetParameterValues"
      ? result.args.ParameterList[0]?.Value
      : undefined;
  }

  /** Informs since the last `forget`, as sent. */
  get told(): (Post & { readonly inform: Args<"Inform">; readonly codes: readonly string[] })[] {
    return this.posts.flatMap((post) => {
      const { said } = post;
      if (said?.is !== "call" || said.method !== "Inform") return [];
      const codes = said.args.Event.map((e) => e.EventCode);
      return [{ ...post, inform: said.args, codes }];
    });
  }

  /** Somebody at the device edits an option of a named section. */
  edits(file: string, section: string, option: string, value: string): void {
    this.disk.edit([{ edit: "set", package: file, section, option, value }]);
    this.engine.touched();
  }

  /** What an option holds on the disk. */
  option(file: string, section: string, option: string): unknown {
    return this.disk.files.get(file)?.sections.find((s) => s.name === section)?.options[option];
  }
}

export const setting = (
  values: Readonly<Record<string, string | readonly [string, string]>>,
  key = "k",
): Args<"SetParameterValues"> => ({
  ParameterList: Object.entries(values).map(([Name, given]) => {
    const [Value, type] = typeof given === "string" ? [given, "string"] : given;
    return { Name, Value, type: type! };
  }),
  ParameterKey: key,
});

export const notify = (Name: string, Notification: number): Args<"SetParameterAttributes"> => ({
  ParameterList: [{ Name, NotificationChange: true, Notification, AccessListChange: false, AccessList: [] }],
});

/** Where `when` is true the ACS gives these answers, each once; then it is itself again. */
export function says(home: Household, when: (seen: Seen) => boolean, ...answers: readonly Mishap[]): void {
  const waiting = [...answers];
  home.mishap = (seen) => (waiting.length > 0 && when(seen) ? waiting.shift() : undefined);
}

export const xml = [["Content-Type", "text/xml"]] as const;

/** In the next session the ACS puts these bytes as its request, and says nothing more.
 * @returns the POST that answers them; undefined: none did */
export async function answerTo(home: Household, body: string): Promise<Post | undefined> {
  let put = false;
  home.mishap = ({ what }) => {
    if (what === "Inform") return undefined;
    if (put) return { do: "answer", status: 204 };
    put = true;
    return { do: "answer", status: 200, headers: xml, body };
  };
  home.forget();
  home.engine.connectionRequest();
  await home.rest();
  home.mishap = () => undefined;
  return home.posts[2];
}

/** An envelope of the ACS. */
export const envelope = (body: string, header = "", version = "1-1"): string =>
  `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:c="urn:dslforum-org:cwmp-${version}"
  xmlns:n="http://schemas.xmlsoap.org/soap/encoding/" xmlns:x="http://www.w3.org/2001/XMLSchema"
  xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><e:Header>${header}</e:Header><e:Body>${body}</e:Body></e:Envelope>`;

/** `Client 9003` and so on; undefined: it is no CWMP fault. */
export function faultOf(post: Post | undefined): string | undefined {
  const source = post?.text.match(/<faultcode>(?:soap-env:)?(\w+)<\/faultcode>/)?.[1];
  return post?.said?.is === "fault" ? `${source} ${post.said.code}` : undefined;
}
