/** The network between the agent and an ACS in memory, with the faults that a network has. */

import type { Answer } from "../../src/acs/acs.ts";
import type { WebRequest } from "../../src/acs/state.ts";
import { Lost } from "../../src/errors.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { HttpRequest, HttpResponse, Line, Net, Target } from "../../src/ports/net.ts";

/** What befalls one round trip. */
export type Trouble =
  /** No connection comes about. */
  | { readonly is: "refused" }
  /** The connection breaks before the ACS has heard. */
  | { readonly is: "unsent" }
  /** The ACS has heard, its answer is lost after so many bytes. */
  | { readonly is: "cut"; readonly bytes: number }
  /** The answer ends after so many bytes, and says that this is all. */
  | { readonly is: "truncated"; readonly bytes: number }
  | { readonly is: "delayed"; readonly ms: number }
  /** The answer never comes. */
  | { readonly is: "silent" }
  /** The body of the answer comes twice. */
  | { readonly is: "doubled" }
  /** Something else answers. */
  | { readonly is: "foreign"; readonly body: string };

export interface WireOptions {
  readonly clock: Clock;
  /** The ACS. */
  readonly answer: (request: WebRequest) => Answer;
  readonly trouble?: (request: HttpRequest) => Trouble | undefined;
  /** Told of every request that the agent sends. */
  readonly sent?: (request: HttpRequest, target: Target) => void;
  readonly addresses?: (host: string) => readonly string[];
}

export interface Wire extends Net {
  /** Lines that are open now. */
  readonly open: number;
  /** Most that were open at a time. */
  readonly openMost: number;
}

export function memoryWire(options: WireOptions): Wire {
  const lines = new Set<MemoryLine>();
  const wire = {
    openMost: 0,
    get open() {
      return lines.size;
    },
    resolve: async (host: string) => options.addresses?.(host) ?? [host],
    line(target: Target) {
      const line = new MemoryLine(target, options, () => lines.delete(line));
      lines.add(line);
      wire.openMost = Math.max(wire.openMost, lines.size);
      return line;
    },
  };
  return wire;
}

class MemoryLine implements Line {
  reached = false;
  private closed = false;
  private busy = false;
  private used = false;
  private fail: ((error: Lost) => void) | undefined;

  constructor(
    private readonly target: Target,
    private readonly options: WireOptions,
    private readonly gone: () => void,
  ) {}

  get open(): boolean {
    return this.used && !this.closed && !this.busy;
  }

  exchange(request: HttpRequest, bodyBytesMax: number): Promise<HttpResponse> {
    if (this.busy) throw new Error("two requests at once on one connection");
    if (this.closed) return Promise.reject(new Lost("the line is closed"));
    this.busy = true;
    this.used = true;
    return new Promise<HttpResponse>((resolve, reject) => {
      this.fail = (error) => {
        this.end();
        reject(error);
      };
      this.carry(request, bodyBytesMax, (response, close) => {
        this.busy = false;
        this.fail = undefined;
        if (close) this.end();
        resolve(response);
      });
    });
  }

  close(): void {
    if (this.closed) return;
    const fail = this.fail;
    this.end();
    fail?.(new Lost("the line was closed", undefined, !this.reached));
  }

  private end(): void {
    this.closed = true;
    this.fail = undefined;
    this.gone();
  }

  private carry(
    request: HttpRequest,
    max: number,
    done: (response: HttpResponse, close: boolean) => void,
  ): void {
    const { answer: ask, clock, sent } = this.options;
    const trouble = this.options.trouble?.(request);
    if (trouble?.is === "refused") {
      this.fail?.(new Lost("connection refused", undefined, true));
      return;
    }
    this.reached = true;
    sent?.(request, this.target);
    if (trouble?.is === "unsent") this.fail?.(new Lost("the line broke"));
    else if (trouble?.is === "foreign") done(plain(200, trouble.body), false);
    else {
      const answer = ask(request);
      const lost = answer.do === "drop" || answer.cutAt !== undefined || trouble?.is === "cut";
      if (lost) this.fail?.(new Lost("the line broke in an answer"));
      if (lost || trouble?.is === "silent") return;
      const delay = answer.delayMs + (trouble?.is === "delayed" ? trouble.ms : 0);
      const give = () => {
        if (!this.closed) done(shaped(answer.response, trouble, max), answer.close);
      };
      if (delay === 0) queueMicrotask(give);
      else clock.wake(clock.now().mono + delay, give);
    }
  }
}

function shaped(
  response: { readonly status: number; readonly headers: HttpResponse["headers"]; readonly body: Uint8Array },
  trouble: Trouble | undefined,
  max: number,
): HttpResponse {
  const { status, headers } = response;
  let { body } = response;
  if (trouble?.is === "truncated") body = body.subarray(0, trouble.bytes);
  if (trouble?.is === "doubled") body = Buffer.concat([body, body]);
  return { status, headers, body: body.subarray(0, max), truncated: body.length > max };
}

const plain = (status: number, body: string): HttpResponse => ({
  status,
  headers: [["Content-Type", "text/html"]],
  body: new TextEncoder().encode(body),
  truncated: false,
});
