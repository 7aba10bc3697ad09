import { describe, expect, it } from "vitest";
import { dispatch } from "../../src/cli/dispatch.ts";
import type { World } from "../../src/cli/world.ts";
import { type Control, clientOf } from "../../src/control/control.ts";
import type { TransferTold } from "../../src/control/transfers.ts";
import { Fault, Malformed, Refused } from "../../src/errors.ts";
import { escapeText, jsonText, unescapeText } from "../../src/terminal.ts";
import { specText, structText } from "../../src/voucher/tell.ts";

const never = async () => {
  throw new Error("not expected");
};

function control(more: Partial<Control> = {}): Control {
  const talk = { get: never, set: never, names: never, status: never, inform: never };
  const explains = { describe: never, rehearse: never, profiles: never };
  const transfers = { transfers: never, transfer: never, requestDownload: never };
  return { ...talk, ...explains, ...transfers, options: never, events: never, ...more };
}

function world(more: Partial<World> = {}, agent = control()): World {
  return {
    version: "0.1.0",
    client: () => agent,
    input: async () => "",
    environment: {},
    event: never,
    run: never,
    acs: never,
    uci: never,
    sandbox: never,
    discover: never,
    observe: never,
    octets: never,
    progress: () => {},
    pause: async () => {},
    now: () => Date.UTC(2026, 0, 1),
    chance: (count) => new Uint8Array(count),
    stunProbe: never,
    sendUdpRequest: never,
    voucherVerify: never,
    voucherTry: never,
    voucherSign: never,
    packages: { examine: never, build: never },
    ...more,
  };
}

