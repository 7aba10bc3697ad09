/** Datagrams that the kernel drops for the agent, on a real socket in the runtime that ships. TR-069 G.2.1.4. */
import { spawn } from "node:child_process";
import dgram from "node:dgram";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { parseUdpRequest } from "../../src/nat/udp.ts";
import { hasBun } from "../http/pki.ts";
import { bindingError, bindingRequest, bindingResponse, errorCode, mapped, message } from "./messages.ts";
import { request } from "./udp-requests.ts";

const bun = join(import.meta.dirname, "../../node_modules/.bin/bun");

/** The shortest request that can be read. */
const shortest = `GET http://h?ts=1&id=1&un=u&cn=&sig=${"0".repeat(40)} HTTP/1.1\r\nHost:\r\n\r\n`;
const longest = `${request().slice(0, -2)}X: ${"y".repeat(7950)}\r\n\r\n`;

const wanted = [
  Buffer.from(shortest),
  Buffer.from(request()),
  Buffer.from(request().replace("http:", "HTTP:")),
  Buffer.from(longest),
  message(bindingRequest, []),
  message(bindingResponse, [mapped("192.0.2.66", 1)]),
  message(bindingError, [errorCode(401, "Unauthorized")]),
];
const rubbish = [
  Buffer.alloc(0),
  Buffer.from("GET "),
  Buffer.from(shortest.slice(0, -1)),
  Buffer.from("GET rubbish".padEnd(200)),
  Buffer.from(shortest.replace("http://", "http:/ ")),
  Buffer.from(shortest.replace("GET", "PUT")),
  Buffer.from(`${longest}${"y".repeat(300)}`),
  Buffer.alloc(100, 0xff),
  Buffer.alloc(40),
  Buffer.alloc(19),
  Buffer.concat([message(bindingResponse, [mapped("192.0.2.66", 1)]), Buffer.alloc(1)]),
  message(0x0201, []),
];

test.skipIf(!hasBun)(
  "the kernel passes datagrams that may be STUN or a UDP Connection Request, over IPv4 and IPv6, and drops the rest",
  async ({ onTestFinished }) => {
    expect(() => parseUdpRequest(Buffer.from(shortest))).not.toThrow();
    expect(() => parseUdpRequest(Buffer.from(longest))).not.toThrow();
    const child = spawn(bun, [join(import.meta.dirname, "filter-child.ts")], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill());
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => (await lines.next()).value as string;
    const [port, filters] = (await next()).split(" ");
    expect(filters).toBe("true");
    for (const [type, host] of [
      ["udp4", "127.0.0.1"],
      ["udp6", "::1"],
    ] as const) {
      const socket = dgram.createSocket(type);
      const send = (bytes: Buffer) =>
        new Promise<void>((resolve) => socket.send(bytes, Number(port), host, () => resolve()));
      for (const bytes of [...rubbish, ...wanted]) await send(bytes);
      for (const bytes of wanted) expect(await next()).toBe(bytes.toString("hex"));
      socket.close();
    }
  },
);
