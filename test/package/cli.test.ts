/** `cwmpd package` as people and programs call it: exit codes, what is printed where, the manifest, the JSON object. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeKeys, Workshop } from "./workshop.ts";

const bun = join(import.meta.dirname, "../../node_modules/.bin/bun");
const main = join(import.meta.dirname, "../../platform/main.ts");
const without = !existsSync(bun) || spawnSync("openssl", ["version"]).status !== 0;

describe.skipIf(without)("cwmpd package", () => {
  let keys = "";
  const shop = new Workshop();
  beforeAll(() => {
    keys = makeKeys();
  });
  afterAll(() => {
    shop.remove();
    rmSync(keys, { recursive: true, force: true });
  });

  function cwmpd(...argv: string[]) {
    const { status, stdout, stderr } = spawnSync(bun, [main, "package", ...argv], {
      cwd: shop.directory,
      encoding: "utf8",
    });
    return { status, out: stdout, err: stderr };
  }

  const key = (name: string) => `${join(keys, `${name}.pem`)}:${join(keys, `${name}.key`)}`;
  const trust = () => ["--trust", join(keys, "root.pem")];

  function manifest(name: string, ...commands: object[]): string {
    writeFileSync(join(shop.directory, name), JSON.stringify({ commands }));
    return name;
  }

  /** Every command of the manifest once. */
  function everything(): string {
    mkdirSync(join(shop.directory, "files"), { recursive: true });
    writeFileSync(join(shop.directory, "files/a"), "content");
    return manifest(
      "all.json",
      { do: "version", text: "2.0" },
      { do: "description", text: "all of it" },
      { do: "role", role: 0xff00d09e, more: "0102" },
      { do: "initial-timeout", seconds: 60 },
      { do: "initial-activity-timeout", seconds: 61 },
      { do: "recoverable-timeout", seconds: 62 },
      { do: "unrecoverable-timeout", seconds: 63 },
      { do: "minimum-version", version: "1.0" },
      { do: "maximum-version", version: "1.9.9" },
      { do: "minimum-nonvolatile-storage", bytes: 10 },
      { do: "minimum-volatile-storage", bytes: 11 },
      { do: "required-attributes", entity: 5, class: 6, values: [7, 8] },
      { do: "vendor", type: 1000, value: "ff" },
      { do: "format" },
      { do: "extract", path: "/a", file: "files/a", unsafe: true },
      { do: "extract-versioned", path: "/d/v.001", file: "files/a" },
      { do: "add", path: "/b", file: "files/a" },
      { do: "add-versioned", path: "/d/w.001", file: "files/a" },
      { do: "move", path: "/b", to: "/c" },
      { do: "move-versioned", path: "/d/w.000", to: "/d/x.001" },
      { do: "remove", path: "/none" },
      { do: "remove-versioned", path: "/none.001" },
      { do: "remove-tree", path: "/none/" },
      { do: "reboot" },
      { do: "end" },
    );
  }

  test("builds from a manifest of every command, inspects, verifies and installs it", () => {
    const built = cwmpd(
      "build",
      everything(),
      "-o",
      "all.pkg",
      "--sign",
      key("signer"),
      "--sign",
      key("second"),
      "--digest",
      "sha256",
    );
    expect([built.status, built.err]).toEqual([0, ""]);
    expect(built.out).toMatch(/^all\.pkg: \d+ octets, 4 files, 2 signed over sha256\nsha1 +[0-9a-f]{40} /);

    const inspected = JSON.parse(cwmpd("inspect", "all.pkg", "--json").out);
    expect(inspected).toMatchObject({ verdict: "ok", reason: null, plan: [], changed: [] });
    expect(inspected.commands).toHaveLength(25);
    expect(inspected.commands[14]).toEqual({
      type: 1,
      name: "Extract File",
      path: "/a",
      size: 7,
      sha1: "040f06fd774092478d450774f5ba30c5da78acc8",
      unsafe: true,
    });
    expect(inspected.commands.map((one: { value?: unknown }) => one.value).slice(0, 12)).toEqual([
      "2.0",
      "all of it",
      0xff00d09e,
      60,
      61,
      62,
      63,
      "1.0",
      "1.9.9",
      10,
      11,
      "5:6=7,8",
    ]);
    expect(inspected.signatures.map((one: { verdict: unknown }) => one.verdict)).toEqual([null, null]);

    shop.lay({ old: "old" });
    const own = [
      "--version",
      "1.4",
      "--storage",
      "nonvolatile=10,volatile=11",
      "--attribute",
      "5:6=9",
      "--attribute=5:6=8",
    ];
    const verified = cwmpd("verify", "all.pkg", "--root", shop.root, ...trust(), ...own, "--json");
    expect(verified.status).toBe(0);
    const steps = JSON.parse(verified.out).plan as { do: string; path: string }[];
    expect(steps.map((step) => `${step.do} ${step.path}`)).toEqual([
      "remove /old",
      "make-directory /d",
      "write /a",
      "write /c",
      "write /d/v.001",
      "write /d/x.001",
    ]);
    expect(shop.tree()).toEqual({ old: "old" });

    const before = readdirSync(shop.directory);
    const installed = cwmpd("install", "all.pkg", "--root", shop.root, ...trust(), ...own, "--json");
    expect([installed.status, installed.err]).toEqual([0, ""]);
    expect(JSON.parse(installed.out)).toMatchObject({
      verdict: "ok",
      effects: { reboot: true, role: 0xff00d09e, version: "2.0", description: "all of it" },
      changed: steps.map((step) => step.path),
    });
    expect(shop.tree()).toEqual({ a: "content", c: "content", "d/v.001": "content", "d/x.001": "content" });
    // Neither beneath the root nor beside it is anything left.
    expect(readdirSync(shop.directory)).toEqual(before);
  });

  test("accepts a signature made by another program", () => {
    writeFileSync(join(shop.directory, "one"), "1");
    const file = manifest("one.json", { do: "extract", path: "/one", file: "one" });
    expect(cwmpd("build", file, "-o", "one.pkg", "--to-sign", "one.tbs").out).toMatch(/not signed/);
    const [certificate, secret] = key("signer").split(":") as [string, string];
    const words = "cms -sign -binary -in one.tbs -md sha256 -outform DER -out one.p7".split(" ");
    spawnSync("openssl", [...words, "-signer", certificate, "-inkey", secret], { cwd: shop.directory });
    expect(cwmpd("build", file, "-o", "one.pkg", "--signatures", "one.p7").status).toBe(0);
    const { out } = cwmpd("verify", "one.pkg", "--root", shop.root, ...trust(), "--json");
    expect(JSON.parse(out)).toMatchObject({
      verdict: "ok",
      signatures: [{ verdict: "ok", digest: "sha256" }],
    });
  });

  test("exits with 1 and a reason on standard error for a refused package, with --json and without", () => {
    const json = cwmpd("verify", "one.pkg", "--root", shop.root, "--json");
    expect(json.status).toBe(1);
    expect(json.err).toMatch(/^cwmpd package verify: refused \(untrusted\): No signature can be trusted/);
    expect(Object.keys(JSON.parse(json.out))).toEqual([
      "verdict",
      "reason",
      "signatures",
      "commands",
      "plan",
      "effects",
      "changed",
    ]);
    const plain = cwmpd("install", "one.pkg", "--root", shop.root);
    expect([plain.status, plain.err]).toEqual([1, expect.stringContaining("refused (untrusted)")]);
    for (const argv of [
      ["inspect", "absent.pkg"],
      ["verify", "one.pkg", "--root", "/nowhere"],
    ]) {
      expect(cwmpd(...argv, "--json")).toMatchObject({
        status: 1,
        err: expect.stringContaining("(unreadable)"),
      });
    }
  });

  test.each([
    [["verify"], /Missing argument/],
    [["verify", "one.pkg", "--require-signature", "maybe"], /one of yes, no/],
    [["verify", "one.pkg", "--allow-sha1=1"], /one of yes, no/],
    [["verify", "one.pkg", "--version", "1.x"], /numbers with dots/],
    [["verify", "one.pkg", "--storage", "flash=1"], /nonvolatile=N/],
    [["verify", "one.pkg", "--storage", "volatile=-1"], /nonvolatile=N/],
    [["install", "one.pkg", "--attribute", "1:2"], /ENTITY:CLASS=VALUE/],
    [["install", "one.pkg", "--attribute", "1:2=4294967296"], /ENTITY:CLASS=VALUE/],
    [["install", "one.pkg", "--now", "yesterday"], /takes a time/],
    [["build", "one.json"], /-o FILE is missing/],
    [["build", "one.json", "-o", "x", "--sign", "cert.pem"], /CERT:KEY/],
    [["build", "one.json", "-o", "x", "--digest", "md5"], /sha1, sha256/],
    [["inspect", "one.pkg", "--root", "/"], /Unknown option/],
  ])("exits with 2 for wrong usage: %j", (argv, why) => {
    expect(cwmpd(...argv)).toMatchObject({ status: 2, out: "", err: expect.stringMatching(why) });
  });

  test.each([
    ["no JSON", "{", /is no JSON/],
    ["no commands", "{}", /no list "commands"/],
    [
      "an unknown verb",
      '{"commands":[{"do":"explode"}]}',
      /Command 0 of the manifest has an unknown "do": "explode"/,
    ],
    [
      "a path that leaves the root",
      '{"commands":[{"do":"remove","path":"/../x"}]}',
      /has a name "\.\." in it/,
    ],
    [
      "a file that is not there",
      '{"commands":[{"do":"extract","path":"/a","file":"absent"}]}',
      /absent cannot be read/,
    ],
    ["a number that does not fit", '{"commands":[{"do":"role","role":4294967296}]}', /needs a number "role"/],
  ])("refuses to build from a manifest with %s, and leaves no package", (_, text, why) => {
    writeFileSync(join(shop.directory, "bad.json"), text);
    expect(cwmpd("build", "bad.json", "-o", "bad.pkg")).toMatchObject({
      status: 1,
      err: expect.stringMatching(why),
    });
    expect(existsSync(join(shop.directory, "bad.pkg"))).toBe(false);
  });

  test("a key that does not belong to the certificate makes an untrusted package, and a malformed key is an error", () => {
    const mixed = `${key("signer").split(":")[0]}:${key("second").split(":")[1]}`;
    cwmpd("build", "one.json", "-o", "mixed.pkg", "--sign", mixed);
    expect(cwmpd("verify", "mixed.pkg", "--root", shop.root, ...trust()).err).toMatch(
      /does not match the header/,
    );
    expect(cwmpd("build", "one.json", "-o", "x.pkg", "--sign", key("curve")).err).toMatch(/it is no RSA key/);
  });
});