describe("command line: effects of commands", () => {
  it("prints each value on a line of its own, whatever characters it holds", async () => {
    const agent = control({
      get: async (paths) => paths.map((name) => ({ name, value: "a\\b\n\x1b[2J=é\x9b", type: "string" })),
    });
    expect(await dispatch(["get", "A.B", "A.C"], world({}, agent))).toEqual({
      exit: 0,
      out: "A.B=a\\\\b\\n\\x1b[2J=é\\x9b\nA.C=a\\\\b\\n\\x1b[2J=é\\x9b\n",
    });
  });

  it("sets values from arguments literally, and values from input lines with escapes decoded", async () => {
    const seen: unknown[] = [];
    const agent = control({ set: async (pairs) => void seen.push(pairs) });
    expect(await dispatch(["set", "A.B=x=\\n y", "C="], world({}, agent))).toEqual({ exit: 0 });
    const input = async () => "A.B=x=\\n y\n\nC=\r\n";
    expect(await dispatch(["set", "-"], world({ input }, agent))).toEqual({ exit: 0 });
    expect(seen).toEqual([
      [
        { name: "A.B", value: "x=\\n y" },
        { name: "C", value: "" },
      ],
      [
        { name: "A.B", value: "x=\n y" },
        { name: "C", value: "" },
      ],
    ]);
  });

  it("refuses a value that is not valid text, instead of setting a value that nobody wrote", async () => {
    const lost = new TextDecoder().decode(Uint8Array.of(0xff));
    const told = { exit: 2, err: "cwmpd set: The value of A.B is not UTF-8 text\n" };
    expect(await dispatch(["set", `A.B=x${lost}`], world())).toEqual(told);
    expect(await dispatch(["set", "-"], world({ input: async () => `A.B=${lost}\n` }))).toEqual(told);
  });

  it("refuses a line that is not PATH=VALUE, without repeating the line", async () => {
    expect(await dispatch(["set", "A.B"], world())).toEqual({
      exit: 2,
      err: 'cwmpd set: Cannot read "A.B": expected PATH=VALUE\n',
    });
    const input = async () => "A=1\nsecret\n";
    expect(await dispatch(["set", "-"], world({ input }))).toEqual({
      exit: 2,
      err: "cwmpd set: Cannot read line 2: expected PATH=VALUE\n",
    });
  });

  it("names marks writable parameters", async () => {
    const asked: unknown[] = [];
    const agent = control({
      names: async (path, nextLevel) => {
        asked.push([path, nextLevel]);
        return [
          { name: "A.", writable: false },
          { name: "A.B", writable: true },
        ];
      },
    });
    expect(await dispatch(["names"], world({}, agent))).toEqual({ exit: 0, out: "r- A.\nrw A.B\n" });
    await dispatch(["names", "A.", "--next-level"], world({}, agent));
    expect(asked).toEqual([
      ["", false],
      ["A.", true],
    ]);
  });

  it("asks the agent at the root that was named", async () => {
    const roots: string[] = [];
    const client = (root: string) => {
      roots.push(root);
      return control({ inform: async () => {} });
    };
    await dispatch(["inform"], world({ client }));
    await dispatch(["inform", "--root", "/tmp/gw"], world({ client }));
    expect(roots).toEqual(["/", "/tmp/gw"]);
  });

  it("prints a fault in plain words, with its code and a remedy", async () => {
    const fault = new Fault(9003, "Invalid arguments", [
      { name: "A.B", code: 9008, text: "Attempt to set a non-writable parameter" },
      { name: "A.C", code: 9007, text: "Expected a number" },
    ]);
    const agent = control({
      set: () => Promise.reject(fault),
      get: () => Promise.reject(new Fault(9005, "No A.X")),
    });
    expect(await dispatch(["set", "A.B=1", "A.C=x"], world({}, agent))).toEqual({
      exit: 1,
      err: `cwmpd set: Invalid arguments (fault 9003)
  A.B: Attempt to set a non-writable parameter (9008)
  A.C: Expected a number (9007)
cwmpd names PATH marks the parameters that can be changed with rw.
`,
    });
    const { exit, err } = await dispatch(["get", "A.X"], world({}, agent));
    expect([exit, err]).toEqual([
      1,
      expect.stringContaining("No A.X (fault 9005)\nList the names: cwmpd names"),
    ]);
  });

  it("fails with the message of the part that refused the command", async () => {
    const client = () => {
      throw new Refused("No agent answers.");
    };
    expect(await dispatch(["status"], world({ client }))).toEqual({
      exit: 1,
      err: "cwmpd status: No agent answers.\n",
    });
  });

  it("hands other commands to the composition root and keeps their exit code", async () => {
    const done: unknown[] = [];
    const noted =
      (exit: 0 | 1) =>
      async (...args: unknown[]) => {
        done.push(args);
        return { exit };
      };
    const w = world({ run: noted(1), acs: noted(0), uci: noted(1), sandbox: noted(0) });
    const exits = [
      await dispatch(["run", "--state", "/s"], w),
      await dispatch(["acs"], w),
      await dispatch(["uci", "-X", "show", "network"], w),
      await dispatch(["uci", "export"], w),
      await dispatch(["sandbox", "/tmp/gw"], w),
    ].map(({ exit }) => exit);
    expect(exits).toEqual([1, 0, 1, 1, 0]);
    expect(done).toMatchObject([
      [{ state: "/s" }],
      [{ listen: "127.0.0.1:7547" }],
      ["show", "network", { X: true, n: false }],
      ["export", undefined, { X: false, n: false }],
      ["/tmp/gw", { wan: "dhcp", dataModel: "InternetGatewayDevice" }],
    ]);
    expect(await dispatch(["uci", "commit", "network"], w)).toMatchObject({ exit: 2 });
    expect(await dispatch(["version"], w)).toEqual({ exit: 0, out: "cwmpd 0.1.0\n" });
  });

  it("prints an error of the system in one line, and lets a bug of ours through as it is", async () => {
    const denied = Object.assign(new Error("EACCES: permission denied, open '/x'"), {
      code: "EACCES",
      syscall: "open",
    });
    const fails = (error: Error) => world({ uci: () => Promise.reject(error) });
    expect(await dispatch(["uci", "show", "x"], fails(denied))).toEqual({
      exit: 1,
      err: "cwmpd uci: EACCES: permission denied, open '/x'. Check the path and its permissions.\n",
    });
    await expect(dispatch(["uci", "show", "x"], fails(new TypeError("ours")))).rejects.toThrow("ours");
  });

  it("prints help on standard output and complaints on standard error", async () => {
    expect(await dispatch([], world())).toMatchObject({
      exit: 2,
      err: expect.stringContaining("Usage: cwmpd"),
    });
    expect(await dispatch(["--help"], world())).toMatchObject({
      exit: 0,
      out: expect.stringContaining("Usage:"),
    });
    expect(await dispatch(["bogus"], world())).toMatchObject({
      exit: 2,
      err: expect.stringMatching(/^cwmpd: Unknown/),
    });
  });
});

