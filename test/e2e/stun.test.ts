/** The built program before a small RFC 3489 server that asks for MESSAGE-INTEGRITY; openssl checks what it is sent.
 * TR-069 G.2.1.1. */
import { spawnSync } from "node:child_process";
import dgram from "node:dgram";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { bindingError, bindingResponse, errorCode, mapped, message, signed } from "../nat/messages.ts";
import { Acs } from "./acs.ts";
import { Device } from "./device.ts";
import { path } from "./paths.ts";

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
const address = path.connectionRequestUrl.replace("ConnectionRequestURL", "UDPConnectionRequestAddress");

/** HMAC-SHA1 over the message up to MESSAGE-INTEGRITY, filled to a multiple of 64 bytes (RFC 3489 11.2.8). */
function isRight(bytes: Buffer, password: string): boolean {
  const text = bytes.subarray(0, -24);
  const key = `hexkey:${Buffer.from(password).toString("hex")}`;
  const { stdout } = spawnSync("openssl", ["mac", "-digest", "SHA1", "-macopt", key, "HMAC"], {
    input: Buffer.concat([text, Buffer.alloc(-text.length & 63)]),
    encoding: "utf8",
  });
  return stdout.trim().toLowerCase() === bytes.subarray(-20).toString("hex");
}

it.skipIf(!hasOpenssl)(
  "[R-G.2.1.1-07] [R-G.2.1.1-08] [R-G.2.1.1-09] [R-G.2.1.1-12] a Binding Request is signed correctly and only after 401, and a response without the server's signature changes nothing",
  async () => {
    const seen: string[] = [];
    let last = "";
    const server = dgram.createSocket("udp4");
    onTestFinished(() => void server.close());
    server.on("message", (bytes, from) => {
      const id = bytes.toString("hex", 4, 20);
      const isSigned = bytes.length > 44 && bytes.readUInt16BE(bytes.length - 24) === 8;
      // A request that is sent again, since an answer took long, is the same request.
      if (id !== last) seen.push(isSigned ? (isRight(bytes, "s3cret") ? "right" : "wrong") : "plain");
      last = id;
      const answers = isSigned
        ? [
            message(bindingResponse, [mapped("192.0.2.66", 1)], id),
            signed(bindingResponse, [mapped("192.0.2.66", 2)], "forged", "classic", id),
            signed(bindingResponse, [mapped("203.0.113.77", 4000)], "s3cret", "classic", id),
          ]
        : [message(bindingError, [errorCode(401, "Unauthorized")], id)];
      for (const answer of answers) server.send(answer, from.port, from.address);
    });
    await new Promise<void>((resolve) => server.bind(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const acs = await Acs.open();
    const device = await Device.layOut();
    device.configure("acs", { url: acs.url });
    const stun = {
      enable: 1,
      server: "127.0.0.1",
      port,
      username: "cpe-1",
      password: "s3cret",
      min_keepalive: 1,
      max_keepalive: 1,
    };
    const lines = Object.entries(stun).map(([name, value]) => `\toption ${name} '${value}'\n`);
    const rest = device.config("cwmp").replace(/\nconfig stun [\s\S]*?(?=\nconfig |$)/, "");
    device.write("cwmp", `${rest}\nconfig stun 'stun'\n${lines.join("")}`);
    device.start();
    await acs.pass("0 BOOTSTRAP");
    await expect.poll(() => device.get(address)).toBe("203.0.113.77:4000");
    await expect.poll(() => seen.length).toBeGreaterThan(7);
    expect(await device.get(address)).toBe("203.0.113.77:4000");
    expect(seen.filter((how) => how === "wrong")).toEqual([]);
    // Each one that is signed follows one that was not.
    expect(seen.slice(0, 8)).toEqual([
      "plain",
      "right",
      "plain",
      "right",
      "plain",
      "right",
      "plain",
      "right",
    ]);
  },
);
