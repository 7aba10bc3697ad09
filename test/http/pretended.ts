/** A network that does what a test says: names with several addresses, addresses that refuse, hosts that are silent. */
import { Lost } from "../../src/errors.ts";
import type { HttpRequest, HttpResponse, Line, Net, Target, TlsPolicy } from "../../src/ports/net.ts";

export type Act = "refuse" | "nothing" | "connect" | HttpResponse;

export class PretendedNet implements Net {
  readonly asked: string[] = [];
  readonly dialled: Target[] = [];
  readonly policies: TlsPolicy[] = [];
  readonly sent: HttpRequest[] = [];
  readonly lines: PretendedLine[] = [];
  addresses: readonly string[] = ["192.0.2.1"];
  deaf = false;

  /** @param act what an address does with its next request: "nothing" takes no connection, "connect" says nothing */
  constructor(public act: (address: string, index: number) => Act) {}

  async resolve(host: string): Promise<readonly string[]> {
    this.asked.push(host);
    return this.deaf ? new Promise(() => {}) : this.addresses;
  }

  line(target: Target, policy: TlsPolicy): Line {
    this.dialled.push(target);
    this.policies.push(policy);
    const line = new PretendedLine(this, target);
    this.lines.push(line);
    return line;
  }
}

class PretendedLine implements Line {
  reached = false;
  open = false;
  received = 0;
  closed = false;
  private give: ((error: Lost) => void) | undefined;

  constructor(
    private readonly net: PretendedNet,
    private readonly target: Target,
  ) {}

  exchange(request: HttpRequest): Promise<HttpResponse> {
    const act = this.net.act(this.target.address, this.net.sent.length);
    return new Promise((resolve, reject) => {
      this.give = reject;
      if (act === "refuse") return reject(new Lost(`${this.target.address} refuses`, undefined, true));
      if (act === "nothing") return;
      this.reached = true;
      this.net.sent.push(request);
      if (act === "connect") return;
      // What Connection: close means is for the link to know.
      this.open = true;
      resolve(act);
    });
  }

  close(): void {
    this.open = false;
    this.closed = true;
    this.give?.(new Lost("closed"));
  }
}

export const said = (status = 204, headers: HttpResponse["headers"] = []): HttpResponse => ({
  status,
  headers,
  body: new Uint8Array(),
  truncated: false,
});
