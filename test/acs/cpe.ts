/** Helper: a CPE that says what a test tells it to, and keeps its cookie. */
import { Acs, type AcsOptions, type Answer, type News } from "../../src/acs/acs.ts";
import type { WebRequest } from "../../src/acs/state.ts";
import type { Fault } from "../../src/errors.ts";
import type { Chance } from "../../src/ports/chance.ts";
import type { Header } from "../../src/ports/net.ts";
import { decode, type Message } from "../../src/rpc/decode.ts";
import { encodeCall, encodeFault, encodeReply } from "../../src/rpc/encode.ts";
import type { Args, MethodName, Reply } from "../../src/rpc/table.ts";
import type { CwmpVersion } from "../../src/soap/names.ts";

export const key = "0011AA-Gateway-S1";
const root = "InternetGatewayDevice.";

export function inform(events: readonly string[] = ["2 PERIODIC"], serial = "S1"): Args<"Inform"> {
  return {
    DeviceId: { Manufacturer: "Acme", OUI: "0011AA", ProductClass: "Gateway", SerialNumber: serial },
    Event: events.map((EventCode) => ({ EventCode, CommandKey: "" })),
    MaxEnvelopes: 1,
    CurrentTime: "2026-01-31T12:00:00Z",
    RetryCount: 0,
    ParameterList: [
      { Name: `${root}DeviceSummary`, Value: "", type: "string" },
      { Name: `${root}ManagementServer.ConnectionRequestURL`, Value: "http://127.0.0.1:9/x", type: "string" },
    ],
  };
}

/** Bytes that count up: every fresh value differs and every run is the same. */
export function counting(): Chance {
  let next = 0;
  return {
    roll: () => 0.5,
    bytes: (count) => {
      next++;
      return Uint8Array.from({ length: count }, (_, at) => [next, next >> 8][at] ?? at);
    },
  };
}

type Responded = Extract<Answer, { do: "respond" }>;

export class Cpe {
  readonly acs: Acs;
  readonly news: News[] = [];
  /** Every envelope that the ACS has sent. */
  readonly envelopes: Uint8Array[] = [];
  now = Date.UTC(2026, 0, 31, 12);
  cookie: string | undefined;
  authorization: string | undefined;
  /** What the last answer said; undefined: nothing. */
  heard: Message | undefined;

  constructor(
    options: Partial<AcsOptions> = {},
    readonly version: CwmpVersion = "cwmp-1-1",
    acs?: Acs,
  ) {
    this.acs = acs ?? new Acs({ chance: counting(), ...options });
    this.acs.listen((news) => this.news.push(news));
  }

  post(body: Uint8Array, more: readonly Header[] = []): Answer {
    const headers: Header[] = [...more];
    if (this.cookie !== undefined) headers.push(["Cookie", this.cookie]);
    if (this.authorization !== undefined) headers.push(["Authorization", this.authorization]);
    const request: WebRequest = { method: "POST", path: "/acs", headers, body };
    const answer = this.acs.request(request, this.now);
    if (answer.do === "respond") this.listen(answer);
    return answer;
  }

  private listen({ response }: Responded): void {
    const set = response.headers.find(([name]) => name === "Set-Cookie")?.[1];
    if (set !== undefined) this.cookie = set.split(";")[0];
    const isSoap = response.headers.some(([, value]) => value.startsWith("text/xml"));
    if (isSoap) this.envelopes.push(response.body);
    this.heard = isSoap ? decode(response.body, { serves: () => true }) : undefined;
  }

  private soap(body: Uint8Array, action: string): number {
    const type: Header = ["Content-Type", 'text/xml; charset="utf-8"'];
    return status(this.post(body, [type, ["SOAPAction", action]]));
  }

  call<M extends MethodName>(method: M, args: Args<M>, id = "c1"): number {
    return this.soap(
      encodeCall(method, args, { version: this.version, id }),
      `urn:dslforum-org:${this.version}#${method}`,
    );
  }

  inform(...events: readonly string[]): number {
    return this.call("Inform", inform(events.length > 0 ? events : undefined));
  }

  empty(): number {
    return status(this.post(new Uint8Array(0)));
  }

  /** Answers what was heard. */
  reply<M extends MethodName>(method: M, args: Reply<M>, id = this.heard?.id): number {
    return this.soap(encodeReply(method, args, { version: this.version, id }), "");
  }

  fault(fault: Fault): number {
    return this.soap(encodeFault(fault, { version: this.version, id: this.heard?.id }), "");
  }

  complaints(): string[] {
    return this.news.flatMap((news) => (news.do === "complain" ? [news.text] : []));
  }
}

export function status(answer: Answer): number {
  if (answer.do !== "respond") throw new Error(`expected an answer, got ${answer.do}`);
  return answer.response.status;
}
