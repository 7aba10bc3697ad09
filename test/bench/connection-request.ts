/** Bench: from the last byte of a good Connection Request to the first byte of the Inform, against a bare HTTP round
 * trip on loopback; and the same with 500 idle clients on the port. TR-069 3.2.2. */
import { once } from "node:events";
import net from "node:net";
import { challengeIn, get, sign } from "../connreq/answering.ts";
import { type BenchAgent, startAgent } from "./agent.ts";
import { median, quantile, type Row, row } from "./measure.ts";

const warmUps = 50;
const rounds = 400;
const idleClients = 500;
/** Milliseconds more than the round trip, at the median. */
const moreMsMax = 5;

export async function run(): Promise<Row[]> {
  const acs = await scriptedAcs();
  const agent = await startAgent(acs.url);
  const trip = await roundTrips();
  const quiet = await times(agent, acs);
  const crowd = await Promise.all(Array.from({ length: idleClients }, () => connected(agent.port)));
  const crowded = await times(agent, acs);
  for (const socket of crowd) socket.destroy();
  await agent.close();
  acs.close();
  const reference = median(trip);
  const limit = (reference + moreMsMax) / reference;
  return [
    row("connection-request", median(quiet), reference, limit, "ms"),
    row("connection-request p99", quantile(quiet, 0.99), reference, Number.POSITIVE_INFINITY, "ms"),
    row("slowloris", median(crowded), median(quiet), 1.5, "ms"),
  ];
}

interface ScriptedAcs {
  readonly url: string;
  /** Resolves with the moment in which the next connection's first byte comes. */
  heard(): Promise<number>;
  close(): void;
}

const response =
  '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:c="urn:dslforum-org:cwmp-1-1"><e:Body><c:InformResponse><MaxEnvelopes>1</MaxEnvelopes></c:InformResponse></e:Body></e:Envelope>';
const answers = [
  `HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: ${response.length}\r\n\r\n${response}`,
  "HTTP/1.1 204 No Content\r\n\r\n",
];

/** In the same process, so that both ends read one clock. */
async function scriptedAcs(): Promise<ScriptedAcs> {
  let hear: ((at: number) => void) | undefined;
  const server = net.createServer({ noDelay: true }, (socket) => {
    let text = "";
    let answered = 0;
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      hear?.(performance.now());
      hear = undefined;
      text += bytes.toString("latin1");
      const head = /^[\s\S]*?Content-Length: (\d+)[\s\S]*?\r\n\r\n/i.exec(text);
      if (head === null || text.length < head[0].length + Number(head[1])) return;
      text = "";
      socket.write(answers[answered++] ?? answers[1]!);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}/`,
    heard: () =>
      new Promise((resolve) => {
        hear = resolve;
      }),
    close: () => server.close(),
  };
}

async function times(agent: BenchAgent, acs: ScriptedAcs): Promise<number[]> {
  const found: number[] = [];
  const path = agent.engine.connectionRequestPath;
  for (let i = -warmUps; i < rounds; i++) {
    const socket = await connected(agent.port);
    socket.write(get(path));
    const challenge = challengeIn(((await once(socket, "data")) as [Buffer])[0].toString("latin1"));
    const request = get(path, sign(challenge, { uri: path }));
    const heard = acs.heard();
    const session = agent.session();
    const sent = performance.now();
    socket.write(request);
    const at = await heard;
    await session;
    socket.destroy();
    if (i >= 0) found.push(at - sent);
  }
  return found;
}

/** A GET and its answer on a connection that stands. */
async function roundTrips(): Promise<number[]> {
  const server = net.createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => {});
    socket.on("data", () => socket.write(answers[1]!));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = await connected((server.address() as net.AddressInfo).port);
  const found: number[] = [];
  for (let i = -warmUps; i < rounds; i++) {
    const sent = performance.now();
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await once(socket, "data");
    if (i >= 0) found.push(performance.now() - sent);
  }
  socket.destroy();
  server.close();
  return found;
}

async function connected(port: number): Promise<net.Socket> {
  const socket = net.connect({ port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}
