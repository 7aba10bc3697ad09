/** Downloads and uploads that measure, against servers of every kind of misbehaviour. TR-143 4. */
import { describe, expect, test } from "vitest";
import { systemChance } from "../../platform/bun/chance.ts";
import { systemClock } from "../../platform/bun/clock.ts";
import { testFtp } from "../../platform/bun/ftp-test.ts";
import { systemNet } from "../../platform/bun/net.ts";
import { testHttp } from "../../src/diagnostics/http.ts";
import type { FtpTest } from "../../src/ports/probes.ts";
import { closed, ftpServer, type Replies, serve } from "./servers.ts";

const clock = systemClock(
  () => true,
  () => 0,
);
const ports = { net: systemNet, clock, chance: systemChance, log: () => {} };

describe("TR-143 over HTTP", () => {
  const run = (port: number, direction: "download" | "upload" = "download", length = 0, from?: string) =>
    testHttp(
      { direction, url: new URL(`http://127.0.0.1:${port}/file`), length, from, tls: {} },
      ports,
      () => {},
    );
  const answer = (text: string) => serve((socket) => socket.once("data", () => socket.end(text)));
  const ok = (length: number, body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n${body}`;

  test("a whole file is Complete, its times are in order, and its bytes include head and framing", async () => {
    const text = ok(1000, "x".repeat(1000));
    const { state, results } = await run(await answer(text));
    expect(state).toBe("Complete");
    expect(results.bytes).toBe(`${text.length}`);
    const times = ["opening", "opened", "requested", "began", "ended"].map((name) => results[name] ?? "");
    expect(times.every((time) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(time))).toBe(true);
    const order = times.map((time) => Date.parse(time));
    expect(order.toSorted((a, b) => a - b)).toEqual(order);
  });

  test("the connection starts from the address of the named interface", async () => {
    let from: string | undefined;
    const port = await serve((socket) => {
      from = socket.remoteAddress;
      socket.once("data", () => socket.end(ok(0, "")));
    });
    await run(port, "download", 0, "127.0.0.2");
    expect(from).toBe("127.0.0.2");
  });

  test.each([
    ["a file that is shorter than it was said to be", ok(1000, "x"), "Error_IncorrectSize"],
    ["a login", "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", "Error_LoginFailed"],
    ["no file", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "Error_TransferFailed"],
    [
      "a file in chunks that breaks off",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
      "Error_TransferFailed",
    ],
    ["nothing", "", "Error_NoResponse"],
  ])("%s", async (_, text, state) => {
    expect((await run(await answer(text))).state).toBe(state);
  });

  test("a refused connection is Error_InitConnectionFailed, an unknown name Error_CannotResolveHostName", async () => {
    const port = await serve(() => {});
    closed();
    expect((await run(port)).state).toBe("Error_InitConnectionFailed");
    const test = { direction: "download", length: 0, from: undefined, tls: {} } as const;
    const url = new URL("http://nosuch.invalid/");
    expect((await testHttp({ ...test, url }, ports, () => {})).state).toBe("Error_CannotResolveHostName");
  });

  test("an endless file is aborted at the time limit: Error_Timeout", async () => {
    const port = await serve((socket) =>
      socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx")),
    );
    const wakes: (() => void)[] = [];
    const wake = (_at: number, fire: () => void) => {
      wakes.push(fire);
      return () => {};
    };
    const still = { ...clock, wake };
    const url = new URL(`http://127.0.0.1:${port}/`);
    const running = testHttp(
      { direction: "download", url, length: 0, from: undefined, tls: {} },
      { ...ports, clock: still },
      () => {},
    );
    wakes[0]?.();
    expect((await running).state).toBe("Error_Timeout");
  });

  test("a stopped transfer ends at once", async () => {
    const port = await serve(() => {});
    let end = () => {};
    const running = testHttp(
      {
        direction: "download",
        url: new URL(`http://127.0.0.1:${port}/`),
        length: 0,
        from: undefined,
        tls: {},
      },
      ports,
      (stop) => {
        end = stop;
      },
    );
    end();
    expect((await running).state).not.toBe("Complete");
  });

  /** Takes a whole PUT, or ends before. */
  const taking = (bytes: number, reply: string) =>
    serve((socket) => {
      let taken = 0;
      socket.on("data", (chunk) => {
        taken += chunk.length;
        if (taken >= bytes) socket.end(reply);
      });
    });

  test("an upload sends the requested number of bytes, and is Complete when the server confirms it", async () => {
    const port = await taking(200_000, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
    const { state, results } = await run(port, "upload", 200_000);
    expect(state).toBe("Complete");
    expect(Number(results.bytes)).toBeGreaterThan(200_000);
    expect(Number(results.bytes)).toBeLessThan(201_000);
  });

  test.each([
    ["HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", "Error_NoTransferComplete"],
    ["HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", "Error_LoginFailed"],
    ["", "Error_NoResponse"],
  ])("an upload answered by %j is %s", async (reply, state) => {
    expect((await run(await taking(10, reply), "upload", 1000)).state).toBe(state);
  });
});

describe("TR-143 over FTP", () => {
  const run = (port: number, more: Partial<FtpTest> = {}) =>
    testFtp(
      {
        direction: "download",
        url: `ftp://127.0.0.1:${port}/pub/file`,
        bytes: 1000,
        msMax: 60_000,
        from: undefined,
        ...more,
      },
      () => clock.now().mono,
      () => {},
    );
  const upload = { direction: "upload" } as const;

  test("a whole file is Complete, and its times are in order", async () => {
    const { failure, bytes, ...times } = await run(await ftpServer({}));
    expect([failure, bytes]).toEqual([undefined, 5]);
    const order = [times.opening!, times.opened!, times.requested!, times.began!, times.ended!];
    expect(order.toSorted((a, b) => a - b)).toEqual(order);
  });

  test("a whole upload is Complete", async () => {
    expect(await run(await ftpServer({}), upload)).toMatchObject({ failure: undefined, bytes: 1000 });
  });

  test.each<[string, Replies, Partial<FtpTest>]>([
    ["response", { welcome: "" }, {}],
    ["password", { USER: "530 nobody" }, {}],
    ["login", { PASS: "530 wrong" }, {}],
    ["mode", { TYPE: "504 no" }, {}],
    ["passive", { PASV: "502 no" }, {}],
    ["transfer", { RETR: "550 no such file" }, {}],
    ["size", { SIZE: "213 6" }, {}],
    ["directory", { CWD: "550 no" }, upload],
    ["store", { STOR: "553 no" }, upload],
    ["complete", { end: "452 full" }, upload],
  ])("a server that fails at %s is told so", async (failure, replies, more) => {
    expect((await run(await ftpServer(replies), more)).failure).toBe(failure);
  });

  test("a refused connection fails at connect, an endless file at the time limit", async () => {
    const port = await ftpServer({ PASS: "" });
    expect((await run(port, { msMax: 50 })).failure).toBe("timeout");
    closed();
    expect((await run(port)).failure).toBe("connect");
  });
});
