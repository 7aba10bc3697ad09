/** Certificates for signers of documents, made by openssl. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Certificate, readCertificate } from "../../src/trust/certificate.ts";
import { pemCertificates } from "../../src/trust/key.ts";

export const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

export interface Wish {
  readonly subject?: string;
  /** Who signs; itself where absent. */
  readonly by?: string;
  readonly key?: "rsa" | "ec" | "dsa";
  /** Another bit length than 2048 (RSA) or 1024 (DSA). */
  readonly bits?: number;
  /** Takes the key of that one, where it otherwise gets its own. */
  readonly keyOf?: string;
  readonly extensions?: readonly string[];
  readonly days?: number;
  /** The first moment, as openssl has it: 20200101000000Z. Then it ends with that year, or `until`. */
  readonly since?: string;
  readonly until?: string;
  readonly digest?: "md5" | "sha1" | "sha256" | "sha384" | "sha512";
}

export const caExtensions = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"];

/** A directory with `NAME.pem` and `NAME.key` for each certificate. */
export class Pki {
  readonly dir = mkdtempSync(join(tmpdir(), "cwmpd-pki-"));
  private serial = 1;

  constructor() {
    const authority = "database=index\nnew_certs_dir=.\ndefault_md=sha256\npolicy=any\nrand_serial=yes";
    const policy = "[any]\ncommonName=optional\norganizationName=optional\n";
    writeFileSync(this.file("authority"), `[ca]\ndefault_ca=one\n[one]\n${authority}\n${policy}`);
    writeFileSync(this.file("index"), "");
    writeFileSync(this.file("index.attr"), "unique_subject=no\n");
  }

  file(name: string): string {
    return join(this.dir, name);
  }

  read(name: string): string {
    return readFileSync(this.file(name), "latin1");
  }

  certificate(name: string): Certificate {
    return readCertificate(pemCertificates(this.read(`${name}.pem`))[0]!);
  }

  openssl(...args: string[]): string {
    return execFileSync("openssl", args, { cwd: this.dir, stdio: "pipe", encoding: "latin1" });
  }

  remove(): void {
    rmSync(this.dir, { recursive: true });
  }

  private makeKey(name: string, { key = "ec", bits, keyOf }: Wish): void {
    const out = this.file(`${name}.key`);
    if (keyOf !== undefined) writeFileSync(out, this.read(`${keyOf}.key`));
    else if (key === "rsa") this.openssl("genrsa", "-out", out, String(bits ?? 2048));
    else if (key === "ec") this.openssl("ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", out);
    else {
      // FIPS 186-4 pairs 1024 bits with a subgroup of 160, 2048 and more with one of 256.
      const domain = ["-algorithm", "DSA", "-pkeyopt", `dsa_paramgen_bits:${bits ?? 1024}`];
      const order = ["-pkeyopt", `dsa_paramgen_q_bits:${(bits ?? 1024) > 1024 ? 256 : 160}`];
      this.openssl("genpkey", "-genparam", ...domain, ...order, "-out", "dsaparam.pem");
      this.openssl("genpkey", "-paramfile", "dsaparam.pem", "-out", out);
    }
  }

  make(name: string, wish: Wish = {}): this {
    const { subject = `/CN=${name}`, by, extensions = [], days = 3650, since, digest = "sha256" } = wish;
    this.makeKey(name, wish);
    this.openssl("req", "-new", "-key", `${name}.key`, "-subj", subject, "-out", "csr");
    writeFileSync(this.file("ext"), `[x]\n${["subjectKeyIdentifier=hash", ...extensions].join("\n")}\n`);
    const extra = ["-extfile", "ext", "-extensions", "x"];
    const made = ["-in", "csr", "-out", `${name}.pem`];
    if (since !== undefined) {
      // Only the small authority that openssl has can date a certificate.
      const signer =
        by === undefined
          ? ["-selfsign", "-keyfile", `${name}.key`]
          : ["-cert", `${by}.pem`, "-keyfile", `${by}.key`];
      const end = wish.until ?? `${Number(since.slice(0, 4)) + 1}0101000000Z`;
      const dates = ["-startdate", since, "-enddate", end];
      this.openssl(
        "ca",
        "-batch",
        "-config",
        "authority",
        ...signer,
        ...made,
        ...extra,
        ...dates,
        "-notext",
        "-md",
        digest,
      );
      return this;
    }
    const signer =
      by === undefined ? ["-signkey", `${name}.key`] : ["-CA", `${by}.pem`, "-CAkey", `${by}.key`];
    const serial = ["-set_serial", String(this.serial++)];
    this.openssl(
      "x509",
      "-req",
      ...made,
      ...extra,
      ...signer,
      ...serial,
      "-days",
      String(days),
      `-${digest}`,
    );
    return this;
  }
}