describe("values as one line", () => {
  it("are decoded to the text that was encoded", () => {
    const all = Array.from({ length: 300 }, (_, code) => String.fromCharCode(code)).join("");
    expect(escapeText(all)).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
    expect(unescapeText(escapeText(all))).toBe(all);
    const beyond = "\u061c\u200f\u202e\u2028\u2029\u2066\ufeff\u{e0041}\ud800 x \udc00 \\u202e \\x41";
    expect(escapeText(beyond)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    expect(unescapeText(escapeText(beyond))).toBe(beyond);
    expect(escapeText("a\u202eb\u2028")).toBe("a\\u202eb\\u2028");
    expect(escapeText("Gerät 😀")).toBe("Gerät 😀");
  });

  it.each([
    ["another direction", "\u202e"],
    ["a command of a terminal", "\u009b2J"],
    ["the end of a line", "\u2028"],
    ["an older end of a line", "\u0085"],
    ["half a character", "\ud800"],
  ])("hold %s raw in no JSON either, which says the same to a program", async (_, bad) => {
    const raw = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
    const told = { name: `a${bad}`, from: null, until: null };
    const agent = control({ describe: async () => [told] as never, options: async () => [told] as never });
    for (const words of [
      ["get", "--json", "A.B"],
      ["options", "--json"],
    ]) {
      const out = String((await dispatch(words, world({}, agent))).out);
      expect(out.replaceAll("\n", ""), words.join(" ")).not.toMatch(raw);
      expect(JSON.parse(out)).toEqual([told]);
    }
    const device = { oui: bad, productClass: `p${bad}`, serialNumber: `s${bad}` };
    const spec = {
      serial: 1,
      device,
      name: `n${bad}`,
      description: "",
      mode: "Disable",
      transferable: false,
    };
    expect(specText(spec as never)).not.toMatch(raw);
    const dates = { StartDate: "0001-01-01T00:00:00Z", ExpirationDate: "0001-01-01T00:00:00Z" };
    expect(structText({ OptionName: `n${bad}`, State: 0, Mode: 0, ...dates } as never)).not.toMatch(raw);
    expect(jsonText([bad])).not.toMatch(/(?!\n$)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  });

  it("are malformed if an escape in them is never written by the encoder", () => {
    for (const text of ["\\q", "\\", "a\\x1", "\\xzz"]) expect(() => unescapeText(text)).toThrow(Malformed);
  });
});

describe("control client", () => {
  it("an answer of the agent that does not parse is reported with a remedy", async () => {
    for (const line of ["", "null", "[]", "<html>"]) {
      await expect(clientOf(async () => line).status()).rejects.toThrow(/does not parse.*Restart/);
    }
  });
});

describe("command line: transfers", () => {
  const one: TransferTold = {
    id: 3,
    direction: "download",
    origin: "device",
    commandKey: "",
    fileType: "1 Firmware Upgrade Image",
    url: "http://h/f",
    stage: "running",
    bytes: 1_048_576,
    total: 8_388_608,
    speed: 524_288,
    due: null,
    code: null,
    text: null,
  };

  it("follows a download to its end, and fails with the reason of the transfer", async () => {
    const told: TransferTold[] = [
      one,
      { ...one, stage: "ended", code: 9016, text: "It has \x1b[2Jnot the file" },
    ];
    const shown: string[] = [];
    const wishes: unknown[] = [];
    const agent = control({
      transfer: async (wish) => {
        wishes.push(wish);
        return 3;
      },
      transfers: async () => [told.length > 1 ? told.shift()! : told[0]!],
    });
    const octets = async () => new TextEncoder().encode("secret\nrest");
    const progress = (line: string) => void shown.push(line);
    const argv = [
      "download",
      "http://h/f",
      "--type",
      "1 Firmware Upgrade Image",
      "--username",
      "u",
      "--password-file",
      "p",
    ];
    expect(await dispatch(argv, world({ octets, progress }, agent))).toEqual({
      exit: 1,
      err: "cwmpd download: It has \\x1b[2Jnot the file (fault 9016)\n",
    });
    expect(shown[0]).toBe("[==>                 ] 1.0 of 8.0 MiB (12 %), 0.5 MiB/s");
    expect(wishes).toMatchObject([
      { username: "u", password: "secret", url: "http://h/f", targetFileName: "" },
    ]);
  });

  it("says that the device reboots if the agent ends while an image is installed", async () => {
    const agent = control({
      transfer: async () => 3,
      transfers: async () => {
        throw new Refused("No agent answers at /x. Start one.");
      },
    });
    const found = await dispatch(["download", "http://h/f"], world({}, agent));
    expect(found).toMatchObject({ exit: 0, out: expect.stringContaining("reboots for the image") });
  });

  it("lists transfers for people and for scripts", async () => {
    const agent = control({
      transfers: async () => [one, { ...one, stage: "queued", due: Date.UTC(2026, 0, 1, 0, 5) }],
    });
    const { out } = await dispatch(["transfers"], world({}, agent));
    expect(out).toBe(
      "3  download of 1 Firmware Upgrade Image, begun here: 1.0 of 8.0 MiB (12 %), 0.5 MiB/s\n" +
        "3  download of 1 Firmware Upgrade Image, begun here: waits, in 5 min\n",
    );
    const json = await dispatch(["transfers", "--json"], world({}, agent));
    expect(JSON.parse(String(json.out))[1]).toMatchObject({
      id: 3,
      due: "2026-01-01T00:05:00.000Z",
      code: null,
    });
  });

  it("asks the ACS for a file with arguments, and refuses a malformed argument", async () => {
    const wishes: unknown[] = [];
    const agent = control({ requestDownload: async (wish) => void wishes.push(wish) });
    expect(
      await dispatch(["request-download", "2 Web Content", "Version=3=b"], world({}, agent)),
    ).toMatchObject({ exit: 0 });
    expect(wishes).toEqual([{ fileType: "2 Web Content", args: [{ name: "Version", value: "3=b" }] }]);
    expect(await dispatch(["request-download", "x", "=3"], world({}, agent))).toMatchObject({ exit: 2 });
  });
});
