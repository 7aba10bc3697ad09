/** Port: cryptography and trusted certificates for the check of a voucher. TR-069 C.2. */
import type { Dsig } from "./dsig.ts";
import type { Signatures } from "./signatures.ts";

export interface VoucherTools {
  /** Loaded for the first voucher: most devices never get one. */
  checks(): Promise<{ readonly dsig: Dsig; readonly signatures: Signatures }>;
  /** All certificates of those files, each as DER. @throws Refused one cannot be read, or holds none */
  certificates(files: readonly string[]): readonly Uint8Array[];
}
