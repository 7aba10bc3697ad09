/** Adapter: `cwmpd stun probe`: our address as the server sees it, and a binding's lifetime. TR-069
 * G.2.1.1, G.2.1.2. */

import { randomBytes } from "node:crypto";
import type { Outcome } from "../../src/cli/command.ts";
import { jsonLine, newId } from "../../src/cli/datagram.ts";
import type { Arguments } from "../../src/cli/table.ts";
import { Refused } from "../../src/errors.ts";
import { judgeAnswer } from "../../src/nat/answer.ts";
import { type Reason, resendMs, writeAsk } from "../../src/nat/ask.ts";
import { familyOf, sameEndpoint, writeEndpoint } from "../../src/nat/endpoint.ts";
import { natLimits as limits } from "../../src/nat/limits.ts";
import { boundsOf, lived, lost, newSearch, trialOf } from "../../src/nat/search.ts";
import type { Endpoint, Source } from "../../src/ports/udp.ts";
import { resolveEndpoint } from "./endpoint.ts";
import { openUdp, routeTo, type UdpSocket } from "./udp.ts";

const nobody = { username: "", password: new Uint8Array(0) };
const stunPort = 3478;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Told {
  server: string;
  source: string;
  mapped: string | null;
  natDetected: boolean | null;
  responseAddress: boolean | null;
  lifetimeSeconds: number | null;
  why: string;
}

export async function stunProbe(target: string, options: Arguments<"stun probe">): Promise<Outcome> {
  const server = await resolveEndpoint(target, stunPort);
  const address = await routeTo(server);
  if (address === undefined) throw new Refused(`There is no route to ${writeEndpoint(server)}.`);
  const client = await openClient(server, address);
  try {
    return await look(client, options);
  } finally {
    client.close();
  }
}

async function look(client: Client, options: Arguments<"stun probe">): Promise<Outcome> {
  const told: Told = {
    server: writeEndpoint(client.server),
    source: writeEndpoint(client.source),
    mapped: null,
    natDetected: null,
    responseAddress: null,
    lifetimeSeconds: null,
    why: "",
  };
  const tell = (exit: 0 | 1, why: string): Outcome => {
    told.why = why;
    const err = exit === 0 ? "" : `cwmpd stun probe: ${why}\n`;
    return { exit, out: options.json ? jsonLine(told) : text(told), err };
  };
  const first = await client.ask("primary", "discovery");
  if (first.is !== "mapped") return tell(1, failure(first));
  told.mapped = writeEndpoint(first.mapped);
  told.natDetected = !sameEndpoint(first.mapped, client.source);
  const probe = await client.ask("secondary", "probe", first.mapped);
  told.responseAddress = probe.is === "mapped" && probe.at === "primary";
  if (!told.responseAddress) {
    const how = probe.is === "mapped" ? "it answers to the port that asked" : failure(probe);
    return tell(0, `the server does not honour RESPONSE-ADDRESS: ${how}`);
  }
  if (options["timeout-search"]) told.lifetimeSeconds = await lifetime(client, first.mapped);
  return tell(0, "");
}

/** The longest time through which a binding lives, whole seconds. */
async function lifetime(client: Client, known: Endpoint): Promise<number> {
  let search = newSearch(boundsOf(1, -1));
  let mapped = known;
  for (let trial = trialOf(search); trial !== undefined; trial = trialOf(search)) {
    // Two exchanges with a pause: some NATs keep a flow for longer once it has grown old enough.
    for (const wait of [0, limits.flowMs]) {
      await pause(wait);
      const fresh = await client.ask("primary", "keepalive");
      if (fresh.is !== "mapped") throw new Refused(`The search has ended: ${failure(fresh)}`);
      mapped = fresh.mapped;
    }
    process.stderr.write(`Waiting ${trial} s …\n`);
    await pause(trial * 1000);
    const probe = await client.ask("secondary", "probe", mapped);
    search = probe.is === "mapped" && probe.at === "primary" ? lived(search, trial) : lost(search, trial);
  }
  return search.alive;
}

type Came =
  | { readonly is: "mapped"; readonly mapped: Endpoint; readonly at: Source }
  | { readonly is: "refused"; readonly why: string }
  | { readonly is: "silence" };

const failure = (came: Came): string =>
  came.is === "refused" ? came.why : `no answer to ${limits.sendsMax} sends`;

interface Client {
  readonly server: Endpoint;
  readonly source: Endpoint;
  ask(source: Source, reason: Reason, mapped?: Endpoint): Promise<Came>;
  close(): void;
}

async function openClient(server: Endpoint, address: string): Promise<Client> {
  let hear: (bytes: Uint8Array, from: Endpoint, at: Source) => void = () => {};
  const family = familyOf(server.address);
  const open = (at: Source) =>
    openUdp({ family, address, port: 0, heard: (bytes, from) => hear(bytes, from, at) });
  const sockets: Record<Source, UdpSocket> = {
    primary: await open("primary"),
    secondary: await open("secondary"),
  };
  const source = sockets.primary.local;

  async function ask(at: Source, reason: Reason, mapped?: Endpoint): Promise<Came> {
    const id = newId(randomBytes);
    // A probe of a person's is not the agent's binding: nothing is said of Connection Requests.
    const asked = {
      source: "secondary",
      reason,
      id,
      credentials: nobody,
      afterChallenge: false,
      mapped,
    } as const;
    const bytes = writeAsk(asked)!;
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const done = (came: Came) => {
        clearTimeout(timer);
        hear = () => {};
        resolve(came);
      };
      hear = (got, from, where) => {
        const judged = judgeAnswer(got, from, { id, signed: false, credentials: nobody, source, server });
        if (judged.action === "accept") done({ is: "mapped", mapped: judged.mapped, at: where });
        else if (judged.action === "fail" || judged.action === "retry-integrity") {
          done({ is: "refused", why: judged.why });
        }
      };
      const send = (sends: number) => {
        if (sends > limits.sendsMax) return done({ is: "silence" });
        sockets[at].send(bytes, server);
        timer = setTimeout(() => send(sends + 1), resendMs(sends));
      };
      send(1);
    });
  }
  return {
    server,
    source,
    ask,
    close() {
      sockets.primary.close();
      sockets.secondary.close();
    },
  };
}

function text(told: Told): string {
  if (told.mapped === null) return "";
  const lines = [
    `${told.server} sees ${told.mapped}; the request was sent from ${told.source}`,
    told.natDetected ? "An address or port is translated on the way" : "Nothing is translated on the way",
    told.responseAddress ? "The server honours RESPONSE-ADDRESS" : `It cannot measure a binding: ${told.why}`,
  ];
  if (told.lifetimeSeconds !== null) lines.push(`A binding lives for ${told.lifetimeSeconds} s`);
  return `${lines.join("\n")}\n`;
}
