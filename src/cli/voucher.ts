/** Table: `cwmpd voucher verify`, `try` and `sign`. The composition root performs them. TR-069 Annex C. */
import type { Command, Options } from "./command.ts";

const policy = {
  trust: {
    is: "several",
    placeholder: "PEM",
    summary: "a file of certificates that are trusted; without one nothing is",
  },
  algorithms: {
    is: "value",
    placeholder: "LIST",
    summary: "signature algorithms that are accepted, separated by commas",
    default: "dsa-sha1,rsa-sha1,rsa-sha256,ecdsa-sha256",
  },
  now: {
    is: "value",
    placeholder: "TIME",
    summary: "the time it is, 2026-01-31T12:00:00Z; by default the clock's",
  },
  "max-bytes": {
    is: "value",
    placeholder: "N",
    summary: "bytes of a voucher that are read, at most 1048576",
    default: "65536",
  },
} as const satisfies Options;

const verdicts =
  "A verdict is valid, or one of malformed, oversize, unsigned, structure, algorithm, digest, signature and untrusted; docs/vouchers.md explains each.";

export const voucherVerifyCommand = {
  summary: "Judge whether a trusted signer has signed a voucher",
  operands: "FILE",
  operandsMin: 1,
  operandsMax: 1,
  group: "tools",
  help: [
    "Checks a voucher as the agent does: its form, every digest, the signature, and whether the signer's certificate chains to a trusted one at that time. For which device it is and whether that has its Options is not looked at: see `cwmpd voucher try`. It reads neither UCI nor anything of a running agent.",
    `With --json one object with the keys file, verdict, why, signer and options: the Options have the names of Table 67, why is null for a valid voucher and signer for a refused one. ${verdicts}`,
  ],
  examples: [
    { run: "cwmpd voucher verify v.xml --trust root.pem", tells: "check one" },
    {
      run: "cwmpd voucher verify v.xml --trust root.pem --algorithms rsa-sha256",
      tells: "without SHA-1",
    },
  ],
  options: { ...policy, json: { is: "flag", summary: "print one JSON object" } },
  exits: "0 the voucher is valid, 1 it is refused, 2 wrong usage",
} as const satisfies Command;

export const voucherTryCommand = {
  summary: "Show the effect of SetVouchers with vouchers on a device",
  operands: "[FILE...]",
  operandsMin: 0,
  operandsMax: 1000,
  group: "tools",
  help: [
    "Takes the files as one VoucherList and prints the fault with which SetVouchers would be answered, or the state of every Option afterwards; with --then also the states after later events. The command writes no file and needs no device. No FILE is an empty VoucherList.",
    "--before is a JSON list of OptionStruct (Table 52): the state that the Options have before. Numbers of vouchers in it that are higher count as newer. --clock-unknown tries a device whose clock is not known to be right: it checks vouchers and applies them when --then clock-set comes. --then provisioning-code makes the ProvisioningCode another one; --then with a time moves the clock there, also back.",
    "With --json one object with the keys fault (null, or code and text), vouchers (file, verdict, why, signer and options of each), options (a list of OptionStruct) and then (at and options of each --then). Beside the verdicts of `cwmpd voucher verify` there are repeated (applied before, no effect), device, option, serial and full.",
  ],
  examples: [
    {
      run: "cwmpd voucher try v.xml --trust ca.pem --device 012345,G,1 --option Guest",
      tells: "one voucher",
    },
    {
      run: "cwmpd voucher try --device 012345,G,1 --option Guest --before old.json --json",
      tells: "no voucher: the Options as they are",
    },
  ],
  options: {
    device: {
      is: "value",
      placeholder: "OUI,CLASS,SERIAL",
      summary: "the device's OUI, ProductClass and SerialNumber",
    },
    option: { is: "several", placeholder: "NAME", summary: "an Option that the device has" },
    before: { is: "value", placeholder: "OPTIONS.json", summary: "the state of the Options before" },
    "clock-unknown": { is: "flag", summary: "the device does not know the time yet" },
    // biome-ignore lint/suspicious/noThenProperty: the option is called so, and nobody awaits the table
    then: {
      is: "several",
      placeholder: "EVENT",
      summary: "an event afterwards: a time, provisioning-code or clock-set",
    },
    ...policy,
    base64: { is: "flag", summary: "the files are Base64, as SetVouchers has it" },
    json: { is: "flag", summary: "print one JSON object" },
  },
  exits: "0 without a fault, 1 with one, 2 wrong usage",
} as const satisfies Command;

export const voucherSignCommand = {
  summary: "Write and sign a voucher",
  operands: "OPTIONS",
  operandsMin: 1,
  operandsMax: 1,
  group: "tools",
  help: [
    "Reads Options from the JSON file OPTIONS and writes a voucher in the form of TR-069 Annex C, Figure 6. OPTIONS is a list of objects with the names of Table 67: VSerialNum, DeviceId with Manufacturer, OUI, ProductClass and SerialNumber, OptionIdent, OptionDesc, StartDate, Duration, DurationUnits, Mode and Transferable; other names become elements of their own. What no device would understand is not signed.",
    "The key must have no passphrase. In the file of --cert the signer's certificate comes first; those behind it are put into the voucher too.",
  ],
  examples: [
    {
      run: "cwmpd voucher sign options.json --key my.key --cert my.pem -o v.xml",
      tells: "with RSA and SHA-256",
    },
  ],
  options: {
    key: { is: "value", placeholder: "PEM", summary: "the signer's private key" },
    cert: { is: "value", placeholder: "PEM", summary: "the signer's certificate, and those above it" },
    algorithm: {
      is: "value",
      placeholder: "NAME",
      summary: "how to sign: dsa-sha1, rsa-sha1, rsa-sha256 or ecdsa-sha256",
      default: "rsa-sha256",
      oneOf: ["dsa-sha1", "rsa-sha1", "rsa-sha256", "ecdsa-sha256"],
    },
    o: { is: "value", placeholder: "FILE", summary: "where to write the voucher" },
  },
} as const satisfies Command;
