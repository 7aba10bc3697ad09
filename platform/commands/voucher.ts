/** Composition: `cwmpd voucher verify`, `try` and `sign`: files in, outcome out. TR-069 Annex C.
 *
 * These commands read and write no device. They write only the file that `sign` names. */
import { closeSync, openSync, readFileSync, readSync, writeFileSync } from "node:fs";
import type { Outcome } from "../../src/cli/command.ts";
import type { Arguments } from "../../src/cli/table.ts";
import { readDevice, readLater, readPolicy } from "../../src/cli/voucher-arguments.ts";
import { Malformed, Refused } from "../../src/errors.ts";
import { escapeText, jsonText } from "../../src/terminal.ts";
import { type Certificate, readCertificate } from "../../src/trust/certificate.ts";
import { fromBase64, pemCertificates } from "../../src/trust/key.ts";
import type { AlgorithmName } from "../../src/voucher/algorithms.ts";
import { voucherLimits } from "../../src/voucher/limits.ts";
import { readOptionStructs } from "../../src/voucher/struct.ts";
import { specJson, specText, structText } from "../../src/voucher/tell.ts";
import { tryVouchers } from "../../src/voucher/trial.ts";
import { VoucherRefused } from "../../src/voucher/verdict.ts";
import { type Policy, type VerifiedVoucher, verify } from "../../src/voucher/verify.ts";
import { readOptionFields, writeVoucher } from "../../src/voucher/write.ts";
import { systemDsig } from "../bun/dsig.ts";
import { systemSignatures } from "../bun/signatures.ts";

const checks = { dsig: systemDsig, signatures: systemSignatures };

type Taken = VerifiedVoucher | VoucherRefused;

/** The file, and one byte more than may be in it, so that a longer one is known. */
function readBounded(file: string, bytesMax: number): Uint8Array {
  const descriptor = openSync(file, "r");
  try {
    const bytes = new Uint8Array(bytesMax + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(descriptor, bytes, length, bytes.length - length, null);
    return bytes.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

/** @throws Refused for a file without a certificate */
function certificatesOf(file: string): readonly Uint8Array[] {
  const found = readPem(file, () => pemCertificates(readFileSync(file, "latin1")));
  if (found.length === 0) throw new Refused(`There is no certificate in ${file}: it must hold one in PEM.`);
  return found;
}

function readPem<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Malformed) throw new Refused(`Cannot read ${file}: ${error.message}`);
    throw error;
  }
}

const anchorsOf = (files: readonly string[]): readonly Certificate[] =>
  files.flatMap((file) => certificatesOf(file).map((der) => readPem(file, () => readCertificate(der))));

function taken(bytes: Uint8Array | VoucherRefused, policy: Policy): Taken {
  if (bytes instanceof VoucherRefused) return bytes;
  try {
    return verify(bytes, policy, checks);
  } catch (error) {
    if (error instanceof VoucherRefused) return error;
    throw error;
  }
}

/** Complaints about the command line end it with 2. */
async function outcome(name: string, work: () => Outcome): Promise<Outcome> {
  try {
    return work();
  } catch (error) {
    if (error instanceof Malformed)
      return { exit: 2, err: `cwmpd ${name}: ${error.message}.\nTry: cwmpd ${name} --help\n` };
    throw error;
  }
}

const json = (value: unknown): string => jsonText(value, 2);

const voucherJson = (file: string, voucher: Taken, verdict: string) => {
  const refused = voucher instanceof VoucherRefused;
  return {
    file,
    verdict,
    why: refused ? voucher.message : null,
    signer: refused ? null : voucher.signer,
    options: refused ? [] : voucher.options.map(specJson),
  };
};

export const voucherVerify = (file: string, options: Arguments<"voucher verify">): Promise<Outcome> =>
  outcome("voucher verify", () => {
    const given = readPolicy(options, Date.now());
    const policy = { ...given, anchors: anchorsOf(options.trust) };
    const voucher = taken(readBounded(file, policy.bytesMax), policy);
    const refused = voucher instanceof VoucherRefused;
    const exit = refused ? 1 : 0;
    if (options.json)
      return { exit, out: json(voucherJson(file, voucher, refused ? voucher.verdict : "valid")) };
    if (refused) return { exit, err: `${file}: ${voucher.message} (${voucher.verdict})\n` };
    const lines = voucher.options.map((spec) => `  ${specText(spec)}\n`);
    return { exit, out: `${file}: valid, signed by ${escapeText(voucher.signer)}\n${lines.join("")}` };
  });

