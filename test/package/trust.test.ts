/** Signatures, by openssl and by us: which hold, and what is said of those that do not. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HandPolicy } from "../../src/cli/package-call.ts";
import { compose, extract, format, makeKeys, remove, Workshop } from "./workshop.ts";

const day = 86_400_000;
const without = spawnSync("openssl", ["version"]).status !== 0;

describe.skipIf(without)("signatures", () => {
  let keys = "";
  let shop: Workshop;
  beforeAll(() => {
    keys = makeKeys();
    shop = new Workshop(keys);
  });
  afterAll(() => {
    shop.remove();
    rmSync(keys, { recursive: true, force: true });
  });

  const key = (name: string) => join(keys, `${name}.key`);
  const pem = (name: string) => join(keys, `${name}.pem`);

  /** A block made by openssl: `cms` or `smime`, with these options. */
  function openssl(signed: Uint8Array, tool: string, ...options: string[]): Uint8Array {
    const path = join(shop.directory, "signed");
    writeFileSync(path, signed);
    return execFileSync("openssl", [tool, "-sign", "-binary", "-in", path, "-outform", "DER", ...options], {
      stdio: ["ignore", "pipe", "ignore"],
    });
  }

  const by = (name: string, ...more: string[]) => ["-signer", pem(name), "-inkey", key(name), ...more];

  /** What becomes of a package with that block. */
  async function judged(
    block: (signed: Uint8Array) => Uint8Array,
    policy: Partial<HandPolicy> = {},
  ): Promise<{ code: string; text: string; signers: (string | null)[] }> {
    shop.lay({ old: "old" });
    const file = shop.file(await shop.bytes({ commands: [extract("/a", "1"), remove("/old")], block }));
    const trust = { trust: [pem("root")], requireSignature: true, ...policy };
    const report = await shop.install(file, trust);
    const { reason, signatures } = report;
    // E.5 [R-E.5-11] to [R-E.5-13]: nothing is carried out that is not trusted.
    expect(shop.tree()).toEqual(reason === null ? { a: "1" } : { old: "old" });
    return {
      code: reason?.code ?? "ok",
      text: reason?.text ?? "",
      signers: signatures.map((one) => one.verdict),
    };
  }

  const code = async (...args: Parameters<typeof judged>) => (await judged(...args)).code;

  test("E.5 [R-E.5-01][R-E.5-03][R-E.2-02] a signature by openssl cms over header and commands is trusted", async () => {
    expect(await judged((s) => openssl(s, "cms", ...by("signer", "-md", "sha1")))).toEqual({
      code: "ok",
      text: "",
      signers: ["ok"],
    });
  });

  test.each([
    ["smime, PKCS #7 1.5", "smime", ["-md", "sha256"]],
    ["SHA-256", "cms", ["-md", "sha256"]],
    ["no signed attributes", "cms", ["-md", "sha1", "-noattr"]],
    ["a signer named by its key", "cms", ["-md", "sha256", "-keyid"]],
    ["a signer with code signing and digital signature", "cms", ["-md", "sha1", "-nosmimecap"]],
  ])("a block of openssl with %s is trusted", async (_, tool, options) => {
    expect(await code((s) => openssl(s, tool, ...by("signer", ...options)))).toBe("ok");
  });

  test("a certificate that is only in the trust store may sign, and so may one for mail or without any usage", async () => {
    const trust = [pem("root"), pem("signer")];
    expect(await code((s) => openssl(s, "cms", ...by("signer", "-nocerts")), { trust })).toBe("ok");
    expect(await code((s) => openssl(s, "cms", ...by("mail")))).toBe("ok");
    expect(await code((s) => openssl(s, "cms", ...by("plain")))).toBe("ok");
  });

  test("a trust store may hold the signer itself, without its root", async () => {
    expect(await code((s) => openssl(s, "cms", ...by("signer")), { trust: [pem("signer")] })).toBe("ok");
  });

  test("an intermediate authority is found in the signature block; without it the signer is not trusted", async () => {
    const whole = ["-certfile", pem("middle")];
    expect(await code((s) => openssl(s, "cms", ...by("below", ...whole)))).toBe("ok");
    const cut = await judged((s) => openssl(s, "cms", ...by("below")));
    expect(cut).toMatchObject({
      code: "untrusted",
      text: expect.stringMatching(/no certificate of "O=Test, CN=middle", which issued "O=Test, CN=below"/),
    });
  });

  test.each([
    ["foreign", [], /no certificate of "O=Test, CN=stranger"/],
    ["server", [], /"O=Test, CN=server" is for another purpose/],
    ["cipher", [], /"O=Test, CN=cipher" may not sign/],
    ["odd", [], /"O=Test, CN=odd" has an extension that is not understood: 1\.2\.3\.4/],
    ["weak", [], /"O=Test, CN=weak" has a key of 768 bits/],
    ["md5", [], /"O=Test, CN=md5" was signed with a digest that is md5/],
    ["undernameless", ["nameless"], /"O=Test, CN=nameless" may not issue certificates: keyUsage/],
    ["underleaf", ["plain"], /"O=Test, CN=plain" may not issue certificates: basicConstraints/],
    [
      "underbounded",
      ["bounded"],
      /"O=Test, CN=bounded" has an extension that is not understood: 2\.5\.29\.30/,
    ],
    ["toodeep", ["lower", "middle"], /"O=Test, CN=middle" allows 0 authorities below it, and there are 1/],
  ])("the certificate %s is refused by name", async (name, chain, why) => {
    const held = join(shop.directory, "held.pem");
    writeFileSync(held, chain.map((one) => readFileSync(pem(one), "utf8")).join(""));
    const certificates = chain.length > 0 ? ["-certfile", held] : [];
    const found = await judged((s) => openssl(s, "cms", ...by(name, ...certificates)));
    expect(found.text).toMatch(why);
    expect(found.code).toBe("untrusted");
  });

  test("an expired certificate is refused, and one that is not valid yet; without a clock neither", async () => {
    const block = (s: Uint8Array) => openssl(s, "cms", ...by("signer"));
    expect((await judged(block, { now: Date.now() + 60 * day })).text).toMatch(
      /"O=Test, CN=signer" has expired 20/,
    );
    expect((await judged(block, { now: Date.now() - day })).text).toMatch(/is not valid before 20/);
    expect(await code(block, { now: Date.now() + 20 * day })).toBe("ok");
  });

  test('UCI signature_time "signing" judges certificates at the signed time', async () => {
    const file = shop.file(await shop.bytes({ commands: [extract("/a", "1")], signers: ["signer"] }));
    const later = { trust: [pem("root")], now: Date.now() + 60 * day };
    for (const [option, expected] of [
      ["", "untrusted"],
      ["\toption signature_time 'signing'\n", "ok"],
    ]) {
      shop.lay({ "etc/config/cwmp": `config package 'web'\n${option}` });
      expect((await shop.verify(file, later)).reason?.code ?? "ok").toBe(expected);
    }
    const past = { ...later, now: Date.now() - day };
    expect((await shop.verify(file, past)).reason?.text).toMatch(/made in the future/);
  });

  test("E.5 [R-E.5-07] another digest than SHA-1 or SHA-256 is refused, and another algorithm than RSA", async () => {
    const text = async (...options: string[]) => (await judged((s) => openssl(s, "cms", ...options))).text;
    expect(await text(...by("signer", "-md", "md5"))).toMatch(/its digest is md5/);
    expect(await text(...by("signer", "-md", "sha512"))).toMatch(/its digest is sha512/);
    expect(await text(...by("curve"))).toMatch(/its algorithm is ecdsa; E\.5 asks for RSA/);
    expect(await text(...by("signer", "-keyopt", "rsa_padding_mode:pss"))).toMatch(
      /its algorithm is rsassa-pss/,
    );
  });

  test("SHA-1 can be forbidden, in the signature and in the chain", async () => {
    const no = { allowSha1: false };
    expect((await judged((s) => openssl(s, "cms", ...by("signer", "-md", "sha1")), no)).text).toMatch(
      /is SHA-1, which is not allowed/,
    );
    expect(await code((s) => openssl(s, "cms", ...by("signer", "-md", "sha256")), no)).toBe("ok");
    expect((await judged((s) => openssl(s, "cms", ...by("old", "-md", "sha256")), no)).text).toMatch(
      /"O=Test, CN=old" was signed with a digest that is SHA-1/,
    );
    expect(await code((s) => openssl(s, "cms", ...by("old", "-md", "sha256")))).toBe("ok");
  });

  test("E.5 [R-E.5-05] an enclosed message is refused, though its signature holds", async () => {
    expect(await code((s) => openssl(s, "cms", ...by("signer", "-nodetach")))).toBe("signature-block");
  });

  test("E.5 [R-E.5-04] another content type than data is refused", async () => {
    const other = ["-econtent_type", "1.2.840.113549.1.7.5"];
    expect(await code((s) => openssl(s, "cms", ...by("signer", ...other)))).toBe("signature-block");
  });

  test("E.5 [R-E.5-02] a bare SignedData is read as well as a wrapped one; anything else is refused", async () => {
    const bare = (s: Uint8Array) => {
      const wrapped = Buffer.from(openssl(s, "cms", ...by("signer")));
      // SEQUENCE, OID, [0], and within it the SignedData; all lengths have two octets.
      const inner = wrapped.subarray(4 + 11 + 4);
      expect(inner[0]).toBe(0x30);
      return inner;
    };
    expect(await code(bare)).toBe("ok");
    expect(await code(() => Uint8Array.of(0x30, 0))).toBe("signature-block");
    expect(await code(() => Uint8Array.of(0x30, 3, 2, 1, 1))).toBe("signature-block");
    const twice = (s: Uint8Array) => {
      const one = openssl(s, "cms", ...by("signer"));
      return Buffer.concat([one, one]);
    };
    // The second one would be payload that the header does not promise.
    expect(await code(twice)).toBe("trailing-bytes");
  });

  test("E.5 [R-E.5-09] an empty block is not a signature: accepted if none is required, refused otherwise", async () => {
    const empty = () => execFileSync("openssl", ["crl2pkcs7", "-nocrl", "-outform", "DER"]);
    expect(await code(empty)).toBe("unsigned");
    expect(await code(empty, { requireSignature: false })).toBe("ok");
  });

  test("E.5 [R-E.5-10] a single valid signature among several is enough, at any position", async () => {
    const two =
      (...names: string[]) =>
      (s: Uint8Array) =>
        openssl(s, "cms", ...names.flatMap((name) => by(name)), "-md", "sha256");
    expect(await judged(two("foreign", "signer"))).toMatchObject({ code: "ok" });
    expect((await judged(two("foreign", "signer"))).signers.toSorted()).toEqual(["ok", "refused"]);
    expect(await judged(two("foreign", "server"))).toMatchObject({
      code: "untrusted",
      signers: ["refused", "refused"],
    });
  });

  test("E.5 [R-E.5-12][R-E.5-13] a package with only invalid signatures is refused even if no signature is required", async () => {
    expect(await code((s) => openssl(s, "cms", ...by("foreign")), { requireSignature: false })).toBe(
      "untrusted",
    );
    expect(await code((s) => openssl(s, "cms", ...by("signer")), { trust: [] })).toBe("untrusted");
  });

  test("E.5 [R-E.5-11] an untrusted package that formats and removes changes nothing; the fault is 9019", async () => {
    shop.lay({ keep: "k" });
    const bytes = await shop.bytes({ commands: [format, remove("/keep")], signers: ["foreign"] });
    const report = await shop.install(shop.file(bytes), { trust: [pem("root")] });
    expect(report.reason).toMatchObject({ code: "untrusted", fault: 9019, command: null });
    expect(shop.tree()).toEqual({ keep: "k" });
  });

  test("E.5 [R-E.5-03] every octet of header and commands is signed", async () => {
    const commands = [extract("/a", "1"), remove("/old")];
    const { signed, payload } = compose({ commands });
    const block = openssl(signed, "cms", ...by("signer", "-md", "sha256"));
    // Where one flip leaves a package that can be read at all, its signature does not hold.
    const codes = new Map<string, number>();
    for (let at = 0; at < signed.length; at++) {
      const changed = Uint8Array.from(signed);
      changed[at]! ^= 1;
      const file = shop.file(Buffer.concat([changed, block, payload]));
      const { verdict, reason } = await shop.verify(file, { trust: [pem("root")] });
      expect([at, verdict]).toEqual([at, "refused"]);
      codes.set(reason!.code, (codes.get(reason!.code) ?? 0) + 1);
    }
    expect(codes.get("untrusted")).toBeGreaterThan(20);
    expect([...codes.keys()].every((one) => one !== "hash" && one !== "path")).toBe(true);
  });

  test("our own signatures are verified by openssl, over SHA-1 and SHA-256, with two signers", async () => {
    for (const digest of ["sha1", "sha256"] as const) {
      const commands = [extract("/a", "1")];
      const { signed, payload } = compose({ commands });
      const bytes = await shop.bytes({ commands, signers: ["mail", "second"], digest });
      const block = bytes.subarray(signed.length, bytes.length - payload.length);
      writeFileSync(join(shop.directory, "own.p7"), block);
      writeFileSync(join(shop.directory, "own"), signed);
      for (const tool of ["cms", "smime"]) {
        const args = [
          tool,
          "-verify",
          "-binary",
          "-inform",
          "DER",
          "-in",
          "own.p7",
          "-content",
          "own",
          "-CAfile",
          pem("root"),
          "-purpose",
          "any",
          "-out",
          "out",
        ];
        const { status, stderr } = spawnSync("openssl", args, { cwd: shop.directory, encoding: "utf8" });
        expect([status, stderr.trim()]).toEqual([0, expect.stringMatching(/Verification successful/i)]);
      }
      const { signatures } = await shop.verify(shop.file(bytes), { trust: [pem("root")] });
      const ours = (name: string) => ({
        signer: `O=Test, CN=${name}`,
        verdict: "ok",
        reason: null,
        digest,
        algorithm: "rsa",
        chain: [`O=Test, CN=${name}`, "O=Test, CN=root"],
      });
      expect(signatures).toHaveLength(2);
      expect(signatures).toEqual(expect.arrayContaining([ours("mail"), ours("second")]));
    }
  });

  test("UCI says which signer may use which Role; a package without a Role has no Role", async () => {
    const { role } = await import("./workshop.ts");
    const pack = async (signer: string, ...roles: number[]) =>
      shop.file(
        await shop.bytes({
          commands: [...roles.map((one) => role(one)), extract("/a", "1")],
          signers: [signer],
        }),
      );
    const lay = (config: string) =>
      shop.lay({ "etc/config/cwmp": config, "etc/signer.pem": readFileSync(pem("signer"), "utf8") });
    const codeOf = async (file: string) =>
      (await shop.verify(file, { trust: [pem("root")], requireSignature: true })).reason?.code ?? "ok";
    lay(
      "config package 'web'\n\nconfig package_signer\n\toption certificate '/etc/signer.pem'\n\tlist role '3'\n\tlist role '4'\n",
    );
    expect(await codeOf(await pack("signer", 3))).toBe("ok");
    expect(await codeOf(await pack("signer", 1))).toBe("role");
    expect(await codeOf(await pack("signer"))).toBe("role");
    expect(await codeOf(await pack("second", 3))).toBe("role");
    lay("config package 'web'\n\tlist role '3'\n");
    expect(await codeOf(await pack("second", 3))).toBe("ok");
    expect(await codeOf(await pack("second", 1))).toBe("role");
  });

  test("a trust store that cannot be read is reported, not taken for an empty one", async () => {
    const file = await shop.pack(extract("/a", "1"));
    writeFileSync(join(shop.directory, "no.pem"), "no certificate");
    for (const trust of [`${shop.directory}/absent.pem`, `${shop.directory}/no.pem`]) {
      expect((await shop.verify(file, { trust: [trust] })).reason).toMatchObject({
        code: "unreadable",
        text: expect.stringContaining(trust),
      });
    }
  });
});
