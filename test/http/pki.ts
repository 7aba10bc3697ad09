/** Certificates of every good and bad kind, made by openssl. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

const bun = join(import.meta.dirname, "../../node_modules/.bin/bun");

export const hasBun = spawnSync(bun, ["--version"]).status === 0;

/** Runs a file of this directory in the runtime that ships.
 * @returns what it printed, as JSON */
export async function underBun<T>(file: string, input: unknown): Promise<T> {
  const child = spawn(bun, [join(import.meta.dirname, file)], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify(input));
  let text = "";
  for await (const chunk of child.stdout) text += chunk;
  return JSON.parse(text) as T;
}

interface Wish {
  readonly subject: string;
  /** Who signs; itself where absent. */
  readonly by?: string;
  readonly extensions?: readonly string[];
  /** Days from now; negative has expired. */
  readonly days?: number;
  /** Valid from far in the future on, as every certificate is to a clock that has not been set; or, "past", until 2020,
   * which is over whatever a clock says. */
  readonly early?: boolean | "past";
  readonly digest?: string;
  /** The key is of RSA, where it is otherwise of a curve. */
  readonly rsa?: boolean | number;
  /** Certificates to put behind it in `NAME.chain.pem`. */
  readonly with?: readonly string[];
}

const ca = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"];
const acs = "subjectAltName=DNS:acs.test";
/** The issuer is found by its name alone. */
const byNameOnly = "authorityKeyIdentifier=none";

const wishes: Readonly<Record<string, Wish>> = {
  root: { subject: "/CN=Root", extensions: ca },
  other: { subject: "/CN=Other", extensions: ca },
  // Of the same name as the trusted one, with another key.
  impostor: { subject: "/CN=Root", extensions: ca },
  old: { subject: "/CN=Old root", extensions: ca, days: -1 },
  middle: {
    subject: "/CN=Middle",
    by: "root",
    extensions: ["basicConstraints=critical,CA:TRUE,pathlen:0", ca[1]!],
  },
  deep: { subject: "/CN=Deep", by: "middle", extensions: ca },
  noSign: { subject: "/CN=No sign", by: "root", extensions: [ca[0]!, "keyUsage=critical,digitalSignature"] },
  limited: {
    subject: "/CN=Limited",
    by: "root",
    extensions: [...ca, "nameConstraints=critical,permitted;DNS:acs.test"],
  },

  good: { subject: "/O=x", by: "root", extensions: [acs] },
  chained: { subject: "/O=x", by: "middle", extensions: [acs], with: ["middle"] },
  byName: { subject: "/CN=acs.test", by: "root" },
  byNameBesides: { subject: "/CN=acs.test", by: "root", extensions: ["subjectAltName=DNS:other.test"] },
  otherName: { subject: "/CN=other.test", by: "root", extensions: ["subjectAltName=DNS:other.test"] },
  twoNames: { subject: "/CN=other.test/CN=acs.test", by: "root" },
  hiddenName: { subject: "/O=x\nCN=acs.test/CN=other.test", by: "root" },
  wildcard: { subject: "/O=x", by: "root", extensions: ["subjectAltName=DNS:*.acs.test,DNS:f*.part.test"] },
  wildcardName: { subject: "/CN=*.acs.test", by: "root" },
  address: { subject: "/O=x", by: "root", extensions: ["subjectAltName=IP:127.0.0.1"] },
  addressAsName: { subject: "/CN=127.0.0.1", by: "root" },
  addressAsDns: { subject: "/O=x", by: "root", extensions: ["subjectAltName=DNS:127.0.0.1"] },
  byMail: { subject: "/CN=acs.test", by: "root", extensions: ["subjectAltName=email:a@acs.test"] },
  byLink: { subject: "/CN=acs.test", by: "root", extensions: ["subjectAltName=URI:https://acs.test/"] },
  byAddressBesides: { subject: "/CN=acs.test", by: "root", extensions: ["subjectAltName=IP:127.0.0.2"] },
  elsewhere: {
    subject: "/CN=Elsewhere",
    by: "root",
    extensions: [...ca, "nameConstraints=critical,permitted;DNS:other.test"],
  },
  posing: {
    subject: "/CN=acs.test",
    by: "elsewhere",
    extensions: ["subjectAltName=DNS:other.test"],
    with: ["elsewhere"],
  },
  posingBare: { subject: "/CN=acs.test", by: "elsewhere", with: ["elsewhere"] },
  sha1: { subject: "/O=x", by: "root", extensions: [acs], digest: "-sha1" },
  sha1Middle: { subject: "/CN=SHA-1 middle", by: "root", extensions: ca, digest: "-sha1" },
  bySha1Middle: { subject: "/O=x", by: "sha1Middle", extensions: [acs], with: ["sha1Middle"] },
  shortKey: { subject: "/O=x", by: "root", extensions: [acs], rsa: 1024 },
  shortMiddle: { subject: "/CN=Short middle", by: "root", extensions: ca, rsa: 1024 },
  byShortMiddle: { subject: "/O=x", by: "shortMiddle", extensions: [acs], with: ["shortMiddle"] },
  shortRoot: { subject: "/CN=Short root", extensions: ca, rsa: 1024 },
  byShortRoot: { subject: "/O=x", by: "shortRoot", extensions: [acs] },
  sha1Root: { subject: "/CN=SHA-1 root", extensions: ca, digest: "-sha1" },
  bySha1Root: { subject: "/O=x", by: "sha1Root", extensions: [acs] },
  longPast: { subject: "/O=x", by: "root", extensions: [acs], early: "past" },
  middlePast: { subject: "/O=m", by: "root", extensions: ca, early: "past" },
  byMiddlePast: { subject: "/O=x", by: "middlePast", extensions: [acs], with: ["middlePast"] },
  byOther: { subject: "/O=x", by: "other", extensions: [acs] },
  byImpostor: { subject: "/O=x", by: "impostor", extensions: [acs, byNameOnly] },
  itself: { subject: "/CN=acs.test", extensions: [acs] },
  byLeaf: { subject: "/O=x", by: "good", extensions: [acs], with: ["good"] },
  tooDeep: { subject: "/O=x", by: "deep", extensions: [acs], with: ["deep", "middle"] },
  byNoSign: { subject: "/O=x", by: "noSign", extensions: [acs], with: ["noSign"] },
  byLimited: { subject: "/O=x", by: "limited", extensions: [acs], with: ["limited"] },
  forClients: { subject: "/O=x", by: "root", extensions: [acs, "extendedKeyUsage=clientAuth"] },
  forSigning: { subject: "/O=x", by: "root", extensions: [acs, "keyUsage=critical,keyCertSign"] },
  strange: { subject: "/O=x", by: "root", extensions: [acs, "1.2.3.4=critical,ASN1:NULL"] },
  rsa: { subject: "/CN=RSA root", extensions: ca, rsa: true },
  forgeable: { subject: "/O=x", by: "rsa", extensions: [acs], digest: "-md5" },

  expired: { subject: "/O=x", by: "root", extensions: [acs], days: -1 },
  early: { subject: "/O=x", by: "root", extensions: [acs], early: true },
  expiredChained: { subject: "/O=x", by: "middle", extensions: [acs], days: -1, with: ["middle"] },
  expiredWithRoot: { subject: "/O=x", by: "old", extensions: [acs], days: -1 },
  expiredOtherName: { subject: "/CN=other.test", by: "root", days: -1 },
  expiredByOther: { subject: "/O=x", by: "other", extensions: [acs], days: -1 },
  expiredByImpostor: { subject: "/O=x", by: "impostor", extensions: [acs, byNameOnly], days: -1 },
  expiredItself: { subject: "/CN=acs.test", extensions: [acs], days: -1 },
  expiredByLeaf: { subject: "/O=x", by: "good", extensions: [acs], days: -1, with: ["good"] },
  expiredTooDeep: { subject: "/O=x", by: "deep", extensions: [acs], days: -1, with: ["deep", "middle"] },
  expiredForClients: {
    subject: "/O=x",
    by: "root",
    extensions: [acs, "extendedKeyUsage=clientAuth"],
    days: -1,
  },

  clients: { subject: "/CN=Client root", extensions: ca },
  clientMiddle: { subject: "/CN=Client middle", by: "clients", extensions: ca },
  client: { subject: "/CN=00D09E-Box-1", by: "clientMiddle", with: ["clientMiddle"] },
};

