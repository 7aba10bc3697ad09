/** Handler: `cwmpd package build`. TR-069 Annex E. */
import { createHash } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import type { BuildCall } from "../../src/cli/package-call.ts";
import { Malformed, Refused } from "../../src/errors.ts";
import { headerBytes, writeHeader } from "../../src/package/header.ts";
import { packageLimits } from "../../src/package/limits.ts";
import { joined, writeCommand } from "../../src/package/list.ts";
import { type Draft, parseManifest } from "../../src/package/manifest.ts";
import { decodeBlock } from "./pkcs7.ts";
import { fileChunks } from "./reading.ts";
import { signBlock } from "./signing.ts";

interface Payload {
  readonly path: string;
  readonly bytes: number;
}

/** @returns lines of text about the package: its size and its hashes
 * @throws Refused */
export async function build(call: BuildCall): Promise<string> {
  const { list, payload } = compose(draftsOf(call.manifest), dirname(resolve(call.manifest)));
  const payloadBytes = payload.reduce((sum, { bytes }) => sum + bytes, 0);
  if (list.length > packageLimits.listBytesMax || payloadBytes > packageLimits.payloadBytesMax) {
    throw new Refused(
      `The package would have ${list.length} octets of commands and ${payloadBytes} of files: too many.`,
    );
  }
  const header = writeHeader({ major: 1, minor: 0, listBytes: list.length, payloadBytes });
  const signed = joined([header, list]);
  const block = await blockFor(signed, call);
  if (call.toSign !== undefined) writeFileSync(call.toSign, signed);
  writePackage(call.output, [signed, block], payload);
  const bytes = headerBytes + list.length + block.length + payloadBytes;
  return [
    `${call.output}: ${bytes} octets, ${payload.length} files, ${signatureWords(call)}`,
    `sha1    ${createHash("sha1").update(signed).digest("hex")}  of header and command list`,
    `sha256  ${createHash("sha256").update(signed).digest("hex")}`,
    "",
  ].join("\n");
}

function signatureWords({ signers, signatures, digest }: BuildCall): string {
  if (signatures !== undefined) return `signatures from ${signatures}`;
  return signers.length === 0 ? "not signed" : `${signers.length} signed over ${digest}`;
}

function draftsOf(path: string): Draft[] {
  const text = readBounded(path).toString("utf8");
  try {
    return parseManifest(text);
  } catch (error) {
    if (error instanceof Malformed) throw new Refused(error.message);
    throw error;
  }
}

function readBounded(path: string): Buffer {
  try {
    if (statSync(path).size > packageLimits.manifestBytesMax) throw new Error("it is too long");
    return readFileSync(path);
  } catch (error) {
    throw new Refused(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** Adds the values that the manifest leaves to the files: sizes, places, hashes. */
function compose(drafts: readonly Draft[], directory: string): { list: Uint8Array; payload: Payload[] } {
  const payload: Payload[] = [];
  let offset = 0;
  const commands = drafts.map(({ type, content, file }) => {
    if (content.is !== "put") return writeCommand(type, content);
    const path = resolve(directory, file!);
    const { bytes, hash } = measure(path);
    payload.push({ path, bytes });
    const filled = { ...content, hash, offset, length: bytes };
    offset += bytes;
    return writeCommand(type, filled);
  });
  return { list: joined(commands), payload };
}

function measure(path: string): { bytes: number; hash: Uint8Array } {
  const hash = createHash("sha1");
  let bytes = 0;
  try {
    for (const chunk of fileChunks(path)) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  } catch (error) {
    throw new Refused(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
  return { bytes, hash: hash.digest() };
}

async function blockFor(signed: Uint8Array, call: BuildCall): Promise<Uint8Array> {
  if (call.signatures === undefined) return signBlock(signed, call.signers, call.digest, Date.now());
  const block = readBounded(call.signatures);
  decodeBlock(block);
  return block;
}

/** Beside its place first: nobody finds half of a package. */
function writePackage(path: string, head: readonly Uint8Array[], payload: readonly Payload[]): void {
  const part = `${path}.part`;
  const fd = openSync(part, "w");
  try {
    for (const piece of head) writeSync(fd, piece);
    for (const { path: from, bytes } of payload) {
      let copied = 0;
      for (const chunk of fileChunks(from)) copied += writeSync(fd, chunk);
      if (copied !== bytes)
        throw new Refused(`${from} has changed while the package was built: build it again.`);
    }
    fsyncSync(fd);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
}
