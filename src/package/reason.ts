/** Table: why a package is refused, with the fault that an ACS receives. TR-069 Annex E, A.5.1 Table 65. */
import { type FaultCode, Refused } from "../errors.ts";

/** 9018: the file is damaged. 9019: its signatures do not hold. 9010: it is sound, but not for here and now. */
const reasonFaults = {
  unreadable: 9010,
  "not-a-package": 9018,
  "format-version": 9018,
  truncated: 9018,
  "too-large": 9010,
  "trailing-bytes": 9018,
  command: 9018,
  "signature-block": 9018,
  range: 9018,
  overlap: 9018,
  "hash-type": 9018,
  hash: 9018,
  unsigned: 9019,
  untrusted: 9019,
  role: 9019,
  version: 9010,
  downgrade: 9010,
  storage: 9010,
  attribute: 9010,
  format: 9010,
  reboot: 9018,
  path: 9010,
  link: 9010,
  device: 9010,
  conflict: 9010,
  "own-files": 9010,
  busy: 9010,
  space: 9010,
  write: 9010,
  journal: 9010,
  timeout: 9010,
} as const satisfies Readonly<Record<string, FaultCode>>;

export type ReasonCode = keyof typeof reasonFaults;

export interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
  /** Place of the command in the list, from 0; null where the reason is not about one. */
  readonly command: number | null;
  readonly fault: FaultCode;
}

/** The package is not installed, and nothing beneath its root has changed. */
export class PackageRefused extends Refused {
  readonly reason: Reason;
  /** @param command place in the command list, from 0 */
  constructor(code: ReasonCode, text: string, command?: number) {
    super(command === undefined ? text : `Command ${command}: ${text}`);
    this.reason = { code, text, command: command ?? null, fault: reasonFaults[code] };
  }
}