/** Every file of a certificate: `NAME.pem`, `NAME.key`, and `NAME.chain.pem` with what is shown beside it. */
export class Certificates {
  readonly dir = mkdtempSync(join(tmpdir(), "cwmpd-tls-"));

  constructor() {
    for (const name of Object.keys(wishes)) this.make(name);
  }

  file(name: string): string {
    return join(this.dir, name);
  }

  read(name: string): string {
    return readFileSync(this.file(name), "latin1");
  }

  remove(): void {
    rmSync(this.dir, { recursive: true });
  }

  /** Only the small authority that openssl has can date a certificate forward. */
  private makeEarly(name: string, by: string, when: true | "past"): void {
    const authority = "database=index\nnew_certs_dir=.\ndefault_md=sha256\npolicy=any\nrand_serial=yes";
    writeFileSync(this.file("authority"), `[ca]\ndefault_ca=one\n[one]\n${authority}\n[any]\nO=optional\n`);
    writeFileSync(this.file("index"), "");
    const year = when === "past" ? 2019 : 2070;
    const dates = ["-startdate", `${year}0101000000Z`, "-enddate", `${year + 1}0101000000Z`];
    const signer = ["-cert", `${by}.pem`, "-keyfile", `${by}.key`];
    const made = ["-in", "csr", "-out", `${name}.pem`, "-extfile", "ext", "-extensions", "x", "-notext"];
    const args = ["ca", "-batch", "-config", "authority", ...signer, ...made, ...dates];
    execFileSync("openssl", args, { cwd: this.dir, stdio: "pipe" });
  }

  private make(name: string): void {
    const {
      subject,
      by,
      extensions = [],
      days = 30,
      early = false,
      digest = "-sha256",
      rsa = false,
      with: behind = [],
    } = wishes[name]!;
    const run = (...args: string[]) => execFileSync("openssl", args, { cwd: this.dir, stdio: "pipe" });
    if (rsa) run("genrsa", "-out", `${name}.key`, String(rsa === true ? 2048 : rsa));
    else run("ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", `${name}.key`);
    run("req", "-new", "-key", `${name}.key`, "-subj", subject, "-out", "csr");
    writeFileSync(this.file("ext"), `[x]\n${["subjectKeyIdentifier=hash", ...extensions].join("\n")}\n`);
    const signer =
      by === undefined ? ["-signkey", `${name}.key`] : ["-CA", `${by}.pem`, "-CAkey", `${by}.key`];
    const serial = ["-set_serial", String(Object.keys(wishes).indexOf(name) + 1)];
    const made = ["-req", "-in", "csr", "-out", `${name}.pem`, "-extfile", "ext", "-extensions", "x"];
    if (early) this.makeEarly(name, by!, early);
    else run("x509", ...made, ...signer, ...serial, "-days", String(days), digest);
    writeFileSync(
      this.file(`${name}.chain.pem`),
      [name, ...behind].map((one) => this.read(`${one}.pem`)).join(""),
    );
  }
}
