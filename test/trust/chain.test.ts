import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemSignatures } from "../../platform/bun/signatures.ts";
import { judgeSigner, type Trust } from "../../src/trust/chain.ts";
import { caExtensions, hasOpenssl, Pki } from "./pki.ts";

const suite = describe.skipIf(!hasOpenssl);

suite("chains of signers, judged as openssl judges them", () => {
  let pki: Pki;
  beforeAll(() => {
    pki = new Pki();
    const limited = ["basicConstraints=critical,CA:TRUE,pathlen:0", caExtensions[1]!];
    pki
      .make("root", { extensions: caExtensions })
      .make("rsaRoot", { key: "rsa", extensions: caExtensions })
      .make("dsaRoot", { key: "dsa", extensions: caExtensions })
      .make("impostor", { subject: "/CN=root", extensions: caExtensions })
      .make("middle", { by: "root", extensions: caExtensions })
      .make("short", { by: "root", extensions: limited })
      .make("deep", { by: "short", extensions: caExtensions })
      .make("notCa", { by: "root" })
      .make("noSign", { by: "root", extensions: [caExtensions[0]!, "keyUsage=critical,digitalSignature"] })
      .make("direct", { by: "root" })
      .make("rsaLeaf", { by: "rsaRoot", key: "rsa" })
      .make("dsaLeaf", { by: "dsaRoot", key: "dsa" })
      .make("dsaLarge", { by: "dsaRoot", key: "dsa", bits: 2048 })
      .make("sha512", { by: "rsaRoot", digest: "sha512" })
      .make("chained", { by: "middle" })
      .make("byImpostor", { by: "impostor", extensions: ["authorityKeyIdentifier=none"] })
      .make("tooDeep", { by: "deep" })
      .make("byNotCa", { by: "notCa" })
      .make("byNoSign", { by: "noSign" })
      .make("itself", {})
      .make("strange", { by: "root", extensions: ["1.2.3.4=critical,ASN1:NULL"] })
      .make("expired", { by: "root", since: "20200101000000Z" })
      .make("early", { by: "root", since: "20700101000000Z" })
      .make("oldRoot", { extensions: caExtensions, since: "20100101000000Z" })
      .make("byOldRoot", { by: "oldRoot" })
      .make("sha1", { by: "rsaRoot", digest: "sha1" })
      .make("md5", { by: "rsaRoot", digest: "md5" })
      .make("forCertificates", { by: "root", extensions: ["keyUsage=critical,keyCertSign"] })
      .make("forServers", { by: "root", extensions: ["extendedKeyUsage=serverAuth"] })
      .make("forCode", {
        by: "root",
        extensions: ["extendedKeyUsage=codeSigning", "keyUsage=nonRepudiation"],
      })
      .make("weak", { by: "root", key: "rsa", bits: 768 });
  }, 120_000);
  afterAll(() => pki.remove());

  /** A certificate made in this second is valid from its beginning. */
  const now = () => Date.now();
  const judge = (
    name: string,
    anchors: readonly string[],
    shown: readonly string[] = [],
    more: Partial<Trust> = {},
  ) => {
    const trust = { anchors: anchors.map((one) => pki.certificate(one)), sha1: true, at: now(), ...more };
    const given = shown.map((one) => pki.certificate(one));
    const judged = judgeSigner(pki.certificate(name), given, trust, systemSignatures);
    return judged.is === "trusted" ? judged.anchor.subjectText : judged.why;
  };
  const openssl = (name: string, anchors: readonly string[], shown: readonly string[] = []): boolean => {
    writeFileSync(pki.file("trusted"), anchors.map((one) => pki.read(`${one}.pem`)).join(""));
    writeFileSync(pki.file("shown"), shown.map((one) => pki.read(`${one}.pem`)).join(""));
    const untrusted = shown.length > 0 ? ["-untrusted", "shown"] : [];
    const args = [
      "verify",
      "-partial_chain",
      "-auth_level",
      "0",
      "-no-CApath",
      "-CAfile",
      "trusted",
      ...untrusted,
    ];
    return spawnSync("openssl", [...args, `${name}.pem`], { cwd: pki.dir }).status === 0;
  };

  test.each<[string, string[], string[], RegExp]>([
    ["direct", ["root"], [], /^CN=root$/],
    ["rsaLeaf", ["root", "rsaRoot"], [], /^CN=rsaRoot$/],
    ["dsaLeaf", ["dsaRoot"], [], /^CN=dsaRoot$/],
    ["dsaLarge", ["dsaRoot"], [], /^CN=dsaRoot$/],
    ["sha512", ["rsaRoot"], [], /^CN=rsaRoot$/],
    ["chained", ["root"], ["middle"], /^CN=root$/],
    ["chained", ["root"], ["direct", "middle", "root"], /^CN=root$/],
    ["chained", ["middle"], [], /^CN=middle$/],
    ["itself", ["itself"], [], /^CN=itself$/],
    ["sha1", ["rsaRoot"], [], /^CN=rsaRoot$/],
    ["chained", ["root"], [], /does not lead to a trusted certificate/],
    ["direct", ["rsaRoot"], [], /does not lead/],
    ["itself", ["root"], [], /does not lead/],
    ["itself", ["root"], ["itself"], /does not lead/],
    ["byImpostor", ["root"], ["impostor"], /is not by CN=root/],
    ["tooDeep", ["root"], ["deep", "short"], /longer than CN=short allows/],
    ["byNotCa", ["root"], ["notCa"], /CN=notCa may not sign certificates/],
    ["byNoSign", ["root"], ["noSign"], /CN=noSign may not sign certificates \(key usage\)/],
    ["strange", ["root"], [], /critical extension/],
    ["expired", ["root"], [], /CN=expired has expired/],
    ["early", ["root"], [], /CN=early is not valid yet/],
    ["byOldRoot", ["oldRoot"], [], /CN=oldRoot has expired/],
  ])("%s trusted by %j, shown with %j", (name, anchors, shown, expected) => {
    const verdict = judge(name, anchors, shown);
    expect(verdict).toMatch(expected);
    expect(openssl(name, anchors, shown), "openssl says").toBe(
      anchors.some((one) => verdict === `CN=${one}`),
    );
  });

  test("chains are judged more strictly than by openssl: the purpose of a certificate, weak digests, short keys", () => {
    expect(judge("forCertificates", ["root"])).toMatch(/may not sign documents \(key usage\)/);
    expect(judge("forServers", ["root"])).toMatch(/may not sign documents \(extended key usage\)/);
    expect(judge("forCode", ["root"])).toBe("CN=root");
    expect(judge("md5", ["rsaRoot"])).toMatch(/algorithm that is not accepted/);
    expect(judge("weak", ["root"])).toMatch(/768 bits/);
    expect(judge("sha1", ["rsaRoot"], [], { sha1: false })).toMatch(/SHA-1, which is not accepted/);
  });

  test("while the time is unknown dates are disregarded, and nothing else", () => {
    const at = undefined;
    expect(judge("expired", ["root"], [], { at })).toBe("CN=root");
    expect(judge("early", ["root"], [], { at })).toBe("CN=root");
    expect(judge("byImpostor", ["root"], ["impostor"], { at })).toMatch(/is not by/);
  });
});
