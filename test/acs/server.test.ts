import http from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { runAcs } from "../../platform/acs/command.ts";
import { connectionRequest, parseListen, serveAcs } from "../../platform/acs/server.ts";
import { Acs } from "../../src/acs/acs.ts";
import { ask, inTurn, type Script } from "../../src/acs/state.ts";
import { Refused } from "../../src/errors.ts";
import { digestResponse, parseParameters } from "../../src/http/digest.ts";
import { encodeCall, encodeReply } from "../../src/rpc/encode.ts";
import type { Args } from "../../src/rpc/table.ts";
import { counting, inform, key } from "./cpe.ts";

const cleanups: (() => unknown)[] = [];
const logged: string[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  logged.length = 0;
});

async function serve(script?: Script, listen = "127.0.0.1:0") {
  const acs = new Acs({ chance: counting(), ...(script && { script }) });
  const server = await serveAcs({ listen, acs, log: (_, what) => void logged.push(what) });
  cleanups.push(() => server.close());
  return { acs, server };
}

interface Got {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

function post(url: string, body: Uint8Array | string, headers: http.OutgoingHttpHeaders = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const length = { "Content-Length": Buffer.byteLength(body) };
    const request = http.request(url, { method: "POST", headers: { ...length, ...headers } }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}

const soapHeaders = { "Content-Type": 'text/xml; charset="utf-8"', SOAPAction: "" };

function informBytes(args: Args<"Inform"> = inform()): Uint8Array {
  return encodeCall("Inform", args, { version: "cwmp-1-1", id: "1" });
}

/** A device's side of Connection Requests: digest, one nonce. Counts the good ones. */
async function gateway(who: { username: string; password: string }) {
  let rung = 0;
  let onRing = () => {};
  const server = http.createServer((request, response) => {
    const fields = parseParameters((request.headers.authorization ?? "").replace(/^Digest /, ""));
    const [nc = "", cnonce = "", uri = ""] = ["nc", "cnonce", "uri"].map((name) => fields.get(name));
    const input = {
      algorithm: "MD5",
      qop: "auth",
      realm: "r",
      nonce: "n",
      method: "GET",
      nc,
      cnonce,
      uri,
    } as const;
    if (fields.get("response") !== digestResponse({ ...input, ...who })) {
      response.writeHead(401, { "WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"' }).end();
      return;
    }
    rung++;
    response.writeHead(200).end();
    onRing();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/x?y=1`,
    rung: () => rung,
    ring: new Promise<void>((resolve) => {
      onRing = resolve;
    }),
  };
}

describe("the built-in ACS behind HTTP", () => {
  it("3.4.1 carries a session with its cookie", async () => {
    const { acs, server } = await serve();
    const opened = await post(server.url, informBytes(), soapHeaders);
    expect(opened).toMatchObject({ status: 200, headers: { "content-type": 'text/xml; charset="utf-8"' } });
    expect(Number(opened.headers["content-length"])).toBe(opened.body.length);
    acs.queue(key, [ask("GetRPCMethods", {})], Date.now());
    const cookie = opened.headers["set-cookie"]![0]!.split(";")[0]!;
    const asked = await post(server.url, "", { Cookie: cookie });
    expect(asked.body).toContain("<cwmp:GetRPCMethods>");
    const reply = encodeReply("GetRPCMethods", { MethodList: [] }, { version: "cwmp-1-1", id: "1" });
    const over = await post(server.url, reply, { ...soapHeaders, Cookie: cookie });
    expect(over).toMatchObject({ status: 204, body: "" });
    expect((await post(server.url, "", { Cookie: cookie })).status).toBe(400);
    const got = await new Promise<number>((resolve) =>
      http.get(server.url, (r) => resolve(r.resume().statusCode!)),
    );
    expect(got).toBe(405);
  });

  it("closes the connection if its script orders it", async () => {
    const { server } = await serve(
      inTurn({ do: "drop" }, { do: "cut", bytes: 10 }, { do: "close" }, { do: "delay", ms: 1 }),
    );
    await expect(post(server.url, informBytes(), soapHeaders)).rejects.toThrow();
    await expect(post(server.url, informBytes(), soapHeaders)).rejects.toThrow();
    expect(await post(server.url, informBytes(), soapHeaders)).toMatchObject({
      status: 200,
      headers: { connection: "close" },
    });
    expect(await post(server.url, informBytes(), soapHeaders)).toMatchObject({ status: 200 });
  });

  it("listens on a free port if the wanted port is in use, and says so", async () => {
    const { server } = await serve();
    const other = await serve(undefined, `127.0.0.1:${server.port}`);
    expect(other.server.port).not.toBe(server.port);
    expect(logged).toEqual(["The port is in use; another one was chosen"]);
  });

  it("parses HOST:PORT", () => {
    expect(parseListen("127.0.0.1:7547")).toEqual({ host: "127.0.0.1", port: 7547 });
    expect(parseListen("[::1]:0")).toEqual({ host: "::1", port: 0 });
    for (const wrong of ["", "7547", ":1", "a:b", "::1:7547", "a:99999", "a:1:2"]) {
      expect(() => parseListen(wrong), wrong).toThrow(Refused);
    }
  });

  it("3.2.2 sends Connection Requests with digest authentication and reports their outcome", async () => {
    const who = { username: "u", password: "p" };
    const { url, rung } = await gateway(who);
    expect(await connectionRequest(url, who)).toBe("200, the device will call");
    expect(await connectionRequest(url, { ...who, password: "q" })).toMatch(/^401/);
    expect(rung()).toBe(1);
    expect(await connectionRequest("http://127.0.0.1:9/", who)).toMatch(/^failed, /);
    expect(await connectionRequest("nonsense", who)).toMatch(/^failed, /);
  });

  it("3.2.2 sends one Connection Request for several tasks of a device", async () => {
    const who = { username: "u", password: "p" };
    const { acs, server } = await serve();
    const { url, rung, ring } = await gateway(who);
    const args = inform();
    const ParameterList = args.ParameterList.map((p) => (p.Name.endsWith("URL") ? { ...p, Value: url } : p));
    const opened = await post(server.url, informBytes({ ...args, ParameterList }), soapHeaders);
    await post(server.url, "", { Cookie: opened.headers["set-cookie"]![0]!.split(";")[0]! });
    acs.credentials(key, who);
    for (let at = 0; at < 5; at++) acs.queue(key, [ask("GetRPCMethods", {})], Date.now());
    await ring;
    expect(rung()).toBe(1);
  });
});

describe("cwmpd acs", () => {
  it("prints its address, accepts commands before the first session, shows the conversation, and ends on quit", async () => {
    const input = new PassThrough();
    let said = "";
    const waiting: (() => void)[] = [];
    const write = (text: string) => {
      said += text;
      for (const look of waiting) look();
    };
    const seen = (pattern: RegExp) =>
      new Promise<RegExpExecArray>((resolve) => {
        const look = () => {
          const found = pattern.exec(said);
          if (found) resolve(found);
        };
        waiting.push(look);
        look();
      });
    const options = { listen: "127.0.0.1:0", username: undefined, "password-file": undefined };
    const done = runAcs(options, counting(), {
      input,
      write,
      colours: false,
      stopped: new Promise<void>(() => {}),
    });
    const [, url = ""] = await seen(/ACS listens at (\S+)/);
    input.write("methods\nbogus\n");
    await seen(/No device has called yet: this waits/);
    await seen(/Unknown command "bogus"/);
    const opened = await post(url, informBytes(), soapHeaders);
    const cookie = opened.headers["set-cookie"]![0]!.split(";")[0]!;
    await post(url, "", { Cookie: cookie });
    await seen(/cpe --> acs {2}Inform {2}\[3\.7\.1\.1, A\.3\.3\.1\]/);
    input.write("devices\nquit\n");
    await seen(/\* 0011AA-Gateway-S1 {2}1 sessions, \d commands waiting/);
    expect(await done).toEqual({ exit: 0 });
  });

  it("requires a user name and a password together", async () => {
    const terminal = {
      input: new PassThrough(),
      write: () => {},
      colours: false,
      stopped: new Promise<void>(() => {}),
    };
    const options = { listen: "127.0.0.1:0", username: "u", "password-file": undefined };
    expect(await runAcs(options, counting(), terminal)).toEqual({
      exit: 2,
      err: "cwmpd acs: --username and --password-file go together.\nTry: cwmpd acs --help\n",
    });
    await expect(runAcs({ ...options, "password-file": "/nowhere" }, counting(), terminal)).rejects.toThrow(
      /Cannot read/,
    );
  });
});
