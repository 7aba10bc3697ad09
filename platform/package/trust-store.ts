/** Adapter: the certificates that are trusted, from PEM files and directories of them. TR-069 E.5. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { PackageRefused } from "../../src/package/reason.ts";
import type { Certificate } from "../../src/package/signature.ts";
import { decodeCertificates } from "./pkcs7.ts";

/** Octets of one file: the roots of all browsers have 250,000. */
const fileBytesMax = 4_194_304;

/** An error is not an absence: a store that cannot be read is reported, instead of silently trusting nobody.
 * @throws PackageRefused "unreadable" */
export async function readTrust(paths: readonly string[]): Promise<Certificate[]> {
  const found: Certificate[] = [];
  for (const path of paths.flatMap(filesAt)) found.push(...(await readOne(path)));
  return found;
}

function filesAt(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path)
      .filter((name) => /\.(pem|crt|cer)$/i.test(name))
      .sort()
      .map((name) => join(path, name));
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function readOne(path: string): Promise<Certificate[]> {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw new Error("it is no regular file");
    if (stat.size > fileBytesMax) throw new Error(`it has ${stat.size} octets`);
    const certificates = decodeCertificates(readFileSync(path, "latin1"));
    if (certificates.length === 0) throw new Error("there is no certificate in it");
    return certificates;
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): PackageRefused {
  const why = error instanceof Error ? error.message : String(error);
  return new PackageRefused("unreadable", `The trusted certificates in ${path} cannot be read: ${why}.`);
}