/** The voucher of a file, as SetVouchers would get it. */
function voucherBytes(file: string, bytesMax: number, base64: boolean): Uint8Array | VoucherRefused {
  if (!base64) return readBounded(file, bytesMax);
  // Base64 has four characters for three bytes; lines may be broken.
  const text = Buffer.from(readBounded(file, bytesMax * 2 + 4)).toString("latin1");
  try {
    return fromBase64(text);
  } catch {
    return new VoucherRefused("malformed", "Cannot parse voucher: it is not Base64");
  }
}

export const voucherTry = (files: readonly string[], options: Arguments<"voucher try">): Promise<Outcome> =>
  outcome("voucher try", () => {
    const given = readPolicy(options, Date.now());
    const identity = readDevice(options.device);
    const later = options.then.map(readLater);
    const anchors = anchorsOf(options.trust);
    const { before: file } = options;
    const before =
      file === undefined ? [] : readPem(file, () => readOptionStructs(readFileSync(file, "utf8"), ""));
    const names = new Set(options.option);
    const bytes = files.map((one) => voucherBytes(one, given.bytesMax, options.base64));
    const list = (at: number | undefined) => bytes.map((one) => taken(one, { ...given, anchors, at }));
    const clockKnown = !options["clock-unknown"];
    const first = clockKnown ? given.at : undefined;
    const vouchers = list(first);
    const tried = tryVouchers({
      device: { identity, options: names, provider: "" },
      before: before.filter(({ name }) => names.has(name)),
      at: given.at,
      clockKnown,
      list: (at) => (at === first ? vouchers : list(at)),
      later,
    });
    const entries = vouchers.map((voucher, index) =>
      voucherJson(files[index]!, voucher, tried.verdicts[index]!),
    );
    const exit = tried.fault === undefined ? 0 : 1;
    const after = options.then.map((at, index) => ({ at, options: tried.after[index]! }));
    // biome-ignore lint/suspicious/noThenProperty: a key of the JSON object; nobody awaits it
    const told = { fault: tried.fault ?? null, vouchers: entries, options: tried.options, then: after };
    if (options.json) return { exit, out: json(told) };
    const lines = [
      tried.fault === undefined ? "no fault" : `fault ${tried.fault.code}: ${tried.fault.text}`,
      ...entries.map(
        (one) =>
          `${one.file}: ${one.verdict}${one.signer === null ? "" : `, signed by ${escapeText(one.signer)}`}`,
      ),
      ...tried.options.map(structText),
      ...after.flatMap((one) => [
        `then ${one.at}:`,
        ...one.options.map((option) => `  ${structText(option)}`),
      ]),
    ];
    return { exit, out: `${lines.join("\n")}\n` };
  });

export const voucherSign = (file: string, options: Arguments<"voucher sign">): Promise<Outcome> =>
  outcome("voucher sign", () => {
    const { key, cert, o: out, algorithm } = options;
    if (key === undefined) throw new Malformed("--key is missing: the signer's private key");
    if (cert === undefined) throw new Malformed("--cert is missing: the signer's certificate");
    if (out === undefined) throw new Malformed("-o is missing: where to write the voucher");
    const fields = readPem(file, () => readOptionFields(readFileSync(file, "utf8")));
    const secret = readFileSync(key, "latin1");
    const certificates = certificatesOf(cert);
    try {
      const signing = { algorithm: algorithm as AlgorithmName, key: secret, certificates };
      const text = writeVoucher(fields, signing, systemDsig);
      writeFileSync(out, text);
      const large = Buffer.byteLength(text) > voucherLimits.bytesMax;
      return { exit: 0, ...(large ? { err: tooLarge } : {}) };
    } catch (error) {
      if (error instanceof VoucherRefused) throw new Refused(`Cannot sign ${file}: ${error.message}`);
      if (error instanceof Malformed) throw new Refused(`Cannot sign with ${key}: ${error.message}`);
      throw error;
    }
  });

const tooLarge = `The voucher has more than ${voucherLimits.bytesMax} bytes: a device takes it only where cwmp.voucher.bytes_max is raised.\n`;
