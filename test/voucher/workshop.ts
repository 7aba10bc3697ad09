/** Vouchers made by xmlsec1, with certificates made by openssl. */
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { systemDsig } from "../../platform/bun/dsig.ts";
import { systemSignatures } from "../../platform/bun/signatures.ts";
import {
  type AlgorithmName,
  algorithmNames,
  algorithms,
  canonicalXml,
  digestUris,
  dsigNamespace,
} from "../../src/voucher/algorithms.ts";
import { voucherLimits } from "../../src/voucher/limits.ts";
import { VoucherRefused } from "../../src/voucher/verdict.ts";
import { type Policy, type VerifiedVoucher, verify } from "../../src/voucher/verify.ts";
import { caExtensions, hasOpenssl, Pki } from "../trust/pki.ts";

export const hasTools = hasOpenssl && spawnSync("xmlsec1", ["--version"]).status === 0;

export const checks = { dsig: systemDsig, signatures: systemSignatures };

export const device = { oui: "012345", productClass: "Gateway", serialNumber: "123456789" };

export const deviceXml =
  "<DeviceId><Manufacturer>Example</Manufacturer><OUI>012345</OUI>" +
  "<ProductClass>Gateway</ProductClass><SerialNumber>123456789</SerialNumber></DeviceId>";

/** Fields of an Option by name, each as XML; DeviceId is that of `device` where absent. */
export type Fields = Readonly<Record<string, string>>;

export const option = (fields: Fields): string => {
  const all: Fields = { VSerialNum: "987654321", DeviceId: deviceXml, OptionIdent: "Guest", ...fields };
  return Object.entries(all)
    .map(([name, text]) => (name === "DeviceId" ? text : `<${name}>${text}</${name}>`))
    .join("\n  ");
};

export const objectXml = (fields: Fields | string, id = "option0"): string =>
  `<dsig:Object xmlns="" xmlns:dsig="${dsigNamespace}" Id="${id}">\n<Option>\n  ${
    typeof fields === "string" ? fields : option(fields)
  }\n</Option>\n</dsig:Object>`;

export interface Shape {
  readonly algorithm?: AlgorithmName;
  readonly digest?: keyof typeof digestUris;
  readonly objects?: readonly string[];
  /** What stands in Transforms; by default inclusive Canonical XML. */
  readonly transforms?: string;
  readonly references?: string;
  /** Attributes of the Signature besides its namespace. */
  readonly root?: string;
  readonly head?: string;
  readonly keyInfo?: string;
}

/** Figure 6 shows the key as well; xmlsec1 has no form for keys of curves. */
const keyInfo = (algorithm: AlgorithmName): string =>
  `<KeyInfo>${algorithm === "ecdsa-sha256" ? "" : "<KeyValue/>"}<X509Data><X509SubjectName/><X509IssuerSerial/><X509Certificate/></X509Data></KeyInfo>`;

/** A document that xmlsec1 fills with digests, value and certificates. */
export function template(shape: Shape): string {
  const { algorithm = "rsa-sha256", objects = [objectXml({ Mode: "EnableWithoutExpiration" })] } = shape;
  const digest = digestUris[shape.digest ?? algorithms[algorithm].digest];
  const transforms = shape.transforms ?? `<Transforms><Transform Algorithm="${canonicalXml}"/></Transforms>`;
  const ids = objects.map((object) => / Id="([^"]*)"/.exec(object)?.[1] ?? "");
  const references =
    shape.references ??
    ids
      .map(
        (id) =>
          `<Reference URI="#${id}">${transforms}<DigestMethod Algorithm="${digest}"/><DigestValue/></Reference>`,
      )
      .join("\n");
  return `${shape.head ?? ""}<Signature xmlns="${dsigNamespace}"${shape.root ?? ""}>
<SignedInfo><CanonicalizationMethod Algorithm="${canonicalXml}"/><SignatureMethod Algorithm="${algorithms[algorithm].uri}"/>
${references}</SignedInfo>
<SignatureValue/>
${shape.keyInfo ?? keyInfo(algorithm)}
${objects.join("\n")}
</Signature>
`;
}

export const signers: Readonly<Record<AlgorithmName, string>> = {
  "dsa-sha1": "dsa",
  "rsa-sha1": "rsa",
  "rsa-sha256": "rsa",
  "ecdsa-sha256": "ec",
};

/** One root, a signer for each kind of key. */
export class Workshop {
  readonly pki = new Pki();

  constructor() {
    this.pki.make("root", { key: "rsa", extensions: caExtensions, subject: "/O=Example/CN=Voucher root" });
    for (const key of ["rsa", "ec", "dsa"] as const)
      this.pki.make(key, { by: "root", key, subject: `/CN=${key} signer` });
    this.pki.make("stranger", { key: "rsa" });
  }

  remove(): void {
    this.pki.remove();
  }

  /** @param signer whose key and certificate; by default the one for the algorithm */
  sign(
    shape: Shape,
    signer: string = signers[shape.algorithm ?? "rsa-sha256"],
    chain: readonly string[] = [],
  ): string {
    const { pki } = this;
    writeFileSync(pki.file("template.xml"), template(shape));
    const key = [
      "--privkey-pem",
      [signer, ...chain].map((name, at) => `${name}.${at === 0 ? `key,${name}.pem` : "pem"}`).join(","),
    ];
    return execFileSync("xmlsec1", ["--sign", "--id-attr:Id", "Object", ...key, "template.xml"], {
      cwd: pki.dir,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** Whether xmlsec1 takes it, with the root trusted. */
  xmlsecTakes(voucher: string): boolean {
    writeFileSync(this.pki.file("voucher.xml"), voucher);
    const args = ["--verify", "--id-attr:Id", "Object", "--trusted-pem", "root.pem", "voucher.xml"];
    return spawnSync("xmlsec1", args, { cwd: this.pki.dir }).status === 0;
  }

  policy(more: Partial<Policy> = {}): Policy {
    const { bytesMax } = voucherLimits;
    const anchors = [this.pki.certificate("root")];
    return { anchors, algorithms: new Set(algorithmNames), bytesMax, at: Date.now(), ...more };
  }

  verify(voucher: string | Uint8Array, more: Partial<Policy> = {}): VerifiedVoucher {
    const bytes = typeof voucher === "string" ? new TextEncoder().encode(voucher) : voucher;
    return verify(bytes, this.policy(more), checks);
  }

  /** The verdict, `valid` or why not. */
  verdict(voucher: string | Uint8Array, more: Partial<Policy> = {}): string {
    try {
      this.verify(voucher, more);
      return "valid";
    } catch (error) {
      if (error instanceof VoucherRefused) return error.verdict;
      throw error;
    }
  }
}
