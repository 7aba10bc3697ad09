/** From SetParameterValues to 8 DIAGNOSTICS COMPLETE, in either root. TR-098 IPPingDiagnostics, TR-181 IP.Diagnostics. */
import { describe, expect, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import type { Probes, Ran } from "../../src/ports/probes.ts";
import { Household } from "../world/household.ts";
import { noProbes } from "./nothing.ts";

const minute = 60_000;

const answered = (ms: number): Ran => ({
  is: "ended",
  out: `PING 192.0.2.1 (192.0.2.1): 64 data bytes\n72 bytes from 192.0.2.1: seq=0 ttl=64 time=${ms} ms\n`,
  err: "",
});

/** Programs that end when the test lets them. */
class Bench {
  readonly runs: { readonly program: string; readonly args: readonly string[]; stopped: boolean }[] = [];
  private readonly ends: ((ran: Ran) => void)[] = [];
  readonly probes: Probes = {
    ...noProbes,
    run: (program, args, _msMax, stopped) =>
      new Promise((resolve) => {
        const run = { program, args, stopped: false };
        this.runs.push(run);
        this.ends.push(resolve);
        stopped(() => {
          run.stopped = true;
          resolve({ is: "failed", why: "killed" });
        });
      }),
  };
  end(index: number, ran: Ran): void {
    this.ends[index]?.(ran);
  }
}

describe.each([
  {
    name: "InternetGatewayDevice",
    root: igdRoot,
    ping: "IPPingDiagnostics.",
    wan: "WANDevice.1.WANConnectionDevice.1.WANIPConnection.1",
  },
  { name: "Device", root: deviceRoot, ping: "IP.Diagnostics.IPPing.", wan: "IP.Interface.1" },
])("a ping of $name", ({ name, root, ping, wan }) => {
  const path = `${name}.${ping}`;
  const state = `${path}DiagnosticsState`;

  async function household() {
    const bench = new Bench();
    const home = new Household({ probes: bench.probes });
    if (name === "Device") {
      home.served = root;
      home.disk.edit([
        { edit: "set", package: "cwmp", section: "cpe", option: "data_model", value: "Device" },
      ]);
    }
    await home.settle();
    return { home, bench };
  }
  const wanted = { [`${path}Host`]: "192.0.2.1", [`${path}NumberOfRepetitions`]: "1", [state]: "Requested" };

  test("[R-3.7.1.5-48] a diagnostic runs after the session that requested it, over the named interface, and a session of its own reports the result", async () => {
    const { home, bench } = await household();
    const seen: number[] = [];
    home.mishap = () => {
      seen.push(bench.runs.length);
      return undefined;
    };
    await home.sets({ ...wanted, [`${path}Interface`]: `${name}.${wan}` });
    expect(seen.every((runs) => runs === 0)).toBe(true);
    expect(bench.runs.map(({ program, args }) => [program, ...args].join(" "))).toEqual([
      "ping -c 1 -s 64 -W 1 -w 1 -I eth0 -- 192.0.2.1",
    ]);
    expect(await home.value(state)).toBe("Requested");
    home.forget();
    bench.end(0, answered(12.4));
    await home.rest();
    expect(home.told.map(({ codes }) => codes)).toEqual([["8 DIAGNOSTICS COMPLETE"]]);
    expect(await home.value(state)).toBe("Complete");
    expect(await home.value(`${path}SuccessCount`)).toBe("1");
    expect(await home.value(`${path}AverageResponseTime`)).toBe("12");
    expect(await home.value(`${path}Interface`)).toBe(`${name}.${wan}`);
  });

  test("a changed argument resets the result to None; an unchanged argument does not", async () => {
    const { home, bench } = await household();
    await home.sets(wanted);
    bench.end(0, answered(1));
    await home.rest();
    await home.sets({ [`${path}Host`]: "192.0.2.1" });
    expect(await home.value(state)).toBe("Complete");
    await home.sets({ [`${path}Host`]: "192.0.2.2" });
    expect(await home.value(state)).toBe("None");
    expect(bench.runs.length).toBe(1);
  });

  test("a changed argument stops the running test, and nothing is reported", async () => {
    const { home, bench } = await household();
    await home.sets(wanted);
    await home.sets({ [`${path}DataBlockSize`]: "100" });
    home.forget();
    await home.rest();
    expect(bench.runs.map(({ stopped }) => stopped)).toEqual([true]);
    expect(home.told).toEqual([]);
    expect(await home.value(state)).toBe("None");
  });

  test("Requested restarts the running test with the present arguments", async () => {
    const { home, bench } = await household();
    await home.sets(wanted);
    await home.sets({ [state]: "Requested" });
    await home.rest();
    expect(bench.runs.map(({ stopped }) => stopped)).toEqual([true, false]);
    bench.end(1, answered(3));
    await home.rest();
    expect(await home.value(state)).toBe("Complete");
  });

  test("Complete and None cannot be set", async () => {
    const { home } = await household();
    const result = await home.sets({ [state]: "Complete" });
    expect(result).toMatchObject({ is: "fault", code: 9003 });
  });

  test("a host that a program would read as an option is refused", async () => {
    const { home, bench } = await household();
    expect(await home.sets({ ...wanted, [`${path}Host`]: "-f" })).toMatchObject({ is: "fault" });
    expect(bench.runs).toEqual([]);
    expect(await home.value(state)).toBe("None");
  });

  test("a crash of the agent without a boot keeps the request: the test is run and reported", async () => {
    const { home, bench } = await household();
    await home.sets(wanted);
    await home.restart(undefined);
    await home.rest();
    expect(bench.runs.length).toBe(2);
    home.forget();
    bench.end(1, answered(1));
    await home.rest();
    expect(home.told.map(({ codes }) => codes)).toEqual([["8 DIAGNOSTICS COMPLETE"]]);
  });

  test("a boot keeps the arguments and discards the result and the request", async () => {
    const { home, bench } = await household();
    await home.sets(wanted);
    bench.end(0, answered(1));
    await home.rest();
    await home.restart(undefined);
    await home.rest();
    expect(await home.value(`${path}SuccessCount`)).toBe("1");
    await home.restart(minute);
    await home.rest();
    expect(await home.value(state)).toBe("None");
    expect(await home.value(`${path}SuccessCount`)).toBe("0");
    expect(await home.value(`${path}Host`)).toBe("192.0.2.1");
    expect(bench.runs.length).toBe(1);
  });
});

describe("several diagnostics", () => {
  const root = "InternetGatewayDevice.";
  const both = {
    [`${root}IPPingDiagnostics.Host`]: "192.0.2.1",
    [`${root}IPPingDiagnostics.DiagnosticsState`]: "Requested",
    [`${root}TraceRouteDiagnostics.Host`]: "192.0.2.1",
    [`${root}TraceRouteDiagnostics.DiagnosticsState`]: "Requested",
  };

  test("[R-3.7.1.5-49] two diagnostics run one after the other, and one event reports both", async () => {
    const bench = new Bench();
    const home = await new Household({ probes: bench.probes }).settle();
    await home.sets(both);
    expect(bench.runs.map(({ program }) => program)).toEqual(["ping"]);
    home.forget();
    bench.end(0, answered(1));
    await home.rest();
    expect(bench.runs.map(({ program }) => program)).toEqual(["ping", "traceroute"]);
    expect(home.told).toEqual([]);
    const out =
      "traceroute to 192.0.2.1 (192.0.2.1), 30 hops max\n 1  192.0.2.1 (192.0.2.1)  2.2 ms  *  0.2 ms\n";
    bench.end(1, { is: "ended", out, err: "" });
    await home.rest();
    expect(home.told.map(({ codes }) => codes)).toEqual([["8 DIAGNOSTICS COMPLETE"]]);
    expect(await home.value(`${root}TraceRouteDiagnostics.RouteHopsNumberOfEntries`)).toBe("1");
    expect(await home.value(`${root}TraceRouteDiagnostics.RouteHops.1.HopRTTimes`)).toBe("2,0,1");
  });

  test("a refused SetParameterValues requests no test", async () => {
    const bench = new Bench();
    const home = await new Household({ probes: bench.probes }).settle();
    const result = await home.sets({ ...both, [`${root}DeviceInfo.UpTime`]: "1" });
    expect(result).toMatchObject({ is: "fault", code: 9003 });
    expect(bench.runs).toEqual([]);
  });

  test("a device without the programs reports Error_Internal, or the error state that the model has for it", async () => {
    const home = await new Household().settle();
    await home.sets(both);
    await home.rest();
    expect(await home.value(`${root}IPPingDiagnostics.DiagnosticsState`)).toBe("Error_Internal");
    expect(await home.value(`${root}TraceRouteDiagnostics.DiagnosticsState`)).toBe(
      "Error_MaxHopCountExceeded",
    );
  });
});
