/** Adapter: the file of an upload of "1 Vendor Configuration File": the packages of /etc/config as a backup archive of
 * OpenWrt, which a later Download takes again. Secrets are left out unless the administrator allows them. */
import { promisify } from "node:util";
import { parse } from "../uci/parse.ts";
import { toBytes } from "../uci/text.ts";
import type { WholePackages } from "../uci/whole.ts";
import { write } from "../uci/write.ts";

/** Options that hold passwords and keys, in any package. */
const secret =
  /^(?:key\d*|.*_key|password|passwd|passphrase|.*_password|.*_passwd\d*|.*secret.*|psk|wpa_psk|sae_password|pin|puk|token|.*_token|userpwd)$/i;

/** @param secrets take them along */
export async function backup(packages: WholePackages, secrets: boolean): Promise<Uint8Array> {
  const { packTar } = await import("modern-tar");
  const entries = packages.list().flatMap((name) => {
    const raw = packages.read(name);
    if (raw === undefined) return [];
    const body = Buffer.from(toBytes(secrets ? raw : withoutSecrets(raw)));
    const header = { name: `etc/config/${name}`, size: body.length, mode: 0o600, type: "file" as const };
    return [{ header, body }];
  });
  const { gzip } = await import("node:zlib");
  return promisify(gzip)(await packTar(entries));
}

function withoutSecrets(raw: string): string {
  const { document } = parse(raw, false);
  for (const section of document.sections) {
    for (const option of [...section.options]) if (secret.test(option.name)) section.remove(option);
  }
  return write(document);
}
