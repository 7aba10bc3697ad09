/** What ping and traceroute print, read; and both of them run. TR-098 IPPingDiagnostics, TraceRouteDiagnostics. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { systemExec } from "../../platform/openwrt/exec.ts";
import { pingArguments, pingOutcome } from "../../src/diagnostics/ping.ts";
import { routeArguments, routeOutcome } from "../../src/diagnostics/traceroute.ts";

const said = (out: string, err = "") => ({ out, err });

describe("ping", () => {
  const three = { host: "192.0.2.1", count: "3", timeout: "20" };
  const head = "PING 192.0.2.1 (192.0.2.1): 64 data bytes\n";
  const line = (seq: number, ms: string) => `72 bytes from 192.0.2.1: seq=${seq} ttl=64 time=${ms} ms\n`;

  test("replies are counted and measured in microseconds; a late reply does not count", () => {
    const out = head + line(0, "1.250") + line(1, "19.75") + line(2, "20.5");
    expect(pingOutcome(three, said(out))).toEqual({
      state: "Complete",
      results: { succeeded: "2", lost: "1", average: "10500", shortest: "1250", longest: "19750" },
    });
  });

  test("a ping without any reply has a result too", () => {
    expect(pingOutcome(three, said(head))).toEqual({
      state: "Complete",
      results: { succeeded: "0", lost: "3", average: "0", shortest: "0", longest: "0" },
    });
  });

  test("iputils are read as busybox is", () => {
    const out = `PING a (192.0.2.1) 64(92) bytes of data.\n72 bytes from 192.0.2.1: icmp_seq=1 ttl=64 time=0.061 ms\n`;
    expect(pingOutcome({ ...three, count: "1" }, said(out)).results.average).toBe("61");
  });

  test.each([
    ["ping: bad address 'nosuch.invalid'", "Error_CannotResolveHostName"],
    ["ping: nosuch.invalid: Name or service not known", "Error_CannotResolveHostName"],
    ["ping: sendto: Network is unreachable", "Error_NoRouteToHost"],
    ["ping: permission denied (are you root?)", "Error_Other"],
  ])("%s is %s", (err, state) => {
    expect(pingOutcome(three, said(err.includes("sendto") ? head : "", err)).state).toBe(state);
  });
});

describe("traceroute", () => {
  const head = "traceroute to host.example (192.0.2.9), 30 hops max, 66 byte packets\n";

  test("a route that reaches the host is reported hop by hop, with 0 for a probe without a reply", () => {
    const out = `${head} 1  gw (10.0.0.1)  0.412 ms  0.301 ms  *\n 2  *  *  *\n 3  host.example (192.0.2.9)  9.6 ms  10.2 ms  10.0 ms\n`;
    expect(routeOutcome(said(out))).toEqual({
      state: "Complete",
      results: { response: "10" },
      hops: [
        { host: "gw", address: "10.0.0.1", code: "0", times: "1,1,0" },
        { host: "", address: "", code: "0", times: "0,0,0" },
        { host: "host.example", address: "192.0.2.9", code: "0", times: "10,10,10" },
      ],
    });
  });

  test("a route that ends at the last hop allowed is Error_MaxHopCountExceeded", () => {
    const outcome = routeOutcome(said(`${head} 1  10.0.0.1 (10.0.0.1)  1.1 ms\n 2  *\n`));
    expect(outcome).toMatchObject({ state: "Error_MaxHopCountExceeded", results: { response: "0" } });
    expect(outcome.hops?.length).toBe(2);
  });

  test('a router\'s "unreachable" is Error_NoRouteToHost, with its ICMP code', () => {
    const outcome = routeOutcome(said(`${head} 1  10.0.0.1 (10.0.0.1)  1.1 ms !H\n`));
    expect(outcome).toMatchObject({ state: "Error_NoRouteToHost", hops: [{ code: "1" }] });
  });

  test("a name that does not resolve is Error_CannotResolveHostName", () => {
    const outcome = routeOutcome(said("", "traceroute: bad address 'nosuch.invalid'"));
    expect(outcome.state).toBe("Error_CannotResolveHostName");
  });
});

const busybox = spawnSync("busybox", ["ping", "-c", "1", "127.0.0.1"]).status === 0;

describe.skipIf(!busybox)("busybox", () => {
  const run = async (args: readonly string[]) => {
    const ran = await systemExec(["busybox", ...args], 30_000);
    if (ran.is === "failed") throw new Error(ran.why);
    return { out: ran.stdout, err: ran.stderr };
  };

  test("busybox ping accepts these arguments, and its output is read", async () => {
    const options = { host: "127.0.0.1", count: "1", timeout: "1000", size: "100" };
    const outcome = pingOutcome(options, await run(["ping", ...pingArguments(options, "lo")]));
    expect(outcome).toMatchObject({ state: "Complete", results: { succeeded: "1", lost: "0" } });
  });

  test("busybox traceroute accepts these arguments, and its output is read", async () => {
    const options = { host: "127.0.0.1", tries: "2", timeout: "1000", size: "1", dscp: "46", hops: "3" };
    const outcome = routeOutcome(await run(["traceroute", ...routeArguments(options, "lo")]));
    expect(outcome).toMatchObject({ state: "Complete", hops: [{ code: "0" }] });
  });

  test("a stopped program ends at once", async () => {
    const began = performance.now();
    const ran = await systemExec(["busybox", "ping", "-c", "100", "127.0.0.1"], 600_000, "question", (end) =>
      end(),
    );
    expect(ran).toEqual({ is: "failed", why: "killed" });
    expect(performance.now() - began).toBeLessThan(60_000);
  });
});
